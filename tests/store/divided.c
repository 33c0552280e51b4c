/**
 * @file
 * Large files, each read and written by several threads: the store, digests and messages of one,
 * whatever the size, and whatever goes wrong in whichever block.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/repository_kit.h"
#include "support/faults.h"

#define BLOCK ((uint64_t)64 << 20)

/* Sanitized code takes longer, and finds no more in another number of them. */
#ifdef __SANITIZE_ADDRESS__
static const unsigned threads[] = {1, 3};
#else
static const unsigned threads[] = {1, 2, 4};
#endif

static kit *at; /* the test's, for what stands in for operations of its objects */
static const q_objects_ops *true_objects;
static q_objects_ops ops;

static int setup(void **state) {
    int failed = kit_setup_directory(state);
    at = *state;
    true_objects = at->objects->ops;
    ops = *true_objects;
    return failed;
}

static int teardown(void **state) {
    at->objects->ops = true_objects;
    return kit_teardown(state);
}

/* A file with something else at the beginning and the end of each block. */
static void write_large(kit *k, const char *name, uint64_t size) {
    int fd = open(kit_path(k, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    for (uint64_t i = 0; i * BLOCK < size; i++) {
        char mark[32];
        int length =
            snprintf(mark, sizeof mark, "block %d of %llu", (int)i, (unsigned long long)size);
        uint64_t end = (i + 1) * BLOCK < size ? (i + 1) * BLOCK : size;
        assert_int_equal(pwrite(fd, mark, (size_t)length, (off_t)(i * BLOCK)), length);
        assert_int_equal(pwrite(fd, mark, 1, (off_t)(end - 1)), 1);
    }
    assert_int_equal(close(fd), 0);
}

static quire_artifact *artifact_of(kit *k, const char *name, const char *file) {
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new(name, "dataset", &artifact, &k->error), &k->error);
    assert_ok(quire_artifact_add_file(artifact, kit_path(k, file), NULL, NULL, &k->error),
              &k->error);
    return artifact;
}

static quire_status log_by(kit *k, unsigned count, const char *name, const char *file,
                           quire_version_id *id) {
    const quire_commit_options options = {.threads = count};
    quire_artifact *artifact = artifact_of(k, name, file);
    quire_status status = quire_log_artifact(k->store, artifact, &options, id, &k->error);
    quire_artifact_free(artifact);
    return status;
}

/* The blob and the list of blocks are removed, for the next number of threads to make them. */
static void take_objects(kit *k) {
    static const char *const ends[] = {"-64m", ".blocks"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        q_key key;
        kit_find(k, Q_KEY_BLOBS, ends[i], &key);
        kit_put(k, key.text, NULL, 0);
    }
}

static void expect_digest(kit *k, const char *name, const char *digest) {
    quire_version *version = NULL;
    quire_entry entry;
    assert_ok(quire_version_open(k->store, name, &version, &k->error), &k->error);
    assert_ok(quire_version_get_entry(version, "large", &entry, &k->error), &k->error);
    assert_string_equal(entry.digest, digest);
    quire_version_free(version);
}

static quire_status (*own_part)(q_object_writer *, uint64_t, q_object_part **, quire_error *);
static atomic_int parts;

static quire_status count_parts(q_object_writer *writer, uint64_t offset, q_object_part **part,
                                quire_error *error) {
    parts++;
    return own_part(writer, offset, part, error);
}

static void of_every_size(void **state) {
    static const uint64_t sizes[] = {BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1};
    kit *k = *state;
    own_part = ops.part_own;
    ops.part_own = count_parts;
    k->objects->ops = &ops;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char first[QUIRE_DIGEST_SIZE] = "";
        int blocks = (int)((sizes[i] + BLOCK - 1) / BLOCK);
        write_large(k, "large", sizes[i]);
        for (size_t t = 0; t < COUNT(threads); t++) {
            char name[32], number[8], digest[QUIRE_DIGEST_SIZE];
            quire_version_id id;
            snprintf(name, sizeof name, "by%u-%u", threads[t], (unsigned)i);
            snprintf(number, sizeof number, "%u", threads[t]);
            assert_int_equal(setenv("QUIRE_THREADS", number, 1), 0);
            assert_ok(quire_digest_file(kit_path(k, "large"), digest, &k->error), &k->error);
            assert_int_equal(unsetenv("QUIRE_THREADS"), 0);
            parts = 0;
            assert_ok(log_by(k, threads[t], name, "large", &id), &k->error);
            assert_int_equal(parts, threads[t] > 1 && blocks > 1 ? blocks : 0);
            parts = 0; /* of the same size as before: it is looked at first */
            assert_ok(log_by(k, threads[t], name, "large", &id), &k->error);
            assert_int_equal(parts + id.created, 0);
            if (t == 0) {
                strcpy(first, digest);
            }
            expect_digest(k, name, digest);
            assert_string_equal(digest, first);
            assert_ok(kit_read_all(k, name), &k->error);
            if (blocks > 1) {
                take_objects(k);
            }
        }
    }
}

