/**
 * @file
 * What may stand in a target before a download: links, hard links, FIFOs, sockets, devices, folders
 * and files in each other's place, folders that may not be written. With openat2(2) and without.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "hostile/unit.h"

static int refusal;

long syscall(long number, ...) {
    static long (*real)(long, ...);
    va_list list;
    long a[6];
    if (!real) {
        *(void **)(&real) = dlsym(RTLD_NEXT, "syscall");
    }
    va_start(list, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (number == SYS_openat2 && refusal) {
        errno = refusal;
        return -1;
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static int plant_link(const char *path) {
    return symlink(scratch("base/outside/file"), path);
}

static int plant_link_to_folder(const char *path) {
    return symlink("../../outside", path);
}

static int plant_magic_link(const char *path) {
    return symlink("/proc/self/cwd", path);
}

static int plant_dangling(const char *path) {
    return symlink(scratch("base/new"), path);
}

static int plant_loop(const char *path) {
    return symlink(strrchr(path, '/') + 1, path);
}

static int plant_hard_link(const char *path) {
    return link(scratch("base/outside/hard"), path);
}

static int plant_fifo(const char *path) {
    return mkfifo(path, 0600);
}

static int plant_device(const char *path) {
    return mknod(path, S_IFCHR | 0600, makedev(1, 3)) && errno != EPERM ? -1 : 0;
}

static int plant_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
    int failed = strlen(path) < 100 && bind(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    return failed;
}

static int plant_folder(const char *path) {
    return mkdir(path, 0700);
}

static int plant_file(const char *path) {
    FILE *file = fopen(path, "w");
    return !file || fputs("old", file) < 0 || fclose(file);
}

static int plant_unwritable(const char *path) {
    return plant_file(path) || chmod(path, 0);
}

static const struct {
    int (*plant)(const char *path);
    const char *name;
    bool as_file_is_replaced;
} plants[] = {
    {plant_link, "link", true},
    {plant_link_to_folder, "link to a folder", true},
    {plant_magic_link, "magic link", true},
    {plant_dangling, "dangling link", true},
    {plant_loop, "loop of links", true},
    {plant_hard_link, "hard link", true},
    {plant_fifo, "FIFO", true},
    {plant_device, "device", true},
    {plant_socket, "socket", true},
    {plant_folder, "folder", false},
    {plant_file, "file", true},
    {plant_unwritable, "unwritable file", true},
};

static quire_status get(quire_store *store, quire_error *error) {
    quire_version *version = NULL;
    memset(error, 0, sizeof *error);
    assert_ok(quire_version_open(store, "evil:v1", &version, error), error);
    alarm(20); /* a FIFO must not hang */
    quire_status status = quire_version_download(version, scratch("base/out"), NULL, NULL, error);
    alarm(0);
    quire_version_free(version);
    return status;
}

static void every_plant(quire_store *store) {
    quire_error error = {0};
    for (size_t i = 0; i < COUNT(plants); i++) {
        /* At the file's own name: replaced, and what it led to is as it was. */
        assert_int_equal(mkdir(scratch("base/out/d"), 0700), 0);
        assert_int_equal(plants[i].plant(scratch("base/out/d/f")), 0);
        quire_status status = get(store, &error);
        if ((status == QUIRE_OK) != plants[i].as_file_is_replaced ||
            (status == QUIRE_OK && !scratch_holds("base/out/d/f", "evil"))) {
            fail_msg("%s at a file: status %d, %s", plants[i].name, (int)status, error.message);
        }
        assert_true(status == QUIRE_OK || strstr(error.message, "d/f") != NULL);
        assert_int_equal(remove(scratch("base/out/d/f")), 0);
        assert_int_equal(rmdir(scratch("base/out/d")), 0);
        /* Where a folder must be: refused, unless it is one. */
        assert_int_equal(plants[i].plant(scratch("base/out/d")), 0);
        status = get(store, &error);
        bool there = !scratch_absent("base/out/d"); /* devices may not be made everywhere */
        if ((status == QUIRE_OK) != (plants[i].plant == plant_folder) && there) {
            fail_msg("%s at a folder: status %d, %s", plants[i].name, (int)status, error.message);
        }
        assert_true(status == QUIRE_OK || strstr(error.message, "out/d") != NULL);
        remove(scratch("base/out/d/f"));
        assert_int_equal(remove(scratch("base/out/d")), 0);
        assert_int_equal(scratch_count("base/out"), 0);
    }
}

static void locked_folders(quire_store *store) {
    quire_error error = {0};
    assert_int_equal(mkdir(scratch("base/out/d"), 0500), 0);
    if (getuid() == 0) { /* whom nothing is locked for */
        assert_int_equal(chmod(scratch(""), 0755) || chmod(scratch("base"), 0755) ||
                             chmod(scratch("base/out"), 0755) || chmod(scratch("base/out/d"), 0555),
                         0);
        assert_int_equal(seteuid(65534), 0);
    }
    assert_status(QUIRE_ERROR, get(store, &error), &error);
    assert_non_null(strstr(error.message, "d/f"));
    assert_int_equal(seteuid(getuid()), 0);
    assert_int_equal(rmdir(scratch("base/out/d")), 0);
}

static void test_planted(void **state) {
    static const int refusals[] = {0, ENOSYS, EPERM};
    const evil_entry entry = {"d/f", 3, NULL, NULL};
    quire_error error = {0};
    evil e;
    (void)state;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    evil_plant(&e, &entry, 1);
    assert_int_equal(mkdir(scratch("base"), 0700), 0);
    sentinel_make(scratch("base"));
    scratch_write("hard", "precious");
    scratch_write("base/outside/hard", "precious");
    char *before = sentinel_print(scratch("base"));
    for (size_t i = 0; i < COUNT(refusals); i++) {
        refusal = refusals[i];
        every_plant(store);
        locked_folders(store);
        assert_int_equal(chmod(scratch("base"), 0700), 0);
    }
    refusal = 0;
    char *after = sentinel_print(scratch("base"));
    assert_string_equal(before, after);
    free(after);
    free(before);
    /* The target itself is the caller's own word: a link there is followed. */
    assert_int_equal(rmdir(scratch("base/out")) || symlink("out2", scratch("base/out")), 0);
    assert_ok(get(store, &error), &error);
    assert_true(scratch_holds("base/out2/d/f", "evil"));
    assert_int_equal(unlink(scratch("base/out2/d/f")) || rmdir(scratch("base/out2/d")) ||
                         unlink(scratch("base/out")) || mkdir(scratch("base/out"), 0755),
                     0);
    assert_true(scratch_holds("base/outside/hard", "precious"));
    assert_true(scratch_holds("base/outside/file", "precious outside/file"));
    evil_end(&e);
    quire_store_free(store);
    print_message("%zu plants, each at a file and at a folder, in %zu ways of opening\n",
                  COUNT(plants), COUNT(refusals));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_planted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
