/** @file Reading contents: ranges, and what is said of objects that are missing or damaged. */
#include "store/repository/content.h"

#include "store/repository_kit.h"

#define MIB ((uint64_t)1 << 20)

static unsigned char byte_at(uint64_t at) {
    return (unsigned char)((at * 2654435761u) >> 13);
}

/** A version with one file of `size` bytes. */
static void log_file(kit *k, uint64_t size) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    unsigned char *data = malloc(size);
    for (uint64_t i = 0; i < size; i++) {
        data[i] = byte_at(i);
    }
    const quire_add_options borrow = {.borrow = 1};
    assert_ok(quire_artifact_add_buffer(artifact, "file", data, size, &borrow, &k->error),
              &k->error);
    kit_log(k, artifact);
    free(data);
}

typedef struct checking {
    uint64_t at;
    bool same;
} checking;

static quire_status check_bytes(void *context, const void *data, size_t size) {
    checking *to = context;
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        to->same = to->same && bytes[i] == byte_at(to->at + i);
    }
    to->at += size;
    return QUIRE_OK;
}

/** Read a range of data:v0/file; whatever is handed out must be right. */
static quire_status read_range(kit *k, uint64_t offset, uint64_t length, uint64_t *got) {
    quire_version *version = NULL;
    checking to = {offset, true};
    assert_ok(quire_version_open(k->store, "data:v0", &version, &k->error), &k->error);
    quire_status status =
        quire_version_read(version, "file", offset, length, check_bytes, &to, &k->error);
    quire_version_free(version);
    assert_true(to.same);
    *got = to.at - offset;
    return status;
}

/** Copy data:v0/file. What is handed out before a failure may be anything. */
static quire_status copy_all(kit *k, checking *to) {
    const q_store_ops *ops = k->store->ops;
    quire_version *version = NULL;
    q_copier *copier = NULL;
    quire_entry entry;
    *to = (checking){0, true};
    assert_ok(quire_version_open(k->store, "data:v0", &version, &k->error), &k->error);
    assert_ok(quire_version_get_entry(version, "file", &entry, &k->error), &k->error);
    assert_ok(ops->copier_open(version, &copier, &k->error), &k->error);
    quire_status status =
        ops->copier_copy(copier, &version->found.entry, check_bytes, to, &k->error);
    ops->copier_free(copier);
    quire_version_free(version);
    return status;
}

static void assert_copy(kit *k, uint64_t expected) {
    checking to;
    assert_ok(copy_all(k, &to), &k->error);
    assert_true(to.same);
    assert_int_equal(to.at, expected);
}

static void assert_range(kit *k, uint64_t offset, uint64_t length, uint64_t expected) {
    uint64_t got;
    assert_ok(read_range(k, offset, length, &got), &k->error);
    assert_int_equal(got, expected);
}

static void assert_damaged(kit *k, uint64_t offset, const char *words) {
    uint64_t got;
    checking to;
    assert_status(QUIRE_INTEGRITY, copy_all(k, &to), &k->error);
    assert_says(&k->error, words);
    assert_status(QUIRE_INTEGRITY, read_range(k, offset, 1, &got), &k->error);
    assert_int_equal(got, 0);
    assert_says(&k->error, words);
    assert_says(&k->error, "'file'");
}

static void ranges(kit *k, uint64_t size) {
    uint64_t got;
    log_file(k, size);
    assert_range(k, 0, UINT64_MAX, size);
    assert_copy(k, size);
    assert_range(k, 0, 0, 0);
    assert_range(k, size, 5, 0);
    assert_range(k, size - 1, UINT64_MAX, 1);
    assert_range(k, size / 2, 10, 10);
    assert_status(QUIRE_USAGE, read_range(k, size + 1, 1, &got), &k->error);
}

static void ranges_in_a_pack(void **state) {
    ranges(*state, 1000);
}

static void ranges_in_a_blob(void **state) {
    ranges(*state, 2 * MIB + 3);
}

static void ranges_across_blocks(void **state) {
    kit *k = *state;
    uint64_t block = Q_DIGEST_BLOCK;
    ranges(k, 2 * block + 7);
    assert_range(k, block - 1, 2, 2);
    assert_range(k, block, 1, 1);
    assert_range(k, block - 1, block + 2, block + 2);
    assert_range(k, 2 * block - 1, UINT64_MAX, 8);
}

/* Only the blocks that a range touches are read: damage elsewhere is not in its way. */
static void blocks_damaged(void **state) {
    kit *k = *state;
    q_key blob, list;
    q_buffer data = {0};
    uint64_t block = Q_DIGEST_BLOCK;
    log_file(k, block + 9);
    kit_find(k, Q_KEY_BLOBS, "-64m", &blob);
    kit_find(k, Q_KEY_BLOBS, "-64m.blocks", &list);
    kit_get(k, blob.text, &data);
    data.data[block + 1] ^= 1;
    kit_put(k, blob.text, data.data, data.size);
    assert_range(k, 5, 10, 10);
    assert_damaged(k, block, blob.text);
    data.data[block + 1] ^= 1;
    kit_put(k, blob.text, data.data, data.size - 1);
    assert_damaged(k, 0, blob.text);
    kit_put(k, blob.text, data.data, data.size);
    kit_get(k, list.text, &data);
    for (size_t i = 0; i < data.size; i += 9) {
        data.data[i] ^= 4;
        kit_put(k, list.text, data.data, data.size);
        assert_damaged(k, 0, list.text);
        data.data[i] ^= 4;
    }
    kit_put(k, list.text, data.data, data.size - 32);
    assert_damaged(k, 0, list.text);
    kit_put(k, list.text, NULL, 0);
    assert_damaged(k, 0, list.text);
    assert_says(&k->error, "missing");
    q_buffer_free(&data);
}

