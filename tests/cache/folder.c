/** @file The folder of the cache: whose it must be, what it replaces and what it removes. */
#include "cache/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/unit.h"
#include "support/scratch.h"

#define GROUP "00112233445566778899aabbccddeeff-"
#define NAME GROUP "00112233445566778899aabbccddeeff"
#define OTHER GROUP "ffeeddccbbaa99887766554433221100"
#define DAYS(n) ((time_t)(n)*24 * 60 * 60)

static void open_folder(q_cache_folder *folder) {
    quire_error error = {0};
    *folder = (q_cache_folder){.fd = -1};
    EXPECT(QUIRE_OK, q_cache_folder_open(folder, scratch("above/cache"), &error));
}

static void save(const q_cache_folder *folder, const char *name, uint64_t inode) {
    quire_error error = {0};
    const q_cache_record record = {.inode = inode};
    EXPECT(QUIRE_OK, q_cache_folder_save(folder, name, &record, 1, NULL, 0, &error));
}

static void made_for_the_user_alone(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_folder folder;
    struct stat status;
    open_folder(&folder);
    assert_int_equal(stat(scratch("above/cache"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    q_cache_folder_close(&folder);
    static const mode_t open_modes[] = {0710, 0701, 0720, 0777, 0704};
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(scratch("above/cache"), open_modes[i]), 0);
        EXPECT(QUIRE_ERROR, q_cache_folder_open(&folder, scratch("above/cache"), &error));
        EXPECT_MESSAGE("open to other users");
    }
    assert_int_equal(chmod(scratch("above/cache"), 0700), 0);
    if (geteuid() == 0) { /* only root can give it away */
        assert_int_equal(chown(scratch("above/cache"), 1, 1), 0);
        EXPECT(QUIRE_ERROR, q_cache_folder_open(&folder, scratch("above/cache"), &error));
        EXPECT_MESSAGE("belongs to another user");
    }
    scratch_write("file", "");
    EXPECT(QUIRE_ERROR, q_cache_folder_open(&folder, scratch("file"), &error));
    assert_int_equal(folder.fd, -1);
}

static void segments_are_replaced(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_folder folder;
    q_cache_segment segment = {0};
    int64_t modified = 0;
    open_folder(&folder);
    EXPECT(QUIRE_NOT_FOUND, q_cache_folder_load(&folder, NAME, &segment, &modified, &error));
    for (uint64_t inode = 1; inode < 4; inode++) {
        save(&folder, NAME, inode);
        EXPECT(QUIRE_OK, q_cache_folder_load(&folder, NAME, &segment, &modified, &error));
        assert_int_equal(segment.count, 1);
        assert_int_equal(segment.records[0].inode, inode);
        assert_true(modified > time(NULL) - 100);
        q_cache_segment_free(&segment);
    }
    assert_int_equal(scratch_count("above/cache"), 2); /* with the mark of the sweep */
    q_cache_folder_close(&folder);
}

/* Neither is read, and nothing hangs at the FIFO. */
static void only_files_are_read(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_folder folder;
    q_cache_segment segment = {0};
    open_folder(&folder);
    save(&folder, NAME, 1);
    assert_int_equal(symlinkat(NAME, folder.fd, OTHER), 0);
    EXPECT(QUIRE_ERROR, q_cache_folder_load(&folder, OTHER, &segment, NULL, &error));
    assert_int_equal(unlinkat(folder.fd, OTHER, 0), 0);
    assert_int_equal(mkfifoat(folder.fd, OTHER, 0600), 0);
    EXPECT(QUIRE_ERROR, q_cache_folder_load(&folder, OTHER, &segment, NULL, &error));
    EXPECT_MESSAGE("no file of this user");
    q_cache_folder_close(&folder);
}

static void failed_saves_leave_nothing(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_folder folder;
    const q_cache_record record = {.inode = 1};
    open_folder(&folder);
    assert_int_equal(mkdirat(folder.fd, NAME, 0700), 0); /* no file replaces it */
    EXPECT(QUIRE_ERROR, q_cache_folder_save(&folder, NAME, &record, 1, NULL, 0, &error));
    EXPECT_MESSAGE(NAME);
    assert_int_equal(scratch_count("above/cache"), 2);
    q_cache_folder_close(&folder);
}

static void age(const q_cache_folder *folder, const char *name, time_t seconds) {
    const struct timespec old = {time(NULL) - seconds, 0};
    const struct timespec times[] = {old, old};
    int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    (void)close(fd);
}

static bool is_there(const q_cache_folder *folder, const char *name) {
    return faccessat(folder->fd, name, F_OK, 0) == 0;
}

static void what_nobody_uses_is_removed(void **state) {
    (void)state;
    q_cache_folder folder;
    open_folder(&folder);
    save(&folder, NAME, 1);
    age(&folder, OTHER, DAYS(31));
    age(&folder, "tmp-00112233445566778899aabbccddeeff", DAYS(2));
    age(&folder, "tmp-ff112233445566778899aabbccddeeff", DAYS(0));
    age(&folder, "foreign.txt", DAYS(1000));
    age(&folder, "tmp-of-another-program", DAYS(1000));
    age(&folder, "tmp-00112233445566778899aabbccddeeff.db", DAYS(1000));
    save(&folder, NAME, 2); /* swept today already */
    assert_true(is_there(&folder, OTHER));
    age(&folder, "swept", DAYS(2));
    save(&folder, NAME, 3);
    assert_true(is_there(&folder, NAME) && is_there(&folder, "foreign.txt"));
    assert_true(is_there(&folder, "tmp-of-another-program"));
    assert_true(is_there(&folder, "tmp-00112233445566778899aabbccddeeff.db"));
    assert_true(is_there(&folder, "tmp-ff112233445566778899aabbccddeeff"));
    assert_false(is_there(&folder, OTHER));
    assert_false(is_there(&folder, "tmp-00112233445566778899aabbccddeeff"));
    age(&folder, OTHER, DAYS(29));
    age(&folder, NAME, DAYS(31));
    q_cache_folder_touch(&folder, NAME);
    age(&folder, "swept", DAYS(2));
    save(&folder, GROUP "00000000000000000000000000000000", 4);
    assert_true(is_there(&folder, NAME) && is_there(&folder, OTHER));
    q_cache_folder_close(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made_for_the_user_alone, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(segments_are_replaced, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(only_files_are_read, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(failed_saves_leave_nothing, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(what_nobody_uses_is_removed, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
