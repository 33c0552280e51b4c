/** @file What the system refuses: a full disk, missing permission, a read-only place, no folder. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/fs_apart.h"
#include "objects/fs_folder.h"

/** 0 when the message ends with `words` and names the key; else a number that tells the failure. */
static int judge(quire_status status, const quire_error *error, const char *key,
                 const char *words) {
    if (status != QUIRE_ERROR) {
        return 1;
    }
    return strstr(error->message, words) == NULL ? 2 : strstr(error->message, key) == NULL ? 3 : 0;
}

/** Write a line to a file of /proc. */
static bool tell(const char *file, const char *line) {
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    bool told = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);
    return fd >= 0 && close(fd) == 0 && told;
}

/** Become root of a user namespace, where the system lets a normal user. */
static bool become_root(void) {
    char uids[64], gids[64];
    snprintf(uids, sizeof uids, "0 %ld 1", (long)geteuid());
    snprintf(gids, sizeof gids, "0 %ld 1", (long)getegid());
    return geteuid() == 0 || (unshare(CLONE_NEWUSER) == 0 && tell("/proc/self/setgroups", "deny") &&
                              tell("/proc/self/uid_map", uids) && tell("/proc/self/gid_map", gids));
}

/** Mount a small tmpfs that only this process sees. */
static bool mount_small(const char *path, unsigned long flags) {
    return become_root() && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", path, "tmpfs", flags, "size=1m,mode=755") == 0;
}

static int fill_disk(const char *path) {
    static const char block[65536];
    quire_error error = {0};
    q_objects *objects = NULL;
    q_object_writer *writer = NULL;
    if (!mount_small(path, 0)) {
        return FS_APART_CANNOT;
    }
    objects = fs_folder_open(path, QUIRE_DURABILITY_FULL);
    quire_status status = q_object_writer_open(objects, &writer, &error);
    for (int i = 0; i < 40 && status == QUIRE_OK; i++) {
        status = q_object_writer_write(writer, block, sizeof block, &error);
    }
    q_object_writer_free(writer);
    int result = judge(status, &error, "tmp/", "No space left on device");
    /* A shared object has its size at once and takes its space when it is written. */
    q_object_part *part = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    status = q_object_writer_open_shared(objects, 2 << 20, &writer, token, &error);
    status = status == QUIRE_OK ? q_object_part_open(objects, token, 2 << 20, 0, &part, &error)
                                : QUIRE_USAGE;
    for (int i = 0; i < 32 && status == QUIRE_OK; i++) {
        status = q_object_part_write(part, block, sizeof block, &error);
    }
    q_object_part_free(part);
    q_object_writer_free(writer);
    result = result == 0 ? judge(status, &error, "tmp/", "No space left on device") : result;
    /* The space is free again, and what fails in a put leaves nothing either. */
    if (result == 0 && fs_folder_count(path, "tmp") != 0) {
        result = 4;
    }
    char *large = calloc(1, 2 << 20);
    status = q_objects_put(objects, "large", Q_OBJECT_CONTENT, large, 2 << 20, NULL, &error);
    result = result == 0 ? judge(status, &error, "large", "No space left on device") : result;
    if (result == 0 && q_objects_put(objects, "small", Q_OBJECT_RECORD, block, sizeof block, NULL,
                                     &error) != QUIRE_OK) {
        result = 5;
    }
    q_object_info info;
    if (result == 0 && (q_objects_stat(objects, "large", &info, NULL) != QUIRE_NOT_FOUND ||
                        fs_folder_count(path, "tmp") != 0)) {
        result = 6;
    }
    free(large);
    q_objects_free(objects);
    return result;
}

static int read_only(const char *path) {
    quire_error error = {0};
    q_buffer buffer = {0};
    q_objects *objects = NULL;
    int result = 0;
    if (!mount_small(path, 0)) {
        return FS_APART_CANNOT;
    }
    objects = fs_folder_open(path, QUIRE_DURABILITY_FULL);
    quire_status status = q_objects_put(objects, "a/b", Q_OBJECT_RECORD, "x", 1, NULL, &error);
    q_objects_free(objects);
    if (mount("none", path, "none", MS_REMOUNT | MS_RDONLY, NULL) != 0) {
        return FS_APART_CANNOT;
    }
    objects = NULL;
    if (status != QUIRE_OK ||
        q_objects_fs_open(path, true, QUIRE_DURABILITY_FULL, &objects, &error) != QUIRE_OK) {
        return 10;
    }
    if (q_objects_get(objects, "a/b", 10, &buffer, &error) != QUIRE_OK || buffer.size != 1) {
        result = 11;
    }
    status = q_objects_put(objects, "c", Q_OBJECT_RECORD, "x", 1, NULL, &error);
    result = result == 0 ? judge(status, &error, path, "Read-only file system") : result;
    status = q_objects_remove(objects, "a/b", INT64_MAX, NULL, &error);
    result = result == 0 ? judge(status, &error, "a/b", "Read-only file system") : result;
    status = q_objects_refresh(objects, "a/b", &error);
    result = result == 0 ? judge(status, &error, "a/b", "Read-only file system") : result;
    q_buffer_free(&buffer);
    q_objects_free(objects);
    return result;
}