static void damage(kit *k, const char *prefix, const char *suffix, size_t at) {
    q_key key;
    q_buffer data = {0};
    kit_find(k, prefix, suffix, &key);
    kit_get(k, key.text, &data);
    data.data[at] ^= 1;
    kit_put(k, key.text, data.data, data.size);
    assert_damaged(k, 0, key.text);
    kit_put(k, key.text, data.data, at);
    assert_damaged(k, 0, key.text);
    kit_put(k, key.text, "", 0);
    assert_damaged(k, 0, key.text);
    kit_put(k, key.text, NULL, 0);
    assert_damaged(k, 0, key.text);
    assert_says(&k->error, "missing");
    q_buffer_free(&data);
}

static void pack_damaged(void **state) {
    log_file(*state, 1000);
    damage(*state, Q_KEY_PACKS, ".pack", 16 + 999);
}

static void blob_damaged(void **state) {
    log_file(*state, MIB);
    damage(*state, Q_KEY_BLOBS, "", MIB - 1);
}

static quire_status keep_quiet(void *context, const void *data, size_t size) {
    (void)data;
    *(size_t *)context += size;
    return QUIRE_OK;
}

static quire_status end_it(void *context, const void *data, size_t size) {
    (void)data;
    (void)size;
    return --*(int *)context > 0 ? QUIRE_OK : QUIRE_TEMPORARY;
}

/* A copy that its taker ends leaves nothing behind that the next would be checked with. */
static void copy_ended(void **state) {
    kit *k = *state;
    const q_store_ops *ops = k->store->ops;
    quire_version *version = NULL;
    q_copier *copier = NULL;
    quire_entry entry;
    checking to = {0, true};
    int pieces = 2;
    log_file(k, 2 * MIB);
    assert_ok(quire_version_open(k->store, "data:v0", &version, &k->error), &k->error);
    assert_ok(quire_version_get_entry(version, "file", &entry, &k->error), &k->error);
    const q_entry *file = &version->found.entry;
    assert_ok(ops->copier_open(version, &copier, &k->error), &k->error);
    assert_status(QUIRE_TEMPORARY, ops->copier_copy(copier, file, end_it, &pieces, &k->error),
                  &k->error);
    assert_ok(ops->copier_copy(copier, file, check_bytes, &to, &k->error), &k->error);
    assert_true(to.same && to.at == 2 * MIB);
    ops->copier_free(copier);
    quire_version_free(version);
}

/* Entries that no manifest would hold, or only a hostile one. */
static void impossible_entries(void **state) {
    kit *k = *state;
    q_content *content = NULL;
    size_t got = 0;
    char digest[Q_SHA256_HEX_SIZE];
    q_key key;
    log_file(k, 1000);
    kit_find(k, Q_KEY_PACKS, ".pack", &key);
    char pack[Q_PACK_NAME_SIZE];
    snprintf(pack, sizeof pack, "%.32s", key.text + strlen(Q_KEY_PACKS));
    assert_ok(q_sha256_hex("x", 1, digest, &k->error), &k->error);
    const q_entry rows[] = {
        {.path = "p", .digest = digest, .size = 0},
        {.path = "p", .digest = digest, .size = 1, .pack = pack, .offset = 16},
        {.path = "p", .digest = digest, .size = 1, .pack = pack, .offset = UINT64_MAX},
        {.path = "p", .digest = digest, .size = UINT64_MAX - 15, .pack = pack, .offset = 16},
        {.path = "p", .digest = digest, .size = Q_ENTRY_SIZE_MAX, .pack = pack, .offset = 16},
        {.path = "p", .digest = digest, .size = 1},
    };
    assert_ok(q_content_new(k->repository, &content, &k->error), &k->error);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_status(QUIRE_INTEGRITY,
                      q_content_read(content, &rows[i], 0, UINT64_MAX, keep_quiet, &got, &k->error),
                      &k->error);
        assert_status(QUIRE_INTEGRITY,
                      q_content_copy(content, &rows[i], keep_quiet, &got, &k->error), &k->error);
    }
    q_entry reference = {.path = "p", .digest = digest, .size = 1, .ref = "file:///x"};
    assert_int_equal(q_content_read(content, &reference, 0, 1, keep_quiet, &got, &k->error),
                     QUIRE_USAGE);
    assert_int_equal(q_content_copy(content, &reference, keep_quiet, &got, &k->error), QUIRE_USAGE);
    assert_int_equal(got, 0);
    q_content_free(content);
}

/* More packs than are kept open at once. */
static void many_packs(void **state) {
    kit *k = *state;
    for (int i = 0; i < 20; i++) {
        char text[16], writer[16];
        snprintf(text, sizeof text, "file %d", i);
        snprintf(writer, sizeof writer, "%d", i);
        kit_upsert(k, kit_artifact(k, "many", text, text, NULL), "id", writer);
    }
    assert_ok(kit_finish(k, "many", "id", NULL), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 20);
    assert_ok(kit_read_all(k, "many"), &k->error);
    assert_ok(kit_read_all(k, "many"), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(ranges_in_a_pack), MEMORY(ranges_in_a_blob),   MEMORY(ranges_across_blocks),
        MEMORY(blocks_damaged),   MEMORY(pack_damaged),       MEMORY(blob_damaged),
        MEMORY(copy_ended),       MEMORY(impossible_entries), MEMORY(many_packs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
