/** @file Stores of a newer format, edited records, and places that are no store. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/repository_kit.h"

/** Everything that reads the store; the status of the first that fails. */
static quire_status use(kit *k) {
    quire_version_id version;
    quire_artifact *artifact = kit_artifact(k, "data", "b", "2", NULL);
    quire_status status = kit_read_all(k, "data:v0");
    if (!status) {
        status = quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    }
    quire_artifact_free(artifact);
    return status;
}

/** Replace text in a record and make its check right again. */
static void rewrite(kit *k, const char *key, const char *from, const char *to, q_buffer *before) {
    q_buffer text = {0};
    char hex[Q_SHA256_HEX_SIZE];
    kit_get(k, key, before);
    assert_ok(q_buffer_append(before, "", 1, NULL), &k->error);
    before->size--;
    char *at = strstr(before->data, from);
    char *check = strstr(before->data, ",\"check\":");
    assert_non_null(at);
    assert_non_null(check);
    assert_ok(q_buffer_append(&text, before->data, (size_t)(at - before->data), NULL), &k->error);
    assert_ok(q_buffer_append_string(&text, to, NULL), &k->error);
    at += strlen(from);
    assert_ok(q_buffer_append(&text, at, (size_t)(check - at), NULL), &k->error);
    assert_ok(q_sha256_hex(text.data, text.size, hex, &k->error), &k->error);
    assert_ok(q_buffer_printf(&text, NULL, ",\"check\":\"%s\"}\n", hex), &k->error);
    kit_put(k, key, text.data, text.size);
    q_buffer_free(&text);
}

static const char *const records[] = {"collections/data/collection.json",
                                      "collections/data/versions/0000000000"};

static void newer_records(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    for (size_t i = 0; i < COUNT(records); i++) {
        q_buffer before = {0};
        rewrite(k, records[i], "\"format\":1", "\"format\":2", &before);
        assert_status(QUIRE_ERROR, use(k), &k->error);
        assert_says(&k->error, "newer");
        assert_says(&k->error, records[i]);
        assert_int_not_equal(quire_store_verify(k->store, NULL, NULL, NULL), QUIRE_OK);
        kit_put(k, records[i], before.data, before.size);
        q_buffer_free(&before);
    }
    assert_ok(use(k), &k->error);
}

static void edited_records(void **state) {
    kit *k = *state;
    const struct {
        size_t record;
        const char *from, *to;
    } rows[] = {
        {0, "\"quire\":\"collection\"", "\"quire\":\"version\""},
        {0, "\"type\":\"dataset\"", "\"type\":7"},
        {0, "\"type\":", "\"kind\":"},

        {1, "\"number\":0", "\"number\":1"},
        {1, "\"number\":0", "\"number\":-1"},
        {1, "\"number\":0", "\"number\":1e300"},
        {1, "\"number\":0", "\"number\":0,\"number\":0"},
        {1, "\"name\":\"data\"", "\"name\":\"atad\""},
        {1, "\"digest\":\"", "\"digest\":\"0"},
        {1, "\"notes\":{", "\"notes\":[{"},
        {1, "\"notes\":", "\"notez\":"},
        {1, "\"entries\":1", "\"entries\":2"},
        {1, "\"bytes\":1", "\"bytes\":0"},
    };
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    for (size_t i = 0; i < COUNT(rows); i++) {
        q_buffer before = {0};
        rewrite(k, records[rows[i].record], rows[i].from, rows[i].to, &before);
        assert_status(QUIRE_INTEGRITY, use(k), &k->error);
        assert_int_equal(quire_store_verify(k->store, NULL, NULL, NULL), QUIRE_INTEGRITY);
        kit_put(k, records[rows[i].record], before.data, before.size);
        q_buffer_free(&before);
    }
    assert_ok(use(k), &k->error);
}

/* Without its check made right, whatever is edited or cut. */
static void cut_records(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    for (size_t i = 0; i < COUNT(records); i++) {
        q_buffer data = {0};
        kit_get(k, records[i], &data);
        for (size_t size = 0; size < data.size; size += 13) {
            kit_put(k, records[i], data.data, size);
            assert_status(QUIRE_INTEGRITY, use(k), &k->error);
            assert_says(&k->error, records[i]);
        }
        kit_put(k, records[i], data.data, data.size);
        q_buffer_free(&data);
    }
}

/* --- manifests carry their version in the text; a newer one comes under its own name --- */