/** As a user who may read and not write. */
static int not_permitted(const char *path) {
    quire_error error = {0};
    q_buffer buffer = {0};
    q_objects *objects = NULL;
    int result = 0;
    char *closed = fs_folder_join(path, "closed");
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
        return FS_APART_CANNOT;
    }
    if (q_objects_fs_open(path, true, QUIRE_DURABILITY_FULL, &objects, &error) != QUIRE_OK) {
        return 10;
    }
    if (q_objects_get(objects, "a/b", 10, &buffer, &error) != QUIRE_OK) {
        result = 11;
    }
    quire_status status = q_objects_put(objects, "c", Q_OBJECT_RECORD, "x", 1, NULL, &error);
    result = result == 0 ? judge(status, &error, path, "Permission denied") : result;
    status = q_objects_remove(objects, "a/b", INT64_MAX, NULL, &error);
    result = result == 0 ? judge(status, &error, "a/b", "Permission denied") : result;
    status = q_objects_get(objects, "closed/x", 10, &buffer, &error);
    result = result == 0 ? judge(status, &error, "closed", "Permission denied") : result;
    q_objects_free(objects);
    objects = NULL;
    status = q_objects_fs_open(closed, true, QUIRE_DURABILITY_FULL, &objects, &error);
    result = result == 0 ? judge(status, &error, "closed", "Permission denied") : result;
    q_buffer_free(&buffer);
    free(closed);
    return result;
}

static void full_disk(void **state) {
    char *path = fs_folder_make();
    (void)state;
    int result = fs_apart(fill_disk, path);
    fs_folder_remove(path);
    free(path);
    fs_apart_expect(result);
}

static void read_only_place(void **state) {
    char *path = fs_folder_make();
    (void)state;
    int result = fs_apart(read_only, path);
    fs_folder_remove(path);
    free(path);
    fs_apart_expect(result);
}

static void no_permission(void **state) {
    char *path = fs_folder_make();
    char *closed = fs_folder_join(path, "closed");
    char *folder = fs_folder_join(path, "a");
    q_objects *objects = fs_folder_open(path, QUIRE_DURABILITY_FULL);
    (void)state;
    assert_int_equal(q_objects_put(objects, "a/b", Q_OBJECT_RECORD, "x", 1, NULL, NULL), QUIRE_OK);
    q_objects_free(objects);
    assert_int_equal(mkdir(closed, 0), 0);
    assert_int_equal(chmod(folder, 0555), 0);
    assert_int_equal(chmod(path, 0555), 0);
    char *tmp = fs_folder_join(path, "tmp");
    assert_int_equal(chmod(tmp, 0555), 0);
    int result = fs_apart(not_permitted, path);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(tmp, 0755), 0);
    assert_int_equal(chmod(closed, 0755), 0);
    fs_folder_remove(path);
    free(tmp);
    free(folder);
    free(closed);
    free(path);
    fs_apart_expect(result);
}

static void below_a_file(void **state) {
    quire_error error = {0};
    q_objects *objects = NULL;
    char *path = fs_folder_make();
    char *file = fs_folder_join(path, "file");
    char *below = fs_folder_join(path, "file/store");
    (void)state;
    fs_folder_write(path, "file", "x");
    for (int create = 0; create < 2; create++) {
        quire_status expected = create == 1 ? QUIRE_CONFLICT : QUIRE_NOT_FOUND;
        assert_int_equal(
            q_objects_fs_open(file, create == 1, QUIRE_DURABILITY_FULL, &objects, &error),
            expected);
        assert_non_null(strstr(error.message, file));
        assert_int_equal(
            q_objects_fs_open(below, create == 1, QUIRE_DURABILITY_FULL, &objects, &error),
            expected);
        assert_non_null(strstr(error.message, file));
    }
    assert_null(objects);
    fs_folder_remove(path);
    free(below);
    free(file);
    free(path);
}

/* A failure to begin one stream leaves the others of the handle as they were. */
static void no_descriptors(void **state) {
    char *path = fs_folder_make();
    q_objects *objects = fs_folder_open(path, QUIRE_DURABILITY_FULL);
    quire_error error = {0};
    q_object_writer *first = NULL, *given_up = NULL, *none = NULL;
    struct rlimit limit, low;
    (void)state;
    assert_int_equal(q_object_writer_open(objects, &first, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_open(objects, &given_up, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_write(first, "text", 4, &error), QUIRE_OK);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    low = limit;
    low.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    quire_status status = q_object_writer_open(objects, &none, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(judge(status, &error, "tmp/", "Too many open files"), 0);
    /* valgrind makes the file before it says that there are too many. */
    size_t valgrinds = fs_folder_count(path, "tmp") - 2;
    q_object_writer_free(given_up);
    assert_int_equal(q_object_writer_publish(first, "key", NULL, &error), QUIRE_OK);
    q_object_writer_free(first);
    assert_int_equal(fs_folder_count(path, "tmp"), valgrinds);
    q_objects_free(objects);
    fs_folder_remove(path);
    free(path);
}

static void where_nothing_can_be_made(void **state) {
    quire_error error = {0};
    q_objects *objects = NULL;
    (void)state;
    assert_int_not_equal(
        q_objects_fs_open("/proc/quire/store", true, QUIRE_DURABILITY_FULL, &objects, &error),
        QUIRE_OK);
    assert_non_null(strstr(error.message, "/proc/quire"));
    assert_null(objects);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_disk),      cmocka_unit_test(read_only_place),
        cmocka_unit_test(no_permission),  cmocka_unit_test(below_a_file),
        cmocka_unit_test(no_descriptors), cmocka_unit_test(where_nothing_can_be_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