/* --- what goes wrong --- */

/* What happens to the source as the first of its bytes are written, which is not before it is read
   at all. */
static void (*happen)(const char *file);
static atomic_int times;

static void happens(void) {
    if (happen && times++ == 0) {
        happen(kit_path(at, "large"));
    }
}

static uint64_t unwritable; /* the block that cannot be written, and all behind it */

static quire_status fail_from(uint64_t position, quire_error *error) {
    uint64_t block = position / BLOCK;
    return block >= unwritable
               ? q_error_set(error, QUIRE_ERROR, "no space for block %d", (int)block)
               : QUIRE_OK;
}

static quire_status write_part(q_object_part *part, const void *data, size_t size,
                               quire_error *error) {
    happens();
    quire_status status = fail_from(part->position, error);
    return status ? status : true_objects->part_write(part, data, size, error);
}

static uint64_t written; /* by the one writer of one thread */

static quire_status write_all(q_object_writer *writer, const void *data, size_t size,
                              quire_error *error) {
    happens();
    quire_status status = fail_from(written, error);
    written += size;
    return status ? status : true_objects->writer_write(writer, data, size, error);
}

static void expect_failure(kit *k, const char *words) {
    char first[QUIRE_MESSAGE_SIZE] = "";
    ops.part_write = write_part;
    ops.writer_write = write_all;
    for (size_t t = 0; t < COUNT(threads); t++) {
        quire_version_id id;
        write_large(k, "large", 3 * BLOCK);
        written = 0;
        times = 0;
        k->objects->ops = &ops;
        assert_status(QUIRE_ERROR, log_by(k, threads[t], "failing", "large", &id), &k->error);
        k->objects->ops = true_objects;
        assert_says(&k->error, words);
        if (t == 0) {
            strcpy(first, k->error.message);
        }
        assert_string_equal(k->error.message, first);
        assert_int_equal(kit_versions(k, "failing"), 0);
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        assert_int_equal(kit_count(k, Q_KEY_BLOBS), 0);
        assert_int_equal(kit_count_temporary(k), 0);
    }
}

static void cut(const char *file) {
    assert_int_equal(truncate(file, (off_t)(2 * BLOCK + 5)), 0);
}

static void lengthen(const char *file) {
    assert_int_equal(truncate(file, (off_t)(3 * BLOCK + 1)), 0);
}

/* Its size stays. */
static void change(const char *file) {
    const struct timespec set[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 12345}};
    assert_int_equal(utimensat(AT_FDCWD, file, set, 0), 0);
}

static void exchange(const char *file) {
    assert_int_equal(rename(file, kit_path(at, "moved")), 0);
}

static void files_that_change(void **state) {
    static void (*const happenings[])(const char *) = {cut, lengthen, change, exchange};
    unwritable = UINT64_MAX;
    for (size_t i = 0; i < COUNT(happenings); i++) {
        happen = happenings[i];
        expect_failure(*state, "large changed while it was read");
    }
    happen = NULL;
}

/* Behind the first that fails others may, too: it is the one that is told. */
static void blocks_that_cannot_be_written(void **state) {
    for (unwritable = 0; unwritable < 3; unwritable++) {
        char words[32];
        snprintf(words, sizeof words, "no space for block %d", (int)unwritable);
        expect_failure(*state, words);
    }
}

