/** @file Temporary files: alone with who has them, with and without O_TMPFILE, each call failing.
 */
#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>

#include "base/buffer.h"
#include "base/io.h"
#include "base/random.h"
#include "base/scratch.h"
#include "support/descriptors.h"

/* --- calls that fail when they are told to --- */

static int failing_open, failing_named_open, failing_unlink; /* an errno, or 0 */
static bool is_failing_random, is_failing_memory;
static unsigned interrupted; /* so many opens to come */

static int errno_of_open(int flags) {
    if (interrupted > 0) {
        interrupted--;
        return EINTR;
    }
    return (flags & O_TMPFILE) == O_TMPFILE ? failing_open : failing_named_open;
}

/* By which of the names it is called depends on how large files are. */
#define WRAP(open)                                                                                 \
    int __real_##open(const char *path, int flags, ...);                                           \
    int __wrap_##open(const char *path, int flags, mode_t mode);                                   \
    int __wrap_##open(const char *path, int flags, mode_t mode) {                                  \
        errno = errno_of_open(flags);                                                              \
        return errno ? -1 : __real_##open(path, flags, mode);                                      \
    }
WRAP(open)
WRAP(open64)

int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __wrap_unlink(const char *path) {
    errno = failing_unlink;
    return failing_unlink ? -1 : __real_unlink(path);
}

quire_status __real_q_random_hex(char hex[33], quire_error *error);
quire_status __wrap_q_random_hex(char hex[33], quire_error *error);
quire_status __wrap_q_random_hex(char hex[33], quire_error *error) {
    return is_failing_random ? q_error_set(error, QUIRE_ERROR, "random bytes cannot be had")
                             : __real_q_random_hex(hex, error);
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size) {
    return is_failing_memory ? NULL : __real_realloc(block, size);
}

static int make(void **state) {
    failing_open = failing_named_open = failing_unlink = 0;
    is_failing_random = is_failing_memory = false;
    interrupted = 0;
    return scratch_make(state) || setenv("TMPDIR", scratch_folder, 1);
}

static int drop(void **state) {
    return unsetenv("TMPDIR") || scratch_remove(state);
}

static size_t names(void) {
    size_t count = 0;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count - 2;
}

static void expect_failure(const char *message) {
    quire_error error = {0};
    q_temporary file = {.is_open = true, .fd = -1};
    size_t before = descriptors();
    EXPECT(QUIRE_ERROR, q_temporary_open(&file, &error));
    EXPECT_MESSAGE(message);
    assert_false(file.is_open);
    q_temporary_close(&file);
    assert_int_equal(descriptors(), before);
}

/* --- */

static void expect_file(void) {
    quire_error error = {0};
    q_temporary file = {0};
    size_t before = descriptors(), got = 0;
    struct stat info, again;
    char path[Q_TEMPORARY_PATH], text[16] = {0};
    EXPECT(QUIRE_OK, q_temporary_open(&file, &error));
    assert_int_equal(names(), 0);
    assert_int_equal(fstat(file.fd, &info), 0);
    assert_true(S_ISREG(info.st_mode));
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_nlink, 0);
    assert_int_equal(info.st_size, 0);
    assert_true((fcntl(file.fd, F_GETFD) & FD_CLOEXEC) != 0);
    assert_int_equal(stat(".", &again), 0);
    assert_int_equal(again.st_dev, info.st_dev);
    EXPECT(QUIRE_OK, q_io_write_at(file.fd, "kept", 4, 6, "f", &error));
    EXPECT(QUIRE_OK, q_io_write_at(file.fd, "it is ", 6, 0, "f", &error));
    q_temporary_path(&file, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    q_temporary_close(&file);
    assert_false(file.is_open);
    EXPECT(QUIRE_OK, q_io_read(fd, text, sizeof text, &got, "f", &error));
    assert_string_equal(text, "it is kept");
    close(fd);
    assert_int_equal(descriptors(), before);
}

static void has_no_name(void **state) {
    (void)state;
    expect_file();
}

/** A file system, or a kernel, that does not know O_TMPFILE. */
static void loses_its_name_where_it_must_have_one(void **state) {
    (void)state;
    static const int numbers[] = {EOPNOTSUPP, EISDIR, EINVAL, ENOENT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        failing_open = numbers[i];
        expect_file();
    }
}

static void goes_on_after_signals(void **state) {
    (void)state;
    interrupted = 3;
    expect_file();
    assert_int_equal(interrupted, 0);
}

static void two_are_two(void **state) {
    (void)state;
    for (failing_open = 0; failing_open <= EOPNOTSUPP; failing_open += EOPNOTSUPP) {
        quire_error error = {0};
        q_temporary one = {0}, other = {0};
        struct stat first, second;
        EXPECT(QUIRE_OK, q_temporary_open(&one, &error));
        EXPECT(QUIRE_OK, q_temporary_open(&other, &error));
        assert_int_equal(fstat(one.fd, &first) | fstat(other.fd, &second), 0);
        assert_true(first.st_ino != second.st_ino);
        q_temporary_close(&one);
        q_temporary_close(&other);
    }
}

static void tells_what_failed(void **state) {
    (void)state;
    char message[512];
    failing_open = failing_named_open = ENOSPC;
    snprintf(message, sizeof message, "cannot make a temporary file in %s: No space left on device",
             scratch_folder);
    expect_failure(message);
    failing_named_open = 0;
    is_failing_random = true;
    expect_failure("random bytes cannot be had");
    is_failing_random = false;
    is_failing_memory = true;
    expect_failure("out of memory");
    is_failing_memory = false;
    assert_int_equal(names(), 0);
    failing_unlink = EIO;
    snprintf(message, sizeof message, "%s/.quire-", scratch_folder);
    expect_failure(message);
    expect_failure("cannot be deleted: Input/output error");
    assert_int_equal(names(), 2);
}

static void tells_of_a_folder_that_is_none(void **state) {
    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    expect_failure("cannot make a temporary file in /nowhere/at/all: No such file or directory");
    scratch_write("file", "");
    setenv("TMPDIR", "file", 1);
    expect_failure("cannot make a temporary file in file: Not a directory");
}

static void none_can_be_closed(void **state) {
    (void)state;
    size_t before = descriptors();
    q_temporary none = {0};
    q_temporary_close(&none);
    q_temporary_close(&none);
    assert_int_equal(descriptors(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, make, drop)
        TEST(has_no_name),           TEST(loses_its_name_where_it_must_have_one),
        TEST(goes_on_after_signals), TEST(two_are_two),
        TEST(tells_what_failed),     TEST(tells_of_a_folder_that_is_none),
        TEST(none_can_be_closed),
    };
    return cmocka_run_group_tests_name("temporary files", tests, NULL, NULL);
}
