/**
 * @file
 * Files that are taken by clone or hard link: what becomes of the file, of the store, and of a
 * promise that is broken; who cannot be taken so is copied.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/source.h"
#include "store/repository_kit.h"
#include "support/faults.h"

#define MIB ((size_t)1 << 20)
#define BLOCK ((size_t)64 << 20)
#define OLD 1577836800 /* 2020 */
#define DAY ((int64_t)86400 * 1000000)

/* --- what stands in for the system --- */

static int clone_fails = EOPNOTSUPP; /* 0: clones are made */
static int link_fails;               /* 0: links from outside are made */
static void (*after_link)(const char *file);
static atomic_int clones, links;

/* A clone is a copy here, which few filesystems of test machines can make. */
int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    if (request != FICLONE) {
        return (int)syscall(SYS_ioctl, fd, request, argument);
    }
    if (clone_fails) {
        errno = clone_fails;
        return -1;
    }
    char *data = malloc(MIB);
    ssize_t got;
    for (off_t at = 0; (got = pread((int)argument, data, MIB, at)) > 0; at += got) {
        assert_int_equal(pwrite(fd, data, (size_t)got, at), got);
    }
    free(data);
    clones++;
    return 0;
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    bool is_outside = from_fd == AT_FDCWD;
    if (is_outside && link_fails) {
        errno = link_fails;
        return -1;
    }
    int result = (int)syscall(SYS_linkat, from_fd, from, to_fd, to, flags);
    if (is_outside && result == 0) {
        links++;
        if (after_link) {
            after_link(from);
        }
    }
    return result;
}

static int setup(void **state) {
    clone_fails = EOPNOTSUPP;
    link_fails = 0;
    after_link = NULL;
    clones = links = 0;
    return kit_setup_directory(state);
}

/* --- words --- */

static void make_file(kit *k, const char *name, size_t size) {
    const struct timespec times[2] = {{.tv_sec = OLD}, {.tv_sec = OLD}};
    int fd = open(kit_path(k, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    assert_int_equal(pwrite(fd, name, strlen(name), (off_t)(size - strlen(name))), strlen(name));
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_int_equal(futimens(fd, times), 0);
    assert_int_equal(close(fd), 0);
}

static struct stat look(kit *k, const char *name) {
    struct stat found;
    assert_int_equal(stat(kit_path(k, name), &found), 0);
    return found;
}

/* The only blob. */
static struct stat look_at_blob(kit *k) {
    q_key key;
    char *path = NULL;
    struct stat found;
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 1);
    kit_find(k, Q_KEY_BLOBS, "", &key);
    assert_ok(q_objects_local_path(k->objects, key.text, &path, &k->error), &k->error);
    assert_int_equal(stat(path, &found), 0);
    free(path);
    return found;
}

static quire_status log_linked(kit *k, const char *name, const char *file, unsigned threads) {
    const quire_add_options linked = {.link = 1};
    const quire_commit_options options = {.threads = threads};
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new(name, "dataset", &artifact, &k->error), &k->error);
    quire_status status =
        quire_artifact_add_file(artifact, kit_path(k, file), "file", &linked, &k->error);
    if (!status) {
        status = quire_log_artifact(k->store, artifact, &options, NULL, &k->error);
    }
    quire_artifact_free(artifact);
    return status;
}

static bool is_tmp_empty(kit *k) {
    return rmdir(kit_path(k, "store/tmp")) == 0;
}

/* The file is as it was, but for its names. */
static void expect_untouched(kit *k, const char *name, nlink_t names) {
    struct stat now = look(k, name);
    assert_int_equal(now.st_mode & 07777, 0640);
    assert_int_equal(now.st_mtim.tv_sec, OLD);
    assert_int_equal(now.st_nlink, names);
}

/* --- taken --- */

