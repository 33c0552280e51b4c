/** @file Verifications go on after a fault: one damaged record hides nothing else that is wrong. */
#include "store/draft_kit.h"

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

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_collections),
        TEST(test_drafts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
