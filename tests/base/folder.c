/** @file Folders: made with those above, opened without following a link. */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "base/unit.h"

static void makes_all_that_is_missing(void **state) {
    (void)state;
    quire_error error = {0};
    for (int sync = 0; sync < 2; sync++) {
        EXPECT(QUIRE_OK, q_folder_make("a//b/c/", sync, &error));
        EXPECT(QUIRE_OK, q_folder_make(sync ? "x" : "y/z", sync, &error));
        assert_int_equal(access("a/b/c", F_OK), 0);
    }
    EXPECT(QUIRE_OK, q_folder_make("/", true, &error));
    EXPECT(QUIRE_OK, q_folder_make("/proc/self/fd", true, &error));
    assert_int_equal(symlink("a", "link"), 0);
    EXPECT(QUIRE_OK, q_folder_make("link/new", true, &error));
    assert_int_equal(access("a/new", F_OK), 0);
    scratch_write("file", "");
    EXPECT(QUIRE_CONFLICT, q_folder_make("file/below", false, &error));
    EXPECT_MESSAGE("file/below lies below something that is no folder");
    EXPECT(QUIRE_ERROR, q_folder_make("/proc/none/below", true, &error));
    EXPECT_MESSAGE("/proc/none");
}

static void opens_no_link(void **state) {
    (void)state;
    quire_error error = {0};
    EXPECT(QUIRE_OK, q_folder_make("root/a/b", false, &error));
    assert_int_equal(symlink("a", "root/to-a") + symlink("/", "root/out"), 0);
    int root = open("root", O_PATH | O_DIRECTORY);
    int fd = q_folder_open_beneath(root, "a/b/and more", 3);
    assert_true(fd >= 0 || errno == ENOSYS);
    assert_true(fd < 0 || q_folder_sync(fd) == 0);
    close(fd);
    static const char *const refused[] = {"to-a",    "to-a/b", "out",  "..",
                                          "a/../..", "/",      "none", ""};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(q_folder_open_beneath(root, refused[i], strlen(refused[i])), -1);
    }
    close(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_all_that_is_missing),
        cmocka_unit_test(opens_no_link),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
