/** @file Packs: what a writer writes, and that no byte of one can change unseen. */
#include "base/digest.h"
#include "store/repository/pack_index.h"
#include "store/repository_kit.h"

/* Lengths that leave the buffer of a writer empty, full and in between. */
static const size_t sizes[] = {1, 7, 3000, (1u << 20) - 1, 1u << 20, 2};

static char *fill(size_t size, unsigned seed) {
    char *data = malloc(size);
    assert_non_null(data);
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1103515245u + 12345u;
        data[i] = (char)(seed >> 16);
    }
    return data;
}

static void append(kit *k, q_pack_writer *writer, size_t size, unsigned seed, uint64_t *offset) {
    char hex[Q_SHA256_HEX_SIZE];
    char *data = fill(size, seed);
    assert_ok(q_sha256_hex(data, size, hex, &k->error), &k->error);
    assert_ok(q_pack_writer_append(writer, data, size, hex, offset, &k->error), &k->error);
    free(data);
}

/** Write a pack of files of these sizes; gives its key. */
static void write_pack(kit *k, const size_t *list, size_t count, q_key *key) {
    q_pack_writer *writer = NULL;
    uint64_t expected = Q_PACK_HEAD_SIZE;
    assert_ok(q_pack_writer_new(k->repository, &writer, &k->error), &k->error);
    for (size_t i = 0; i < count; i++) {
        uint64_t offset = 0;
        append(k, writer, list[i], (unsigned)i, &offset);
        assert_int_equal(offset, expected);
        expected += list[i];
    }
    uint64_t size = q_pack_writer_size(writer);
    assert_ok(q_key_pack(key, q_pack_writer_name(writer), &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 0);
    assert_ok(q_pack_writer_seal(writer, &k->error), &k->error);
    q_pack_writer_free(writer);
    q_object_info info;
    assert_ok(q_objects_stat(k->objects, key->text, &info, &k->error), &k->error);
    assert_int_equal(info.size, size);
}

static void written_and_verified(void **state) {
    kit *k = *state;
    q_key key;
    q_buffer pack = {0};
    write_pack(k, sizes, COUNT(sizes), &key);
    assert_ok(q_pack_verify(k->repository, key.text, &k->error), &k->error);
    kit_get(k, key.text, &pack);
    assert_memory_equal(pack.data, Q_PACK_HEAD, Q_PACK_HEAD_SIZE);
    size_t at = Q_PACK_HEAD_SIZE;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *data = fill(sizes[i], (unsigned)i);
        assert_memory_equal(pack.data + at, data, sizes[i]);
        free(data);
        at += sizes[i];
    }
    q_pack_tail tail;
    assert_ok(q_pack_tail_decode((unsigned char *)pack.data + pack.size - Q_PACK_TAIL_SIZE, &tail,
                                 &k->error),
              &k->error);
    assert_int_equal(tail.count, COUNT(sizes));
    assert_int_equal(tail.offset, at);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        q_pack_index_entry entry;
        q_pack_index_decode((unsigned char *)pack.data + at + i * Q_PACK_INDEX_ENTRY_SIZE, &entry);
        assert_int_equal(entry.size, sizes[i]);
    }
    q_buffer_free(&pack);
}

static void empty_pack(void **state) {
    kit *k = *state;
    q_key key;
    write_pack(k, NULL, 0, &key);
    assert_ok(q_pack_verify(k->repository, key.text, &k->error), &k->error);
}

static void unsealed_leaves_nothing(void **state) {
    kit *k = *state;
    q_pack_writer *writer = NULL;
    uint64_t offset;
    assert_ok(q_pack_writer_new(k->repository, &writer, &k->error), &k->error);
    append(k, writer, 2u << 20, 1, &offset);
    q_pack_writer_free(writer);
    q_pack_writer_free(NULL);
    assert_int_equal(kit_count(k, ""), 1);
}

static void every_byte_matters(void **state) {
    kit *k = *state;
    const size_t small[] = {5, 1, 40};
    q_key key;
    q_buffer pack = {0};
    write_pack(k, small, COUNT(small), &key);
    kit_get(k, key.text, &pack);
    for (size_t i = 0; i < pack.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            pack.data[i] = (char)(pack.data[i] ^ (1 << bit));
            kit_put(k, key.text, pack.data, pack.size);
            assert_status(QUIRE_INTEGRITY, q_pack_verify(k->repository, key.text, &k->error),
                          &k->error);
            assert_says(&k->error, key.text);
            pack.data[i] = (char)(pack.data[i] ^ (1 << bit));
        }
    }
    q_buffer_free(&pack);
}

static void every_length_matters(void **state) {
    kit *k = *state;
    const size_t small[] = {5, 1, 40};
    q_key key;
    q_buffer pack = {0};
    write_pack(k, small, COUNT(small), &key);
    kit_get(k, key.text, &pack);
    for (size_t size = 0; size < pack.size; size++) {
        kit_put(k, key.text, pack.data, size);
        assert_status(QUIRE_INTEGRITY, q_pack_verify(k->repository, key.text, &k->error),
                      &k->error);
    }
    assert_ok(q_buffer_append(&pack, "x", 1, NULL), &k->error);
    kit_put(k, key.text, pack.data, pack.size);
    assert_int_equal(q_pack_verify(k->repository, key.text, &k->error), QUIRE_INTEGRITY);
    kit_put(k, key.text, NULL, 0);
    assert_int_equal(q_pack_verify(k->repository, key.text, &k->error), QUIRE_NOT_FOUND);
    q_buffer_free(&pack);
}

/* An index that is consistent in itself, and names places that overlap, leave gaps or overflow. */
static void impossible_places(void **state) {
    kit *k = *state;
    const struct {
        uint64_t offset, size;
    } rows[] = {{17, 4},          {16, 4},         {16, 6},         {15, 5},
                {16, UINT64_MAX}, {UINT64_MAX, 5}, {UINT64_MAX, 0}, {16, (1u << 20) + 1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char index[Q_PACK_INDEX_ENTRY_SIZE], tail[Q_PACK_TAIL_SIZE];
        char hex[Q_SHA256_HEX_SIZE];
        q_buffer pack = {0};
        assert_ok(q_sha256_hex("hello", 5, hex, &k->error), &k->error);
        q_pack_index_encode(index, hex, rows[i].offset, rows[i].size);
        assert_ok(q_pack_tail_encode(tail, index, sizeof index, 1, 21, &k->error), &k->error);
        assert_ok(q_buffer_append(&pack, Q_PACK_HEAD, Q_PACK_HEAD_SIZE, NULL), &k->error);
        assert_ok(q_buffer_append(&pack, "hello", 5, NULL), &k->error);
        assert_ok(q_buffer_append(&pack, index, sizeof index, NULL), &k->error);
        assert_ok(q_buffer_append(&pack, tail, sizeof tail, NULL), &k->error);
        kit_put(k, "packs/x.pack", pack.data, pack.size);
        assert_int_equal(q_pack_verify(k->repository, "packs/x.pack", &k->error), QUIRE_INTEGRITY);
        q_buffer_free(&pack);
    }
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(written_and_verified), MEMORY(empty_pack),           MEMORY(unsealed_leaves_nothing),
        MEMORY(every_byte_matters),   MEMORY(every_length_matters), MEMORY(impossible_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
