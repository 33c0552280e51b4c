/** @file Lineage: what a version was made from, and what was made from it. */
#include "store/repository_kit.h"

typedef struct steps {
    char text[1024];
    size_t count;
    bool complete; /* each says who, where and when */
} steps;

static quire_status add_step(void *context, const quire_lineage *step) {
    steps *to = context;
    size_t used = strlen(to->text);
    snprintf(to->text + used, sizeof to->text - used, "[%s %s %s]", step->kind,
             step->other ? step->other : "-", step->job ? step->job : "-");
    to->count++;
    to->complete = to->complete && step->user[0] && step->host[0] && strlen(step->at) >= 20;
    return QUIRE_OK;
}

static steps lineage(kit *k, const char *address) {
    quire_version *version = NULL;
    steps all = {.complete = true};
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    assert_ok(quire_version_lineage(version, add_step, &all, &k->error), &k->error);
    quire_version_free(version);
    assert_true(all.complete);
    return all;
}

static quire_artifact *made_from(kit *k, const char *name, const char *text, const char *input) {
    quire_artifact *artifact = kit_artifact(k, name, "a", text, NULL);
    assert_ok(quire_artifact_add_input(artifact, input, &k->error), &k->error);
    return artifact;
}

static void inputs(void **state) {
    kit *k = *state;
    const quire_commit_options options = {.job = "job 7"};
    quire_version_id version;
    kit_log(k, kit_artifact(k, "raw", "a", "1", NULL));
    kit_log(k, kit_artifact(k, "raw", "a", "2", NULL));
    quire_artifact *artifact = made_from(k, "model", "weights", "raw:latest");
    assert_ok(quire_log_artifact(k->store, artifact, &options, &version, &k->error), &k->error);
    assert_string_equal(lineage(k, "model").text, "[input raw:v1 job 7]");
    assert_string_equal(lineage(k, "raw:v1").text, "[use model:v0 job 7]");
    assert_int_equal(lineage(k, "raw:v0").count, 0);
    /* The same again tells nothing new. */
    assert_ok(quire_log_artifact(k->store, artifact, &options, &version, &k->error), &k->error);
    assert_int_equal(lineage(k, "raw:v1").count, 1);
    quire_artifact_free(artifact);
    /* A later `latest` does not change what it was made from. */
    kit_log(k, kit_artifact(k, "raw", "a", "3", NULL));
    assert_string_equal(lineage(k, "model").text, "[input raw:v1 job 7]");
    assert_ok(kit_verify(k), &k->error);
}

static void uses(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "raw", "a", "1", NULL));
    for (int i = 0; i < 3; i++) {
        assert_ok(quire_version_use(k->store, "raw", "job", &k->error), &k->error);
    }
    assert_string_equal(lineage(k, "raw").text, "[use - job][use - job][use - job]");
    assert_int_equal(quire_version_use(k->store, "raw:v4", "job", &k->error), QUIRE_NOT_FOUND);
    assert_int_equal(quire_version_use(k->store, "none", "job", &k->error), QUIRE_NOT_FOUND);
}

static void of_all_writers(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "raw", "a", "1", NULL));
    kit_log(k, kit_artifact(k, "other", "a", "1", NULL));
    kit_upsert(k, made_from(k, "model", "same", "raw"), "id", "0");
    kit_upsert(k, made_from(k, "model", "same", "other:v0"), "id", "1");
    kit_upsert(k, made_from(k, "model", "same", "raw:v0"), "id", "2");
    assert_ok(kit_finish(k, "model", "id", NULL), &k->error);
    assert_int_equal(lineage(k, "model").count, 2);
    assert_int_equal(lineage(k, "raw").count, 1);
    assert_int_equal(lineage(k, "other").count, 1);
}

static void unknown_input(void **state) {
    kit *k = *state;
    quire_version_id version;
    quire_artifact *artifact = made_from(k, "model", "x", "raw:v0");
    assert_status(QUIRE_NOT_FOUND,
                  quire_log_artifact(k->store, artifact, NULL, &version, &k->error), &k->error);
    assert_says(&k->error, "raw");
    assert_int_equal(kit_versions(k, "model"), 0);
    quire_artifact_free(artifact);
}

static void of_a_deleted_version(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "raw", "a", "1", NULL));
    kit_log(k, made_from(k, "model", "x", "raw"));
    assert_ok(quire_version_delete(k->store, "raw:v0", 0, &k->error), &k->error);
    kit_gc(k, -1, 0);
    assert_string_equal(lineage(k, "model").text, "[input raw:v0 -]");
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(inputs),
        MEMORY(uses),
        MEMORY(of_all_writers),
        MEMORY(unknown_input),
        MEMORY(of_a_deleted_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
