/** @file The intake: where contents go, and what is not stored twice. */
#include "store/repository/intake_load.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/repository/pack.h"
#include "store/repository_kit.h"

#define MIB ((size_t)1 << 20)

/* A load of one file. */
static quire_status take_source(kit *k, q_intake *intake, q_source *source, const q_entry *prior,
                                q_entry *entry) {
    static char digest[Q_DIGEST_TEXT_SIZE];
    q_intake_load *load = NULL;
    bool known = false;
    assert_ok(q_intake_load_new(intake, &load, &k->error), &k->error);
    quire_status status = q_intake_load_expect(load, 0, prior, 0, NULL, &known, &k->error);
    status = status ? status : q_intake_load_read(load, 0, source, &k->error);
    status = status ? status : q_intake_load_place(load, 0, entry, &k->error);
    if (!status) {
        snprintf(digest, sizeof digest, "%s", entry->digest);
        entry->digest = digest;
    }
    assert_false(known);
    q_intake_load_free(load);
    return status;
}

static void take(kit *k, q_intake *intake, const void *data, size_t size, const q_entry *prior,
                 q_entry *entry) {
    q_source source;
    q_source_open_memory(&source, "memory", data, size);
    assert_ok(take_source(k, intake, &source, prior, entry), &k->error);
    q_source_close(&source);
}

static void small_and_large(void **state) {
    kit *k = *state;
    const size_t sizes[] = {0, 1, MIB - 1, MIB, MIB + 1};
    char *data = calloc(1, MIB + 1);
    char hex[Q_SHA256_HEX_SIZE];
    q_intake *intake = NULL;
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        q_entry entry = {0};
        take(k, intake, data, sizes[i], NULL, &entry);
        assert_ok(q_sha256_hex(data, sizes[i], hex, &k->error), &k->error);
        assert_string_equal(entry.digest, hex);
        assert_int_equal(entry.size, sizes[i]);
        assert_int_equal(entry.pack != NULL, sizes[i] > 0 && sizes[i] < MIB);
    }
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 2);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 0);
    assert_ok(q_intake_seal(intake, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
    assert_ok(q_intake_seal(intake, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
    q_intake_free(intake);
    assert_ok(kit_verify(k), &k->error);
    free(data);
}

/* Entries that were given out name the pack: nothing may be committed by them any more. */
static void lost_pack(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    q_source source;
    q_entry entry = {0};
    char key[Q_KEY_SIZE];
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, "small", 5, NULL, &entry);
    snprintf(key, sizeof key, Q_KEY_PACKS "%s.pack", entry.pack);
    kit_put(k, key, "in the way", 10);
    assert_status(QUIRE_INTEGRITY, q_intake_seal(intake, &k->error), &k->error);
    assert_status(QUIRE_ERROR, q_intake_seal(intake, &k->error), &k->error);
    assert_says(&k->error, "begin again");
    q_source_open_memory(&source, "memory", "small", 5);
    assert_status(QUIRE_ERROR, take_source(k, intake, &source, NULL, &entry), &k->error);
    q_intake_free(intake);
}

static void equal_contents_once(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    q_entry first = {0}, second = {0}, third = {0};
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, "same", 4, NULL, &first);
    take(k, intake, "other", 5, NULL, &third);
    take(k, intake, "same", 4, NULL, &second);
    assert_string_equal(first.pack, second.pack);
    assert_int_equal(first.offset, second.offset);
    assert_int_not_equal(first.offset, third.offset);
    /* Also behind a seal, when the pack is published already. */
    assert_ok(q_intake_seal(intake, &k->error), &k->error);
    take(k, intake, "same", 4, NULL, &second);
    assert_string_equal(first.pack, second.pack);
    assert_ok(q_intake_seal(intake, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
    q_intake_free(intake);
}

static void many_contents(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < 2000; i++) {
            q_entry entry = {0};
            take(k, intake, &i, sizeof i, NULL, &entry);
            assert_int_equal(entry.offset, Q_PACK_HEAD_SIZE + i * sizeof i);
        }
    }
    q_intake_free(intake);
    assert_int_equal(kit_count(k, ""), 1); /* nothing was sealed */
}

static void prior_is_reused(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    q_entry entry = {0};
    char pack[] = "0123456789abcdef0123456789abcdef";
    char hex[Q_SHA256_HEX_SIZE];
    kit_put(k, "packs/0123456789abcdef0123456789abcdef.pack", "", 0);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    assert_ok(q_sha256_hex("text", 4, hex, &k->error), &k->error);
    q_entry prior = {.path = "p", .digest = hex, .size = 4, .pack = pack, .offset = 77};
    take(k, intake, "text", 4, &prior, &entry);
    assert_string_equal(entry.pack, pack);
    assert_int_equal(entry.offset, 77);
    take(k, intake, "TEXT", 4, &prior, &entry);
    assert_string_not_equal(entry.pack, pack);
    /* In a pack that is gone it is no use. */
    q_intake_free(intake);
    kit_put(k, "packs/0123456789abcdef0123456789abcdef.pack", NULL, 0);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, "text", 4, &prior, &entry);
    assert_string_not_equal(entry.pack, pack);
    /* A reference has a digest too, but no bytes here. */
    q_entry reference = {.path = "p", .digest = hex, .size = 4, .ref = "file:///x"};
    q_intake_free(intake);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, "text", 4, &reference, &entry);
    assert_non_null(entry.pack);
    q_intake_free(intake);
}

