/** @file Deleting versions, and drafts given up or listed. */
#include "store/repository_kit.h"

static void aliases_protect(void **state) {
    kit *k = *state;
    quire_artifact *artifact = kit_artifact(k, "data", "a", "1", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "kept", &k->error), &k->error);
    kit_log(k, artifact);
    char *before = kit_fingerprint(k);
    assert_status(QUIRE_CONFLICT, quire_version_delete(k->store, "data:v0", 0, &k->error),
                  &k->error);
    assert_says(&k->error, "data:v0");
    assert_says(&k->error, "'kept'");
    char *after = kit_fingerprint(k);
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_ok(quire_version_delete(k->store, "data:kept", 1, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:kept"), -1);
    assert_int_equal(kit_number(k, "data:v0"), -1);
    assert_ok(kit_verify(k), &k->error);
}

static void twice(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_status(QUIRE_NOT_FOUND, quire_version_delete(k->store, "data:v0", 0, &k->error),
                  &k->error);
    assert_says(&k->error, "deleted");
    assert_status(QUIRE_NOT_FOUND, quire_version_delete(k->store, "data:v1", 0, &k->error),
                  &k->error);
    assert_status(QUIRE_NOT_FOUND, quire_version_delete(k->store, "data", 0, &k->error), &k->error);
}

/* Its objects stay until gc, so that a reader who has it open can go on. */
static void readers_go_on(void **state) {
    kit *k = *state;
    quire_version *version = NULL;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    assert_ok(quire_version_open(k->store, "data", &version, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_ok(quire_version_verify(version, NULL, NULL, &k->error), &k->error);
    quire_version_free(version);
}

/* A finished draft whose version was deleted since. */
static void of_a_finished_draft(void **state) {
    kit *k = *state;
    quire_version_id version = {{0}, {0}, -1, 0};
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "best", &k->error), &k->error);
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "id", "0");
    assert_ok(kit_finish(k, "data", "id", &version), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    for (int collected = 0; collected < 2; collected++) {
        assert_status(QUIRE_CONFLICT,
                      quire_finish_artifact(k->store, artifact, "id", NULL, &version, &k->error),
                      &k->error);
        assert_says(&k->error, "draft 'id' was finished as data:v0, which was deleted");
        assert_int_equal(kit_number(k, "data:best"), -1);
        kit_gc(k, -1, 0);
    }
    quire_artifact_free(artifact);
    assert_int_equal(kit_count(k, "collections/data/aliases/"), 0);
    assert_int_equal(kit_versions(k, "data"), 0);
    assert_ok(kit_verify(k), &k->error);
}

/* Objects that take an alias away right after the aliases were listed. */
static const q_objects_ops *honest;
static kit *meddler;

static quire_status take_away(q_objects *objects, const char *prefix, bool deep,
                              q_object_callback callback, void *context, quire_error *error) {
    quire_status status = honest->list(objects, prefix, deep, callback, context, error);
    if (strcmp(prefix, "collections/data/aliases/") == 0) {
        objects->ops = honest;
        assert_ok(quire_alias_remove(meddler->store, "data:kept", &meddler->error),
                  &meddler->error);
    }
    return status;
}

static void beside_the_removal_of_an_alias(void **state) {
    kit *k = *state;
    q_objects_ops ops = *k->objects->ops;
    quire_artifact *artifact = kit_artifact(k, "data", "a", "1", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "kept", &k->error), &k->error);
    kit_log(k, artifact);
    honest = k->objects->ops;
    meddler = k;
    ops.list = take_away;
    k->objects->ops = &ops;
    quire_status status = quire_version_delete(k->store, "data:v0", 1, &k->error);
    assert_ptr_equal(k->objects->ops, honest);
    assert_ok(status, &k->error);
    assert_int_equal(kit_number(k, "data:v0"), -1);
}

/* --- drafts --- */

static quire_status describe(void *context, const quire_draft *draft) {
    char *text = context;
    size_t used = strlen(text);
    used += (size_t)snprintf(text + used, 1024 - used, "[%s %s %s%s", draft->name, draft->type,
                             draft->distributed_id, draft->sealed ? " sealed" : "");
    for (size_t i = 0; i < draft->writer_count; i++) {
        used += (size_t)snprintf(text + used, 1024 - used, " %s:%d/%d", draft->writers[i].name,
                                 (int)draft->writers[i].entries, (int)draft->writers[i].bytes);
    }
    snprintf(text + used, 1024 - used, "]");
    return strlen(draft->created_at) >= 20 ? QUIRE_OK : QUIRE_ERROR;
}

static void assert_drafts(kit *k, const char *name, const char *expected) {
    char text[1024] = "";
    assert_ok(quire_draft_list(k->store, name, describe, text, &k->error), &k->error);
    assert_string_equal(text, expected);
}

static void listed(void **state) {
    kit *k = *state;
    assert_drafts(k, NULL, "");
    kit_upsert(k, kit_artifact(k, "data", "a", "123", "b", "4", NULL), "an id: 7/8 \xc3\xa4",
               "w 0");
    kit_upsert(k, kit_artifact(k, "data", "c", "", NULL), "an id: 7/8 \xc3\xa4", "w/1");
    assert_drafts(k, "data", "[data dataset an id: 7/8 \xc3\xa4 w 0:2/4 w/1:1/0]");
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "an id: 7/8 \xc3\xa4", "w 0");
    assert_drafts(k, NULL, "[data dataset an id: 7/8 \xc3\xa4 w 0:1/1 w/1:1/0]");
    assert_int_equal(quire_draft_list(k->store, "none", describe, NULL, &k->error),
                     QUIRE_NOT_FOUND);
    assert_ok(kit_finish(k, "data", "an id: 7/8 \xc3\xa4", NULL), &k->error);
    assert_drafts(k, "data", "");
}

static void dropped(void **state) {
    kit *k = *state;
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "id", "0");
    assert_ok(quire_draft_drop(k->store, "data", "id", &k->error), &k->error);
    assert_ok(quire_draft_drop(k->store, "data", "id", &k->error), &k->error);
    assert_drafts(k, "data", "");
    assert_int_equal(kit_finish(k, "data", "id", NULL), QUIRE_CONFLICT);
    assert_says(&k->error, "dropped");
    assert_int_equal(quire_draft_drop(k->store, "data", "other", &k->error), QUIRE_NOT_FOUND);
    assert_says(&k->error, "'other'");
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "done", "0");
    assert_ok(kit_finish(k, "data", "done", NULL), &k->error);
    assert_status(QUIRE_CONFLICT, quire_draft_drop(k->store, "data", "done", &k->error), &k->error);
    assert_says(&k->error, "data:v0");
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(aliases_protect),
        MEMORY(twice),
        MEMORY(readers_go_on),
        MEMORY(of_a_finished_draft),
        MEMORY(listed),
        MEMORY(dropped),
        MEMORY(beside_the_removal_of_an_alias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
