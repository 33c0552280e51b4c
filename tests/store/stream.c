/** @file Streams of an intake: they spill at 1 MiB, and a large one has a list of its blocks. */
#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/repository/intake_stream.h"
#include "store/repository/repository.h"
#include "store/repository_kit.h"
#include "support/faults.h"

#define MIB ((uint64_t)1 << 20)

/** A sparse file with a few bytes set, so that blocks differ. */
static const char *make_file(kit *k, uint64_t size) {
    const char *path = kit_path(k, "source");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    for (uint64_t at = 0; at < size; at += 40 * MIB) {
        assert_int_equal(pwrite(fd, &at, 1, (off_t)at), 1);
        assert_int_equal(pwrite(fd, "x", 1, (off_t)(size - 1)), 1);
    }
    close(fd);
    return path;
}

static void stream_file(kit *k, const char *path, size_t piece, char digest[72]) {
    quire_artifact *artifact = kit_artifact(k, "streams", NULL);
    quire_file *file = NULL;
    char *data = malloc(piece);
    ssize_t got;
    int fd = open(path, O_RDONLY);
    assert_ok(quire_artifact_new_file(artifact, k->store, "file", &file, &k->error), &k->error);
    while ((got = read(fd, data, piece)) > 0) {
        assert_ok(quire_file_write(file, data, (size_t)got, &k->error), &k->error);
    }
    close(fd);
    assert_ok(quire_file_close(file, &k->error), &k->error);
    quire_version_id version = kit_log(k, artifact);
    snprintf(digest, 72, "%s", version.digest);
    free(data);
}

/* A stream, the same bytes as a file, and what quire_digest_file() says must agree. */
static void agree(kit *k, uint64_t size) {
    char expected[QUIRE_DIGEST_SIZE], streamed[72];
    quire_entry entry;
    quire_version *version = NULL;
    const char *path = make_file(k, size);
    assert_ok(quire_digest_file(path, expected, &k->error), &k->error);
    stream_file(k, path, size > 10 * MIB ? (3 * MIB) + 1 : 300000, streamed);
    quire_artifact *artifact = kit_artifact(k, "files", NULL);
    assert_ok(quire_artifact_add_file(artifact, path, "file", NULL, &k->error), &k->error);
    quire_version_id logged = kit_log(k, artifact);
    assert_string_equal(logged.digest, streamed);
    assert_ok(quire_version_open(k->store, "streams", &version, &k->error), &k->error);
    assert_ok(quire_version_get_entry(version, "file", &entry, &k->error), &k->error);
    assert_string_equal(entry.digest, expected);
    assert_int_equal(entry.size, size);
    assert_ok(quire_version_verify(version, NULL, NULL, &k->error), &k->error);
    quire_version_free(version);
    bool blocks = size > Q_DIGEST_BLOCK;
    assert_int_equal(q_digest_is_blocks(expected), blocks);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), size < MIB ? 0 : blocks ? 2 : 1);
    assert_ok(kit_verify(k), &k->error);
}

static void sizes_small(void **state) {
    const uint64_t sizes[] = {0, 1, MIB - 1};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        agree(*state, sizes[i]);
    }
}

/* Where the prior version had a small file is forgotten with the lease that pinned it: what the
   artifact is committed to next may come when that is gone. */
