/** @file Notes, aliases and drafts in records whose check is right and whose members are not. */
#include "store/repository/notes.h"
#include "store/repository_kit.h"

static void plant(kit *k, const char *key, const char *members) {
    q_buffer text = {0};
    cJSON *record = cJSON_Parse(members);
    assert_non_null(record);
    assert_ok(q_record_print(record, &text, &k->error), &k->error);
    kit_put(k, key, text.data, text.size);
    q_buffer_free(&text);
    cJSON_Delete(record);
}

static void test_notes_of_wrong_types(void **state) {
    static const char *const wrong[] = {
        "[]",
        "{\"description\":5}",
        "{\"metadata\":[]}",
        "{\"metadata\":null}",
        "{\"ttl\":-1}",
        "{\"ttl\":1e300}",
        "{\"ttl\":9007199254740992}",
        "{\"ttl\":\"1\"}",
        "{\"tags\":\"a\"}",
        "{\"tags\":[1]}",
        "{\"tags\":[\"\\u001b[31m\"]}",
        "{\"aliases\":[\"latest\"]}",
        "{\"aliases\":{\"a\":null}}",
        "{\"inputs\":[\"a:b\"]}",
        "{\"inputs\":[\"../a:v0\"]}",
    };
    static const char *const right[] = {
        "{}",
        "{\"description\":\"\",\"metadata\":{\"a\":[]},\"ttl\":0,\"tags\":[\"a\"],"
        "\"aliases\":[\"best\"],\"inputs\":[\"a:v0\"],\"later\":1}",
    };
    quire_error error = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong) + COUNT(right); i++) {
        bool fine = i >= COUNT(wrong);
        cJSON *notes = cJSON_Parse(fine ? right[i - COUNT(wrong)] : wrong[i]);
        assert_non_null(notes);
        assert_status(fine ? QUIRE_OK : QUIRE_INTEGRITY, q_notes_check(notes, &error), &error);
        cJSON_Delete(notes);
    }
}

static void test_a_version_with_such_notes(void **state) {
    kit *k = *state;
    quire_version *version = NULL;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    plant(k, "collections/data/notes/0000000000/0000000001",
          "{\"quire\":\"notes\",\"format\":1,\"metadata\":[1]}");
    assert_status(QUIRE_INTEGRITY, quire_version_open(k->store, "data:v0", &version, &k->error),
                  &k->error);
    assert_says(&k->error, "data:v0");
}

static void test_an_alias_with_any_text(void **state) {
    kit *k = *state;
    quire_version *version = NULL;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    plant(k, "collections/data/aliases/best/0000000001",
          "{\"quire\":\"alias\",\"format\":1,\"alias\":\"\\u001b[31m\",\"number\":0}");
    assert_status(QUIRE_INTEGRITY, quire_version_open(k->store, "data:v0", &version, &k->error),
                  &k->error);
}

static quire_status see(void *context, const quire_draft *draft) {
    (void)context;
    (void)draft;
    return QUIRE_OK;
}

static void test_a_draft_in_another_place(void **state) {
    kit *k = *state;
    q_buffer record = {0};
    kit_upsert(k, kit_artifact(k, "data", "a", "one", NULL), "id", "w");
    kit_get(k, "collections/data/drafts/id/draft.json", &record);
    kit_put(k, "collections/data/drafts/other/draft.json", record.data, record.size);
    q_buffer_free(&record);
    assert_status(QUIRE_INTEGRITY, quire_draft_list(k->store, "data", see, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "drafts/other");
}

static quire_status ignore(void *context, const void *data, size_t size) {
    (void)context;
    (void)data;
    (void)size;
    return QUIRE_OK;
}

/* A sink that reads by the same handle must not lose what it was given. */
static quire_status read_again(void *context, const void *data, size_t size) {
    char kept[3];
    quire_version *version = context;
    assert_int_equal(size, sizeof kept);
    memcpy(kept, data, sizeof kept);
    assert_int_equal(quire_version_read(version, "b", 0, UINT64_MAX, ignore, NULL, NULL), QUIRE_OK);
    assert_memory_equal(data, kept, sizeof kept);
    return QUIRE_OK;
}

static void test_reading_within_a_reading(void **state) {
    kit *k = *state;
    quire_version *version = NULL;
    kit_log(k, kit_artifact(k, "data", "a", "one", "b", "a longer text than the first", NULL));
    assert_ok(quire_version_open(k->store, "data:v0", &version, &k->error), &k->error);
    assert_ok(quire_version_read(version, "a", 0, UINT64_MAX, read_again, version, &k->error),
              &k->error);
    quire_version_free(version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes_of_wrong_types),
        cmocka_unit_test_setup_teardown(test_a_version_with_such_notes, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_an_alias_with_any_text, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_in_another_place, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_reading_within_a_reading, kit_setup_memory,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
