/** @file The notes of a draft's parts become those of the version. */
#include "store/draft_kit.h"

static quire_artifact *noted(kit *k, const char *path, const char *metadata, const char *alias,
                             const char *tag, const char *description) {
    quire_artifact *artifact = kit_artifact(k, "data", path, path, NULL);
    assert_ok(quire_artifact_set_metadata(artifact, metadata, &k->error), &k->error);
    assert_ok(quire_artifact_add_alias(artifact, alias, &k->error), &k->error);
    assert_ok(quire_artifact_add_tag(artifact, tag, &k->error), &k->error);
    assert_ok(quire_artifact_set_description(artifact, description, &k->error), &k->error);
    return artifact;
}

static quire_status finish_noted(kit *k, const char *metadata) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    if (metadata) {
        assert_ok(quire_artifact_set_metadata(artifact, metadata, &k->error), &k->error);
    }
    quire_status status = quire_finish_artifact(k->store, artifact, "job", NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static cJSON *metadata_of(kit *k, const char *address) {
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    cJSON *metadata = cJSON_Parse(quire_version_get_info(version)->metadata);
    quire_version_free(version);
    assert_non_null(metadata);
    return metadata;
}

static int number_in(const cJSON *metadata, const char *key) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(metadata, key);
    return cJSON_IsNumber(found) ? found->valueint : -1;
}

static void test_notes_unite(void **state) {
    kit *k = *state;
    quire_version *version = NULL;
    kit_upsert(k, noted(k, "a", "{\"x\":1,\"all\":7}", "best", "good", "first"), "job", "0");
    kit_upsert(k, noted(k, "b", "{\"y\":2,\"all\":7}", "other", "good", "second"), "job", "1");
    assert_ok(finish_noted(k, "{\"z\":3}"), &k->error);
    cJSON *metadata = metadata_of(k, "data:v0");
    assert_int_equal(cJSON_GetArraySize(metadata), 4);
    assert_int_equal(number_in(metadata, "x"), 1);
    assert_int_equal(number_in(metadata, "y"), 2);
    assert_int_equal(number_in(metadata, "z"), 3);
    assert_int_equal(number_in(metadata, "all"), 7);
    cJSON_Delete(metadata);
    assert_int_equal(kit_number(k, "data:best"), 0);
    assert_int_equal(kit_number(k, "data:other"), 0);
    assert_ok(quire_version_open(k->store, "data", &version, &k->error), &k->error);
    assert_int_equal(quire_version_get_info(version)->tag_count, 1);
    assert_string_equal(quire_version_get_info(version)->description, "first");
    quire_version_free(version);
}

static void test_metadata_that_differs(void **state) {
    kit *k = *state;
    assert_ok(upsert(k, "job", "0", "a", "one", "{\"loss\":1}"), &k->error);
    assert_ok(upsert(k, "job", "1", "b", "two", "{\"loss\":2}"), &k->error);
    assert_status(QUIRE_CONFLICT, finish_noted(k, NULL), &k->error);
    assert_says(&k->error, "metadata 'loss' of writer '1'");
    assert_int_equal(writers_of(k, "job"), 2);
    assert_ok(finish_noted(k, "{\"loss\":3}"), &k->error); /* the finisher decides */
    cJSON *metadata = metadata_of(k, "data:v0");
    assert_int_equal(number_in(metadata, "loss"), 3);
    cJSON_Delete(metadata);
}

/* As many keys as are allowed in one part, and as many others in another. */
static void test_too_much_metadata(void **state) {
    kit *k = *state;
    q_buffer text = {0};
    for (int part = 0; part < 2; part++) {
        char name[16];
        snprintf(name, sizeof name, "%d", part);
        q_buffer_clear(&text);
        for (int i = 0; i < 60; i++) {
            assert_ok(q_buffer_printf(&text, &k->error, "%s\"%d.%d\":1", i ? "," : "{", part, i),
                      &k->error);
        }
        assert_ok(q_buffer_append(&text, "}", 2, &k->error), &k->error);
        assert_ok(upsert(k, "job", name, name, name, text.data), &k->error);
    }
    q_buffer_free(&text);
    assert_status(QUIRE_USAGE, kit_finish(k, "data", "job", NULL), &k->error);
    assert_says(&k->error, "120 keys of metadata together");
    assert_int_equal(writers_of(k, "job"), 2);
}

static void test_the_deepest_metadata(void **state) {
    kit *k = *state;
    char text[256], id[16];
    for (int depth = 60; depth < 80; depth++) {
        size_t at = (size_t)snprintf(text, sizeof text, "{\"a\":");
        snprintf(id, sizeof id, "%d", depth);
        memset(text + at, '[', (size_t)depth);
        memset(text + at + depth, ']', (size_t)depth);
        memcpy(text + at + 2 * depth, "}", 2);
        quire_artifact *artifact = kit_artifact(k, "data", "a", text, NULL);
        quire_status status = quire_artifact_set_metadata(artifact, text, &k->error);
        if (status == QUIRE_OK) { /* then it can be read back, from parts, too */
            kit_upsert(k, artifact, id, "0");
            assert_ok(kit_finish(k, "data", id, NULL), &k->error);
            cJSON_Delete(metadata_of(k, "data:latest"));
        } else {
            assert_int_equal(status, QUIRE_USAGE);
            assert_true(depth >= 63);
            quire_artifact_free(artifact);
        }
    }
}

static quire_status count_step(void *context, const quire_lineage *step) {
    if (strcmp(step->kind, "input") == 0) {
        assert_string_equal(step->other, "raw:v0");
        ++*(int *)context;
    }
    return QUIRE_OK;
}

static void test_inputs_add_up(void **state) {
    kit *k = *state;
    int inputs = 0;
    quire_version *version = NULL;
    kit_log(k, kit_artifact(k, "raw", "r", "r", NULL));
    for (int i = 0; i < 2; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        quire_artifact *artifact = kit_artifact(k, "data", name, name, NULL);
        assert_ok(quire_artifact_add_input(artifact, "raw:latest", &k->error), &k->error);
        kit_upsert(k, artifact, "job", name);
    }
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_ok(quire_version_open(k->store, "data", &version, &k->error), &k->error);
    assert_ok(quire_version_lineage(version, count_step, &inputs, &k->error), &k->error);
    quire_version_free(version);
    assert_int_equal(inputs, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_notes_unite),       TEST(test_metadata_that_differs),
        TEST(test_too_much_metadata), TEST(test_the_deepest_metadata),
        TEST(test_inputs_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
