/** @file Each step that changes a store, failed at each of its operations, and done again. */
#include "store/fault_loop.h"

static void add_notes(kit *k, quire_artifact *artifact) {
    assert_ok(quire_artifact_add_alias(artifact, "best", &k->error), &k->error);
    assert_ok(quire_artifact_add_tag(artifact, "good", &k->error), &k->error);
    assert_ok(quire_artifact_set_metadata(artifact, "{\"loss\":0.25}", &k->error), &k->error);
    assert_ok(quire_artifact_add_input(artifact, "raw", &k->error), &k->error);
}

static void prepare(kit *k) {
    kit_log(k, kit_artifact(k, "raw", "r", "raw", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "one", "b", "two", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "three", NULL));
    assert_ok(quire_alias_set(k->store, "data:v1", "best", &k->error), &k->error);
    assert_ok(quire_alias_set(k->store, "data:v0", "first", &k->error), &k->error);
}

static quire_status log_this(kit *k, quire_artifact *artifact) {
    add_notes(k, artifact);
    quire_status status = quire_log_artifact(k->store, artifact, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status log_first(kit *k) {
    return log_this(k, kit_artifact(k, "fresh", "a", "one", NULL));
}

static quire_status log_new(kit *k) {
    return log_this(k, kit_artifact(k, "data", "a", "one", "b", "two", "c", "new", NULL));
}

static quire_status log_old(kit *k) {
    return log_this(k, kit_artifact(k, "data", "a", "one", "b", "two", NULL));
}

static void prepare_deleted(kit *k) {
    prepare(k);
    assert_ok(quire_version_delete(k->store, "data:v0", 1, &k->error), &k->error);
}

static quire_status patch(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", "a", "patched", "c/d", "new", NULL);
    add_notes(k, artifact);
    assert_ok(quire_artifact_remove(artifact, "b", &k->error), &k->error);
    quire_status status = quire_patch_artifact(k->store, "v0", artifact, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static void prepare_draft(kit *k) {
    prepare(k);
    kit_upsert(k, kit_artifact(k, "data", "x/0", "zero", "same", "same", NULL), "job", "0");
    kit_upsert(k, kit_artifact(k, "data", "x/1", "one", "same", "same", NULL), "job", "1");
    kit_upsert(k, kit_artifact(k, "data", NULL), "job", "2");
}

static quire_status upsert_this(kit *k, const char *id, const char *writer) {
    quire_artifact *artifact = kit_artifact(k, "data", "x/3", "three", "x/4", "four", NULL);
    add_notes(k, artifact);
    quire_status status =
        quire_upsert_artifact(k->store, artifact, id, writer, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status upsert_first(kit *k) {
    return upsert_this(k, "another", "0");
}

static quire_status upsert_more(kit *k) {
    return upsert_this(k, "job", "3");
}

static quire_status upsert_again(kit *k) {
    return upsert_this(k, "job", "1");
}

static quire_status finish_this(kit *k, quire_artifact *artifact) {
    add_notes(k, artifact);
    quire_status status = quire_finish_artifact(k->store, artifact, "job", NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status finish(kit *k) {
    return finish_this(k, kit_artifact(k, "data", NULL));
}

static quire_status finish_with_files(kit *k) {
    return finish_this(k, kit_artifact(k, "data", "x/5", "five", NULL));
}

/* A finish died between seal and roster. */
static void prepare_sealed(kit *k) {
    q_key key;
    cJSON *seal = q_record_new("seal");
    prepare_draft(k);
    assert_ok(q_key_draft(&key, "data", "job", "seal", &k->error), &k->error);
    assert_ok(q_record_put(k->objects, key.text, Q_OBJECT_RECORD, seal, NULL, &k->error),
              &k->error);
    cJSON_Delete(seal);
}

static quire_status drop(kit *k) {
    return quire_draft_drop(k->store, "data", "job", &k->error);
}

static quire_status set_alias(kit *k) {
    return quire_alias_set(k->store, "data:v0", "best", &k->error);
}

static quire_status remove_alias(kit *k) {
    return quire_alias_remove(k->store, "data:best", &k->error);
}

static quire_status delete (kit *k) {
    return quire_version_delete(k->store, "data:v1", 1, &k->error);
}

static quire_status annotate(kit *k) {
    const char *const tags[] = {"good"};
    const quire_notes_change change = {
        .metadata = "{\"a\":1}", .description = "words", .add_tags = tags, .add_tag_count = 1};
    return quire_version_annotate(k->store, "data:v1", &change, &k->error);
}

static const scenario scenarios[] = {
    {"first log", prepare, log_first, false},
    {"log", prepare, log_new, false},
    {"log of what is there", prepare, log_old, false},
    {"log of what was deleted", prepare_deleted, log_old, false},
    {"patch", prepare, patch, false},
    {"first upsert", prepare, upsert_first, false},
    {"upsert", prepare_draft, upsert_more, false},
    {"upsert of another part", prepare_draft, upsert_again, false},
    {"upsert beside a finish", prepare_sealed, upsert_more, false},
    {"finish", prepare_draft, finish, false},
    {"finish with files", prepare_draft, finish_with_files, false},
    {"finish of what is sealed", prepare_sealed, finish, false},
    {"drop", prepare_draft, drop, false},
    {"alias", prepare, set_alias, false},
    {"alias away", prepare, remove_alias, true},
    {"delete", prepare, delete, true},
    {"annotate", prepare, annotate, false},
};

/* Sanitized code is many times as slow: each operation fails, but not in each way. */
#ifdef __SANITIZE_ADDRESS__
static unsigned stride = 4;
#else
static unsigned stride = 1;
#endif

static void test_scenario(void **state) {
    const scenario *what = *state;
    assert_true(fault_loop(what, stride) >= 8 / stride);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        stride = 1;
    }
    struct CMUnitTest tests[COUNT(scenarios)];
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        tests[i] = (struct CMUnitTest){.name = scenarios[i].name,
                                       .test_func = test_scenario,
                                       .initial_state = (void *)&scenarios[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