/* Of the objects, on whichever thread it comes. */
static void every_operation(void **state) {
    kit *k = *state;
    q_objects *failing = NULL;
    bool hit = true;
    write_large(k, "large", BLOCK + 1);
    assert_ok(faults_new(k->objects, &failing, &k->error), &k->error);
    k->repository->objects = failing;
    /* Most of them write a piece. */
    for (uint64_t number = 1; hit; number += number > 12 && number < 64 ? 13 : 1) {
        quire_version_id id;
        faults_set(failing, number, number % 2 ? FAULT_BEFORE : FAULT_AFTER, QUIRE_ERROR, true);
        quire_status status = log_by(k, 2, "failing", "large", &id);
        hit = faults_hit(failing);
        faults_set(failing, 0, FAULT_NONE, QUIRE_OK, false);
        assert_true(hit || status == QUIRE_OK);
        if (status) {
            assert_says(&k->error, "injected fault");
            assert_ok(kit_verify(k), &k->error);
        }
    }
    assert_int_equal(kit_versions(k, "failing"), 1);
}

/* --- and back --- */

static quire_status get(kit *k, unsigned count, const char *name) {
    const quire_download_options options = {.threads = count};
    quire_version *version = NULL;
    quire_read_report report;
    assert_ok(quire_version_open(k->store, name, &version, &k->error), &k->error);
    quire_status status =
        quire_version_download(version, kit_path(k, "out"), &options, &report, &k->error);
    assert_int_equal(report.files, status == QUIRE_OK);
    quire_version_free(version);
    return status;
}

static quire_status verify(kit *k, unsigned count, const char *name) {
    const quire_verify_options options = {.threads = count};
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, name, &version, &k->error), &k->error);
    quire_status status = quire_version_verify(version, &options, NULL, &k->error);
    quire_version_free(version);
    return status;
}

/* Where there is no file, the object is put again. */
static void flip(kit *k, uint64_t offset) {
    q_key key;
    q_buffer blob = {0};
    char *path = NULL, byte;
    kit_find(k, Q_KEY_BLOBS, "-64m", &key);
    assert_ok(q_objects_local_path(k->objects, key.text, &path, &k->error), &k->error);
    if (path) {
        int fd = open(path, O_RDWR | O_CLOEXEC);
        assert_int_equal(pread(fd, &byte, 1, (off_t)offset), 1);
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, (off_t)offset), 1);
        assert_int_equal(close(fd), 0);
    } else {
        kit_get(k, key.text, &blob);
        blob.data[offset] ^= 1;
        kit_put(k, key.text, blob.data, blob.size);
    }
    q_buffer_free(&blob);
    free(path);
}

static void read_back(void **state) {
    kit *k = *state;
    quire_version_id id;
    char digest[QUIRE_DIGEST_SIZE], got[QUIRE_DIGEST_SIZE];
    write_large(k, "large", 2 * BLOCK + 1);
    assert_ok(quire_digest_file(kit_path(k, "large"), digest, &k->error), &k->error);
    assert_ok(log_by(k, 2, "back", "large", &id), &k->error);
    for (size_t t = 0; t < COUNT(threads); t++) {
        assert_ok(get(k, threads[t], "back"), &k->error);
        assert_ok(quire_digest_file(kit_path(k, "out/large"), got, &k->error), &k->error);
        assert_string_equal(got, digest);
        assert_int_equal(unlink(kit_path(k, "out/large")), 0);
        assert_ok(verify(k, threads[t], "back"), &k->error);
    }
    flip(k, BLOCK + 7);
    flip(k, 2 * BLOCK);
    for (size_t t = 0; t < COUNT(threads); t++) {
        assert_status(QUIRE_INTEGRITY, get(k, threads[t], "back"), &k->error);
        assert_says(&k->error, "is damaged");
        assert_int_equal(rmdir(kit_path(k, "out")), 0); /* nothing is left in it */
        assert_status(QUIRE_INTEGRITY, verify(k, threads[t], "back"), &k->error);
        assert_says(&k->error, "1 fault in ");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(of_every_size),   TEST(files_that_change), TEST(blocks_that_cannot_be_written),
        TEST(every_operation), TEST(read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
