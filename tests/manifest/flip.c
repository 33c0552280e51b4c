/**
 * @file
 * Each byte of a stored chunk, root and shard changed in turn, behind the back of the SHA-256 of
 * the object: an error or the same entries, never others.
 */
#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"
#include "manifest/reader.h"
#include "manifest/shard_stream.h"

static const unsigned char flips[] = {0x01, 0x02, 0x04, 0x10, 0x20, 0x80, 0xff};

static void sample(entry_set *set) {
    const q_entry reference = {
        .path = "dir/r\"", .digest = "e", .ref = "x:y", .extra = "{\"a\":{\"b\":1.5}}"};
    entry_set_fill(set, 5);
    entry_set_put(set, &reference);
}

/** Read all; gives whether it went well, and then the entries were those of the set. */
static bool reads_the_same(memory_io *memory, const q_root *root, const entry_set *set) {
    q_manifest_reader *reader = NULL;
    const q_entry *entry = NULL;
    quire_error error = {0};
    quire_status status = q_manifest_reader_new(&memory->io, root, &reader, &error);
    size_t count = 0;
    while (status == QUIRE_OK) {
        status = q_manifest_reader_next(reader, &entry, &error);
        if (status != QUIRE_OK || !entry) {
            break;
        }
        count++;
    }
    q_manifest_reader_free(reader);
    if (status == QUIRE_OK) {
        assert_int_equal(count, set->count);
        entry_set_assert_manifest(set, &memory->io, root);
    } else {
        assert_true(status == QUIRE_INTEGRITY || status == QUIRE_ERROR);
        assert_int_not_equal(error.message[0], '\0');
    }
    return status == QUIRE_OK;
}

static void test_chunk(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE];
    size_t refused = 0;
    memory_io_open(&memory);
    sample(&set);
    entry_set_write(&set, &memory.io, NULL, &root, object);
    assert_int_equal(root.chunk_count, 1);
    memory.trusting = true;
    q_buffer *bytes = memory_io_find(&memory, root.chunks[0].object);
    assert_true(reads_the_same(&memory, &root, &set));
    for (size_t i = 0; i < bytes->size; i++) {
        for (size_t f = 0; f < sizeof flips; f++) {
            bytes->data[i] = (char)(bytes->data[i] ^ flips[f]);
            refused += !reads_the_same(&memory, &root, &set);
            bytes->data[i] = (char)(bytes->data[i] ^ flips[f]);
        }
    }
    assert_true(refused > bytes->size * sizeof flips / 2);
    for (size_t size = bytes->size; size-- > 0;) {
        bytes->size = size;
        assert_false(reads_the_same(&memory, &root, &set));
    }
    q_root_free(&root);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void test_root(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE];
    size_t refused = 0;
    memory_io_open(&memory);
    sample(&set);
    entry_set_write(&set, &memory.io, &small_limits, &root, object);
    q_root_free(&root);
    q_buffer *bytes = memory_io_find(&memory, object);
    for (size_t i = 0; i < bytes->size * sizeof flips; i++) {
        size_t at = i / sizeof flips;
        unsigned char flip = flips[i % sizeof flips];
        quire_error error = {0};
        q_root flipped = {0};
        bytes->data[at] = (char)(bytes->data[at] ^ flip);
        quire_status status = q_root_parse(bytes->data, bytes->size, &flipped, &error);
        refused += status != QUIRE_OK || !reads_the_same(&memory, &flipped, &set);
        assert_true(status == QUIRE_OK || error.message[0]);
        bytes->data[at] = (char)(bytes->data[at] ^ flip);
        q_root_free(&flipped);
    }
    assert_true(refused > bytes->size * sizeof flips / 2);
    for (size_t size = 0; size < bytes->size; size++) {
        quire_error error = {0};
        EXPECT(QUIRE_INTEGRITY, q_root_parse(bytes->data, size, &root, &error));
    }
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void test_shard(void **state) {
    (void)state;
    entry_set set = {0};
    shard_stream stream;
    quire_error error = {0};
    sample(&set);
    shard_stream_write(&stream, &set);
    EXPECT(QUIRE_OK, shard_stream_read(&stream, &error));
    for (size_t i = 0; i < stream.bytes.size * sizeof flips; i++) {
        char *byte = &stream.bytes.data[i / sizeof flips];
        unsigned char flip = flips[i % sizeof flips];
        *byte = (char)(*byte ^ flip);
        quire_status status = shard_stream_read(&stream, &error);
        assert_true(status == QUIRE_INTEGRITY || status == QUIRE_ERROR);
        *byte = (char)(*byte ^ flip);
    }
    while (stream.bytes.size > 0) {
        stream.bytes.size--;
        EXPECT(QUIRE_INTEGRITY, shard_stream_read(&stream, &error));
    }
    shard_stream_free(&stream);
    entry_set_free(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_chunk), cmocka_unit_test(test_root),
                                       cmocka_unit_test(test_shard)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