static void by_hard_link(void **state) {
    kit *k = *state;
    make_file(k, "large", MIB);
    assert_ok(log_linked(k, "one", "large", 1), &k->error);
    assert_int_equal(links, 1);
    assert_int_equal(look_at_blob(k).st_ino, look(k, "large").st_ino);
    expect_untouched(k, "large", 2);
    assert_ok(kit_read_all(k, "one"), &k->error);
    /* The same in another collection finds itself there; unchanged, it is not even asked for. */
    assert_ok(log_linked(k, "two", "large", 1), &k->error);
    assert_ok(log_linked(k, "two", "large", 1), &k->error);
    assert_int_equal(links, 2);
    expect_untouched(k, "large", 2);
    assert_int_equal(kit_versions(k, "two"), 1);
    assert_true(is_tmp_empty(k));
    /* It lives on without its first name. */
    assert_int_equal(unlink(kit_path(k, "large")), 0);
    assert_ok(kit_read_all(k, "one"), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

static void by_clone(void **state) {
    kit *k = *state;
    clone_fails = 0;
    make_file(k, "large", MIB + 5);
    assert_ok(log_linked(k, "one", "large", 1), &k->error);
    assert_int_equal(clones, 1);
    assert_int_equal(links, 0);
    expect_untouched(k, "large", 1);
    make_file(k, "large", MIB); /* a clone is the store's own */
    assert_ok(kit_verify(k), &k->error);
    assert_true(look_at_blob(k).st_mtim.tv_sec > OLD);
    assert_true(is_tmp_empty(k));
}

static void by_several_threads(void **state) {
    kit *k = *state;
    make_file(k, "large", 2 * BLOCK + 1);
    assert_ok(log_linked(k, "one", "large", 3), &k->error);
    expect_untouched(k, "large", 2);
    assert_ok(kit_verify(k), &k->error);
    assert_true(is_tmp_empty(k));
}

static void small_ones_are_packed(void **state) {
    kit *k = *state;
    make_file(k, "small", MIB - 1);
    assert_ok(log_linked(k, "one", "small", 1), &k->error);
    assert_int_equal(links + clones, 0);
    expect_untouched(k, "small", 1);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
}

/* Two that are equal: the first is the store's, by its own name. */
static void equal_files(void **state) {
    kit *k = *state;
    make_file(k, "large", MIB);
    assert_ok(log_linked(k, "one", "large", 1), &k->error);
    assert_int_equal(rename(kit_path(k, "large"), kit_path(k, "first")), 0);
    make_file(k, "large", MIB);
    assert_ok(log_linked(k, "two", "large", 1), &k->error);
    expect_untouched(k, "large", 1);
    assert_int_equal(look_at_blob(k).st_ino, look(k, "first").st_ino);
    assert_ok(kit_verify(k), &k->error);
    assert_true(is_tmp_empty(k));
}

/* --- refused --- */

static void who_cannot_be_linked_is_copied(void **state) {
    static const int numbers[] = {EXDEV, EPERM, EMLINK, EOPNOTSUPP};
    kit *k = *state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char name[16];
        snprintf(name, sizeof name, "large%d", (int)i);
        make_file(k, name, MIB + i);
        clone_fails = i % 2 ? EXDEV : EINVAL;
        link_fails = numbers[i];
        assert_ok(log_linked(k, name, name, 1), &k->error);
        expect_untouched(k, name, 1);
        assert_true(is_tmp_empty(k));
    }
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), COUNT(numbers));
    assert_ok(kit_verify(k), &k->error);
}

static void other_failures_are_told(void **state) {
    static const int numbers[] = {EIO, ENOSPC, EDQUOT};
    kit *k = *state;
    make_file(k, "large", MIB);
    for (size_t i = 0; i < 2 * COUNT(numbers); i++) {
        clone_fails = i % 2 ? numbers[i / 2] : EOPNOTSUPP;
        link_fails = numbers[i / 2];
        assert_status(QUIRE_ERROR, log_linked(k, "one", "large", 1), &k->error);
        assert_says(&k->error, i % 2 ? "cannot clone " : "cannot link ");
        assert_says(&k->error, "large into ");
        expect_untouched(k, "large", 1);
        assert_int_equal(kit_count(k, Q_KEY_BLOBS), 0);
        assert_int_equal(kit_versions(k, "one"), 0);
        assert_true(is_tmp_empty(k));
    }
}

static void every_operation(void **state) {
    kit *k = *state;
    q_objects *failing = NULL;
    bool hit = true;
    make_file(k, "large", MIB);
    assert_ok(faults_new(k->objects, &failing, &k->error), &k->error);
    k->repository->objects = failing;
    for (uint64_t number = 1; hit; number++) {
        faults_set(failing, number, number % 2 ? FAULT_BEFORE : FAULT_AFTER, QUIRE_ERROR, true);
        quire_status status = log_linked(k, "one", "large", 1);
        hit = faults_hit(failing);
        faults_set(failing, 0, FAULT_NONE, QUIRE_OK, false);
        assert_true(hit || status == QUIRE_OK);
        if (status) {
            assert_says(&k->error, "injected fault");
            assert_ok(kit_verify(k), &k->error);
        }
        expect_untouched(k, "large", 1 + (nlink_t)kit_count(k, Q_KEY_BLOBS));
    }
    assert_int_equal(kit_versions(k, "one"), 1);
}

