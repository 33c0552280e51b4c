/** @file Verifications go on after a fault: one damaged record hides nothing else that is wrong. */
#include "store/draft_kit.h"
#include "store/repository/pack_index.h"

static void gather(void *context, const char *line) {
    char *text = context;
    size_t used = strlen(text);
    snprintf(text + used, 8192 - used, "%s\n", line);
}

static void assert_told(kit *k, const char *const *words, size_t count) {
    char text[8192] = "";
    assert_status(QUIRE_INTEGRITY, quire_store_verify(k->store, gather, text, &k->error),
                  &k->error);
    for (size_t i = 0; i < count; i++) {
        if (!strstr(text, words[i])) {
            print_error("nothing says '%s':\n%s", words[i], text);
        }
        assert_non_null(strstr(text, words[i]));
    }
}

static quire_status remove_it(void *context, const q_object_info *info, quire_error *error) {
    return q_objects_remove(((kit *)context)->objects, info->key, INT64_MAX, NULL, error);
}

static void remove_all(kit *k, const char *prefix) {
    assert_ok(q_objects_list(k->objects, prefix, true, remove_it, k, &k->error), &k->error);
}

static void test_collections(void **state) {
    kit *k = *state;
    static const char *const words[] = {"collections/a/collection.json",
                                        "a:v0: ",
                                        "a:v1: ",
                                        "collections/b/collection.json is missing",
                                        "b:v0: ",
                                        "c:v0: "};
    kit_log(k, kit_artifact(k, "a", "x", "one", NULL));
    kit_log(k, kit_artifact(k, "a", "x", "two", NULL));
    kit_log(k, kit_artifact(k, "b", "y", "one", NULL));
    kit_log(k, kit_artifact(k, "c", "z", "one", NULL));
    kit_put(k, "collections/a/collection.json", "{}", 2);
    kit_put(k, "collections/b/collection.json", NULL, 0);
    remove_all(k, Q_KEY_MANIFESTS);
    assert_told(k, words, COUNT(words));
}

static void test_drafts(void **state) {
    kit *k = *state;
    static const char *const words[] = {
        "drafts/a/draft.json", "drafts/b/draft.json is missing",
        "draft 'a' of 'data': ", "draft 'b' of 'data': ", "draft 'c' of 'data': "};
    upsert_ok(k, "a", "0", "x", "one");
    upsert_ok(k, "b", "0", "y", "one");
    upsert_ok(k, "c", "0", "z", "one");
    remove_all(k, "collections/data/drafts/a/shards/");
    remove_all(k, "collections/data/drafts/b/shards/");
    remove_all(k, "collections/data/drafts/c/shards/");
    kit_put(k, "collections/data/drafts/a/draft.json", "{}", 2);
    kit_put(k, "collections/data/drafts/b/draft.json", NULL, 0);
    assert_told(k, words, COUNT(words));
}

static void flip(kit *k, const char *key, size_t at) {
    q_buffer data = {0};
    kit_get(k, key, &data);
    data.data[at] ^= 1;
    kit_put(k, key, data.data, data.size);
    q_buffer_free(&data);
}

static void log_large(kit *k, const char *name, const char *large) {
    quire_artifact *artifact = kit_artifact(k, name, NULL);
    assert_ok(quire_artifact_add_buffer(artifact, "large", large, (size_t)1 << 20, NULL, &k->error),
              &k->error);
    kit_log(k, artifact);
}

/* Each version that names a damaged blob is told, also where versions share a chunk. */
static void test_versions_of_a_blob(void **state) {
    static const char *const words[] = {"blobs/", "a:v0: blobs/", "b:v0: blobs/",
                                        "is damaged, which holds 'large'"};
    kit *k = *state;
    q_key key;
    char *large = calloc(1, (size_t)1 << 20);
    assert_non_null(large);
    log_large(k, "a", large);
    log_large(k, "b", large);
    kit_find(k, Q_KEY_BLOBS, "", &key);
    flip(k, key.text, 0);
    assert_told(k, words, COUNT(words));
    free(large);
}

/* Damage in front of all files of a pack, then in one of them. */
static void test_versions_of_a_pack(void **state) {
    static const char *const before[] = {"a:v0: packs/", "a:v1: packs/",
                                         "is damaged, though not where it holds 'x'"};
    static const char *const within[] = {"a:v0: ", "a:v1: "};
    kit *k = *state;
    q_key key;
    kit_log(k, kit_artifact(k, "a", "x", "one", NULL));
    kit_find(k, Q_KEY_PACKS, "", &key);
    kit_log(k, kit_artifact(k, "a", "x", "one", "y", "two", NULL));
    flip(k, key.text, 0);
    assert_told(k, before, COUNT(before));
    flip(k, key.text, 0);
    assert_ok(kit_verify(k), &k->error);
    flip(k, key.text, Q_PACK_HEAD_SIZE);
    assert_told(k, within, COUNT(within));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_collections),
        TEST(test_drafts),
        TEST(test_versions_of_a_blob),
        TEST(test_versions_of_a_pack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