/** Put a changed copy of a manifest under the name that its bytes have; makes `old` say `new`. */
static void put_manifest(kit *k, const char *from, const char *to, char name[Q_SHA256_HEX_SIZE],
                         q_key *old) {
    q_buffer data = {0}, text = {0};
    kit_find(k, Q_KEY_MANIFESTS, "", old);
    kit_get(k, old->text, &data);
    assert_ok(q_buffer_append(&data, "", 1, NULL), &k->error);
    char *at = strstr(data.data, from);
    assert_non_null(at);
    assert_ok(q_buffer_append(&text, data.data, (size_t)(at - data.data), NULL), &k->error);
    assert_ok(q_buffer_printf(&text, NULL, "%s%s", to, at + strlen(from)), &k->error);
    assert_ok(q_sha256_hex(text.data, text.size, name, &k->error), &k->error);
    char key[128];
    snprintf(key, sizeof key, Q_KEY_MANIFESTS "%s", name);
    kit_put(k, key, text.data, text.size);
    q_buffer_free(&data);
    q_buffer_free(&text);
}

static void newer_root(void **state) {
    kit *k = *state;
    q_key old;
    q_buffer before = {0};
    char name[Q_SHA256_HEX_SIZE];
    kit_log(k, kit_artifact(k, "data", NULL)); /* empty: a root and no chunk */
    put_manifest(k, "\"format\":1", "\"format\":2", name, &old);
    rewrite(k, records[1], old.text + strlen(Q_KEY_MANIFESTS), name, &before);
    quire_version *version = NULL;
    quire_entry entry;
    assert_ok(quire_version_open(k->store, "data:v0", &version, &k->error), &k->error);
    assert_status(QUIRE_ERROR, quire_version_get_entry(version, "a", &entry, &k->error), &k->error);
    assert_says(&k->error, "newer");
    assert_says(&k->error, name);
    quire_version_free(version);
    /* Not to be checked by this reader, which is no damage. */
    assert_status(QUIRE_ERROR, quire_store_verify(k->store, NULL, NULL, &k->error), &k->error);
    assert_says(&k->error, "newer");
    q_buffer_free(&before);
}

/* --- places --- */

static void newer_store(void **state) {
    kit *k = *state;
    quire_store *store = NULL;
    q_buffer before = {0};
    rewrite(k, Q_KEY_REPOSITORY, "\"format\":1", "\"format\":2", &before);
    assert_status(QUIRE_ERROR, quire_store_open(k->url, NULL, &store, &k->error), &k->error);
    assert_says(&k->error, "newer");
    assert_says(&k->error, k->url);
    assert_null(store);
    assert_int_equal(quire_store_init(k->url, NULL, &k->error), QUIRE_ERROR);
    kit_put(k, Q_KEY_REPOSITORY, "{}", 2);
    assert_int_equal(quire_store_open(k->url, NULL, &store, &k->error), QUIRE_INTEGRITY);
    assert_int_equal(quire_store_init(k->url, NULL, &k->error), QUIRE_INTEGRITY);
    q_buffer_free(&before);
}

static void places(void **state) {
    kit *k = *state;
    quire_store *store = NULL;
    char *before = kit_fingerprint(k);
    assert_ok(quire_store_init(k->url, NULL, &k->error), &k->error);
    char *after = kit_fingerprint(k);
    assert_string_equal(before, after);
    free(before);
    free(after);
    kit_write_file(k, "file", "x", 1);
    assert_int_equal(mkdir(kit_path(k, "foreign"), 0700), 0);
    kit_write_file(k, "foreign/thesis.txt", "x", 1);
    assert_int_equal(mkdir(kit_path(k, "empty"), 0700), 0);
    const struct {
        const char *below;
        quire_status init, open;
    } rows[] = {
        {"file", QUIRE_CONFLICT, QUIRE_NOT_FOUND},
        {"foreign", QUIRE_CONFLICT, QUIRE_NOT_FOUND},
        {"nowhere/below", QUIRE_OK, QUIRE_NOT_FOUND},
        {"empty", QUIRE_OK, QUIRE_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *path = kit_path(k, rows[i].below);
        assert_status(rows[i].open, quire_store_open(path, NULL, &store, &k->error), &k->error);
        assert_says(&k->error, path);
        assert_status(rows[i].init, quire_store_init(path, NULL, &k->error), &k->error);
        assert_says(&k->error, path);
    }
    assert_int_equal(access(kit_path(k, "foreign/tmp"), F_OK), -1);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)
#define DIRECTORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(newer_records), MEMORY(edited_records), MEMORY(cut_records),
        MEMORY(newer_root),    DIRECTORY(newer_store), DIRECTORY(places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
