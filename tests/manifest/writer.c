/** @file Writing manifests: order, where chunks are cut, failures, chunks passed whole. */
#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"

static q_manifest_writer *new_writer(memory_io *memory, const q_chunk_limits *limits) {
    q_manifest_writer *writer = NULL;
    quire_error error = {0};
    EXPECT(QUIRE_OK, q_manifest_writer_new_limited(&memory->io, limits, &writer, &error));
    return writer;
}

static void test_order(void **state) {
    (void)state;
    memory_io memory;
    quire_error error = {0};
    memory_io_open(&memory);
    q_manifest_writer *writer = new_writer(&memory, &small_limits);
    q_entry a = file_entry("a", 1), b = file_entry("b", 1), bad = file_entry("../c", 1);
    EXPECT(QUIRE_OK, q_manifest_writer_add(writer, &b, &error));
    EXPECT(QUIRE_USAGE, q_manifest_writer_add(writer, &b, &error));
    EXPECT(QUIRE_USAGE, q_manifest_writer_add(writer, &a, &error));
    EXPECT_MESSAGE("path 'a' comes after path 'b'");
    EXPECT(QUIRE_USAGE, q_manifest_writer_add(writer, &bad, &error));
    q_manifest_writer_free(writer);
    q_manifest_writer_free(NULL);
    memory_io_close(&memory);
}

/** Every cut has its reason, and no reason goes without a cut. */
static void test_cuts(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root root = {0};
    quire_error error = {0};
    char object[Q_SHA256_HEX_SIZE];
    q_sha256 *sha = NULL;
    const q_chunk_limits limits = {16, 6, 600};
    size_t chunk = 0, full = 0, boundaries = 0;
    uint64_t entries = 0, weight = 0;
    memory_io_open(&memory);
    entry_set_fill(&set, 500);
    entry_set_write(&set, &memory.io, &limits, &root, object);
    EXPECT(QUIRE_OK, q_sha256_new(&sha, &error));
    for (size_t i = 0; i < set.count; i++) {
        q_buffer identity = {0};
        bool boundary = false;
        const char *path = set.boxes[i].entry.path;
        EXPECT(QUIRE_OK, q_chunk_is_boundary(sha, limits.average, path, &boundary, &error));
        EXPECT(QUIRE_OK, q_entry_identity(&identity, &set.boxes[i].entry, &error));
        bool is_full = entries >= limits.entries_max || weight >= limits.weight_max;
        if (i == 0 || boundary || is_full) {
            assert_string_equal(root.chunks[chunk++].first, path);
            boundaries += boundary;
            full += is_full;
            entries = weight = 0;
        }
        entries++;
        weight += identity.size;
        assert_int_equal(q_root_find(&root, path), chunk - 1);
        q_buffer_free(&identity);
    }
    assert_int_equal(root.chunk_count, chunk);
    assert_int_equal(root.entries, 500);
    assert_int_equal(root.bytes, 500 * 499 / 2);
    assert_true(full > 0 && boundaries > 10);
    q_sha256_free(sha);
    q_root_free(&root);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void test_default_limits(void **state) {
    (void)state;
    q_sha256 *sha = NULL;
    quire_error error = {0};
    size_t boundaries = 0;
    EXPECT(QUIRE_OK, q_sha256_new(&sha, &error));
    for (int i = 0; i < 20000; i++) {
        char path[32];
        snprintf(path, sizeof path, "some/path/%d", i);
        bool boundary = false;
        EXPECT(QUIRE_OK, q_chunk_is_boundary(sha, Q_CHUNK_AVERAGE, path, &boundary, &error));
        boundaries += boundary;
    }
    assert_in_range(boundaries, 2, 40);
    q_sha256_free(sha);
}

/** All chunks of a manifest passed whole are the same manifest, and nothing is read. */
static void test_whole_chunks(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root root = {0}, copy = {0};
    quire_error error = {0};
    char object[Q_SHA256_HEX_SIZE], again[Q_SHA256_HEX_SIZE];
    uint64_t size = 0;
    memory_io_open(&memory);
    entry_set_fill(&set, 200);
    entry_set_write(&set, &memory.io, &small_limits, &root, object);
    q_manifest_writer *writer = new_writer(&memory, &small_limits);
    for (size_t i = 0; i < root.chunk_count; i++) {
        EXPECT(QUIRE_OK, q_manifest_writer_add_chunk(writer, &root.chunks[i], &error));
    }
    EXPECT(QUIRE_OK, q_manifest_writer_finish(writer, &copy, again, &size, &error));
    assert_string_equal(object, again);
    assert_int_equal(memory.loads, 0);
    q_manifest_writer_free(writer);
    q_root_free(&copy);
    q_root_free(&root);
    entry_set_free(&set);
    memory_io_close(&memory);
}

/** A part of a manifest, whose root is not saved. */
static void test_without_root(void **state) {
    (void)state;
    memory_io memory;
    q_root root = {0};
    quire_error error = {0};
    memory_io_open(&memory);
    q_manifest_writer *writer = new_writer(&memory, &small_limits);
    q_entry a = file_entry("a", 1);
    EXPECT(QUIRE_OK, q_manifest_writer_add(writer, &a, &error));
    EXPECT(QUIRE_OK, q_manifest_writer_finish(writer, &root, NULL, NULL, &error));
    assert_int_equal(memory.saves, 1);
    assert_int_equal(root.chunk_count, 1);
    q_manifest_writer_free(writer);
    q_root_free(&root);
    memory_io_close(&memory);
}

static void test_failing_saves(void **state) {
    (void)state;
    entry_set set = {0};
    bool failed = true;
    entry_set_fill(&set, 30);
    for (size_t at = 1; failed; at++) {
        memory_io memory;
        q_root root = {0};
        quire_error error = {0};
        char object[Q_SHA256_HEX_SIZE];
        uint64_t size = 0;
        quire_status status = QUIRE_OK;
        memory_io_open(&memory);
        memory.fail_save = at;
        q_manifest_writer *writer = new_writer(&memory, &small_limits);
        for (size_t i = 0; i < set.count && status == QUIRE_OK; i++) {
            status = q_manifest_writer_add(writer, &set.boxes[i].entry, &error);
        }
        if (status == QUIRE_OK) {
            status = q_manifest_writer_finish(writer, &root, object, &size, &error);
        }
        failed = at <= memory.saves;
        assert_int_equal(status, failed ? QUIRE_ERROR : QUIRE_OK);
        q_manifest_writer_free(writer);
        q_root_free(&root);
        memory_io_close(&memory);
    }
    entry_set_free(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),          cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_default_limits), cmocka_unit_test(test_whole_chunks),
        cmocka_unit_test(test_without_root),   cmocka_unit_test(test_failing_saves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