/* --- promises that are broken --- */

static void cut(const char *file) {
    assert_int_equal(truncate(file, (off_t)MIB + 1), 0);
}

static void write_into(const char *file) {
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "!", 1, 7), 1);
    assert_int_equal(close(fd), 0);
}

static void take_away(const char *file) {
    assert_int_equal(unlink(file), 0);
}

static void while_it_is_read(void **state) {
    static void (*const happenings[])(const char *) = {cut, write_into, take_away};
    kit *k = *state;
    for (size_t i = 0; i < COUNT(happenings); i++) {
        for (unsigned threads = 1; threads < 4; threads += 2) {
            make_file(k, "large", threads > 1 ? BLOCK + 1 : MIB + 2);
            after_link = happenings[i];
            assert_status(QUIRE_ERROR, log_linked(k, "one", "large", threads), &k->error);
            assert_says(&k->error, "large changed while it was read");
            assert_int_equal(kit_count(k, Q_KEY_BLOBS), 0);
            assert_true(is_tmp_empty(k));
        }
    }
}

static void afterwards(void **state) {
    kit *k = *state;
    make_file(k, "large", MIB);
    assert_ok(log_linked(k, "one", "large", 1), &k->error);
    assert_int_equal(rename(kit_path(k, "large"), kit_path(k, "linked")), 0);
    write_into(kit_path(k, "linked"));
    assert_status(QUIRE_INTEGRITY, kit_verify(k), &k->error);
    assert_status(QUIRE_INTEGRITY, kit_read_all(k, "one"), &k->error);
    assert_says(&k->error, "is damaged");
    /* The same content in another file finds it in its way. */
    make_file(k, "large", MIB);
    assert_status(QUIRE_INTEGRITY, log_linked(k, "two", "large", 1), &k->error);
    assert_says(&k->error, "is stored with other content");
    expect_untouched(k, "large", 1);
}

/* --- gc --- */

static void while_it_has_a_name_outside(void **state) {
    kit *k = *state;
    make_file(k, "large", MIB);
    assert_ok(log_linked(k, "one", "large", 1), &k->error);
    assert_ok(quire_version_delete(k->store, "one:v0", 1, &k->error), &k->error);
    (void)kit_gc(k, -1, 0);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 1);
    expect_untouched(k, "large", 2);
    assert_int_equal(unlink(kit_path(k, "large")), 0);
    (void)kit_gc(k, -1, 0);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 0);
}

/* However old the file: neither while it is read, nor before a version has it. */
static void amid_a_log(void **state) {
    kit *k = *state;
    q_source source;
    q_object_writer *writer = NULL;
    int64_t now = 0;
    bool removed = false;
    make_file(k, "large", MIB);
    const char *name = kit_path(k, "large");
    assert_ok(q_source_open_file(&source, name, &k->error), &k->error);
    assert_ok(q_object_writer_open_link(k->objects, &source, &writer, &k->error), &k->error);
    assert_true(source.is_linked);
    assert_ok(q_objects_now(k->objects, &now, &k->error), &k->error);
    assert_ok(q_objects_sweep(k->objects, now - DAY, &k->error), &k->error);
    assert_ok(q_object_writer_publish(writer, "blobs/x", NULL, &k->error), &k->error);
    assert_ok(q_objects_remove(k->objects, "blobs/x", now - DAY, &removed, &k->error), &k->error);
    assert_false(removed);
    q_object_writer_free(writer);
    /* What a dead writer has left is swept when it is old. */
    assert_ok(q_object_writer_open_link(k->objects, &source, &writer, &k->error), &k->error);
    assert_ok(q_objects_sweep(k->objects, now + DAY, &k->error), &k->error);
    assert_int_equal(look(k, "large").st_nlink, 2);
    q_object_writer_free(writer);
    q_source_close(&source);
    assert_int_equal(unlink(kit_path(k, "large")), 0);
    assert_ok(q_objects_remove(k->objects, "blobs/x", now - DAY, &removed, &k->error), &k->error);
    assert_true(removed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(by_hard_link),
        TEST(by_clone),
        TEST(by_several_threads),
        TEST(small_ones_are_packed),
        TEST(equal_files),
        TEST(who_cannot_be_linked_is_copied),
        TEST(other_failures_are_told),
        TEST(every_operation),
        TEST(while_it_is_read),
        TEST(afterwards),
        TEST(while_it_has_a_name_outside),
        TEST(amid_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