static void large_prior(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    q_entry entry = {0}, prior;
    char digest[Q_DIGEST_TEXT_SIZE];
    char *data = calloc(1, 2 * MIB);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, data, 2 * MIB, NULL, &entry);
    snprintf(digest, sizeof digest, "%s", entry.digest);
    prior = (q_entry){.path = "p", .digest = digest, .size = 2 * MIB};
    take(k, intake, data, 2 * MIB, &prior, &entry);
    assert_string_equal(entry.digest, digest);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 1);
    data[2 * MIB - 1] = 1; /* as long as before, and another */
    take(k, intake, data, 2 * MIB, &prior, &entry);
    assert_string_not_equal(entry.digest, digest);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 2);
    q_intake_free(intake);
    assert_ok(kit_verify(k), &k->error);
    free(data);
}

/* A hint may be wrong: a blob that is gone is stored again. */
static void large_prior_that_is_gone(void **state) {
    kit *k = *state;
    q_intake *intake = NULL;
    q_entry entry = {0}, prior;
    q_key key;
    char digest[Q_DIGEST_TEXT_SIZE];
    char *data = calloc(1, MIB);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    take(k, intake, data, MIB, NULL, &entry);
    snprintf(digest, sizeof digest, "%s", entry.digest);
    prior = (q_entry){.path = "p", .digest = digest, .size = MIB};
    assert_ok(q_key_blob(&key, digest, &k->error), &k->error);
    kit_put(k, key.text, NULL, 0);
    take(k, intake, data, MIB, &prior, &entry);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 1);
    q_intake_free(intake);
    free(data);
}

static void grow(kit *k, const char *path, size_t size, quire_status expected) {
    q_intake *intake = NULL;
    q_entry entry = {0};
    q_source source;
    char *data = calloc(1, size);
    kit_write_file(k, "file", data, size);
    assert_ok(q_intake_new(k->repository, &intake, &k->error), &k->error);
    assert_ok(q_source_open_file(&source, path, &k->error), &k->error);
    assert_int_equal(truncate(path, (off_t)size + 1), 0);
    assert_status(expected, take_source(k, intake, &source, NULL, &entry), &k->error);
    assert_says(&k->error, path);
    q_source_close(&source);
    /* What was read of it must not leak into the next one's digest. */
    char hex[Q_SHA256_HEX_SIZE];
    bool known = false;
    q_intake_load *load = NULL;
    assert_ok(q_sha256_hex("next", 4, hex, &k->error), &k->error);
    assert_ok(q_intake_load_new(intake, &load, &k->error), &k->error);
    for (int pass = 0; pass < 2; pass++) {
        q_source next;
        assert_ok(q_intake_load_expect(load, 0, NULL, 0, NULL, &known, &k->error), &k->error);
        if (pass == 0) {
            assert_ok(q_source_open_file(&next, path, &k->error), &k->error);
            assert_int_equal(truncate(path, (off_t)size), 0);
            assert_status(expected, q_intake_load_read(load, 0, &next, &k->error), &k->error);
        } else {
            q_source_open_memory(&next, "memory", "next", 4);
            assert_ok(q_intake_load_read(load, 0, &next, &k->error), &k->error);
            assert_ok(q_intake_load_place(load, 0, &entry, &k->error), &k->error);
            assert_string_equal(entry.digest, hex);
        }
        q_source_close(&next);
    }
    q_intake_load_free(load);
    q_intake_free(intake);
    assert_int_equal(kit_count(k, Q_KEY_BLOBS), 0);
    free(data);
}

static void changed_while_read(void **state) {
    kit *k = *state;
    const size_t sizes[] = {1, 1000, MIB - 1, MIB, 3 * MIB};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        grow(k, kit_path(k, "file"), sizes[i], QUIRE_ERROR);
    }
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(small_and_large),
        MEMORY(equal_contents_once),
        MEMORY(many_contents),
        MEMORY(lost_pack),
        MEMORY(prior_is_reused),
        MEMORY(large_prior),
        MEMORY(large_prior_that_is_gone),
        MEMORY(changed_while_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