static void committed_again_after_gc(void **state) {
    const int64_t day = (int64_t)86400 * 1000000;
    kit *k = *state;
    quire_file *file = NULL;
    quire_version_id version;
    char address[32];
    kit_needs_memory(k);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK);
    kit_log(k, kit_artifact(k, "data", "small", "content", NULL));
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + 2 * day);
    quire_artifact *artifact = kit_artifact(k, "data", "small", "content", NULL);
    assert_ok(quire_artifact_new_file(artifact, k->store, "stream", &file, &k->error), &k->error);
    assert_ok(quire_file_write(file, "stream", 6, &k->error), &k->error);
    assert_ok(quire_file_close(file, &k->error), &k->error);
    assert_ok(quire_log_artifact(k->store, artifact, NULL, &version, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v0", 1, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v1", 1, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 2);
    kit_gc(k, 3600, 0);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1); /* the stage's own */
    /* A stream of the same content, too, is a new one. */
    assert_ok(quire_artifact_new_file(artifact, k->store, "same", &file, &k->error), &k->error);
    assert_ok(quire_file_write(file, "content", 7, &k->error), &k->error);
    assert_ok(quire_file_close(file, &k->error), &k->error);
    assert_ok(quire_log_artifact(k->store, artifact, NULL, &version, &k->error), &k->error);
    quire_artifact_free(artifact);
    snprintf(address, sizeof address, "data:v%d", (int)version.number);
    assert_ok(kit_read_all(k, address), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

#define SIZE(name, bytes)                                                                          \
    static void size_##name(void **state) {                                                        \
        agree(*state, bytes);                                                                      \
    }
SIZE(1m, MIB)
SIZE(1m_and_1, MIB + 1)
SIZE(64m, 64 * MIB)
SIZE(64m_and_1, 64 * MIB + 1)
SIZE(130m, 130 * MIB)

static void several_at_once(void **state) {
    kit *k = *state;
    quire_artifact *artifact = kit_artifact(k, "streams", NULL);
    quire_file *files[3] = {NULL};
    char *piece = calloc(1, 400000);
    for (int i = 0; i < 3; i++) {
        char path[8];
        snprintf(path, sizeof path, "%d", i);
        assert_ok(quire_artifact_new_file(artifact, k->store, path, &files[i], &k->error),
                  &k->error);
    }
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++) {
            piece[0] = (char)i;
            assert_ok(quire_file_write(files[i], piece, i == 1 ? 10 : 400000, &k->error),
                      &k->error);
        }
    }
    assert_ok(quire_file_close(files[0], &k->error), &k->error);
    assert_ok(quire_file_close(files[1], &k->error), &k->error);
    quire_file_discard(files[2]);
    kit_log(k, artifact);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 1);
    assert_ok(kit_read_all(k, "streams"), &k->error);
    free(piece);
}

/* Whatever fails while a stream is written, its blob never has less than its digest says. */
static void no_blob_after_a_failed_write(void **state) {
    kit *k = *state;
    quire_error error = {0};
    q_objects *inner = NULL, *objects = NULL;
    char *piece = calloc(1, 700000);
    for (uint64_t at = 1; at < 8; at++) {
        quire_store *store = NULL;
        q_intake *intake = NULL;
        q_intake_stream *stream = NULL;
        q_entry entry = {0};
        assert_ok(q_objects_memory_new(&inner, &error), &error);
        assert_ok(faults_new(inner, &objects, &error), &error);
        assert_ok(q_repository_init(objects, "memory", &error), &error);
        assert_ok(q_repository_open(objects, "memory", NULL, &store, &error), &error);
        assert_ok(q_intake_new(q_repository_of(store), &intake, &error), &error);
        assert_ok(q_intake_stream_open(intake, &stream, &error), &error);
        faults_set(objects, at, FAULT_BEFORE, QUIRE_ERROR, false);
        quire_status first = QUIRE_OK;
        for (int i = 0; i < 4; i++) {
            piece[0] = (char)i;
            quire_status status = q_intake_stream_write(stream, piece, 700000, &error);
            first = first ? first : status;
        }
        quire_status closed = q_intake_stream_close(stream, &entry, &error);
        assert_false(first && !closed);
        q_intake_stream_free(stream);
        q_intake_free(intake);
        faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
        assert_ok(quire_store_verify(store, NULL, NULL, &error), &error);
        quire_store_free(store);
    }
    free(piece);
    (void)k;
}

#define DIRECTORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)
#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIRECTORY(sizes_small),           DIRECTORY(size_1m),
        DIRECTORY(size_1m_and_1),         DIRECTORY(size_64m),
        DIRECTORY(size_64m_and_1),        DIRECTORY(size_130m),
        DIRECTORY(several_at_once),       DIRECTORY(no_blob_after_a_failed_write),
        MEMORY(committed_again_after_gc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
