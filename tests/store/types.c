/** @file The type of a collection: one for all its versions, to be corrected when none is left. */
#include "store/draft_kit.h"
#include "store/repository/claim.h"
#include "store/repository/lease_end.h"

static quire_status log_model(kit *k, quire_version_id *version) {
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("data", "model", &artifact, &k->error), &k->error);
    quire_status status = quire_log_artifact(k->store, artifact, NULL, version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status upsert_model(kit *k, const char *id, const char *writer) {
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("data", "model", &artifact, &k->error), &k->error);
    quire_status status =
        quire_upsert_artifact(k->store, artifact, id, writer, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static void assert_type(kit *k, const char *address, const char *type) {
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    assert_string_equal(quire_version_get_info(version)->type, type);
    quire_version_free(version);
}

static void test_corrected_when_no_version_is_left(void **state) {
    kit *k = *state;
    quire_version_id version;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "two", NULL));
    assert_ok(quire_version_delete(k->store, "data:v1", 0, &k->error), &k->error);
    assert_status(QUIRE_CONFLICT, log_model(k, &version), &k->error);
    assert_says(&k->error, "collection 'data' has type 'dataset', not 'model'");
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_ok(log_model(k, &version), &k->error);
    assert_int_equal(version.number, 2); /* no number is used again */
    assert_type(k, "data", "model");
    quire_artifact *artifact = kit_artifact(k, "data", "a", "one", NULL);
    assert_status(QUIRE_CONFLICT, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "collection 'data' has type 'model', not 'dataset'");
    quire_artifact_free(artifact);
    kit_gc(k, -1, 0);
    assert_ok(log_model(k, &version), &k->error);
    assert_int_equal(version.created, 0);
    assert_ok(kit_verify(k), &k->error);
}

static void test_of_drafts(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "a", "one");
    assert_status(QUIRE_CONFLICT, log_model(k, NULL), &k->error);
    assert_says(&k->error, "has a draft 'job' of type 'dataset', not 'model'");
    assert_ok(quire_draft_drop(k->store, "data", "job", &k->error), &k->error);
    assert_ok(upsert_model(k, "next", "0"), &k->error);
    assert_ok(upsert_model(k, "next", "1"), &k->error);
    upsert_ok(k, "beside", "0", "a", "one"); /* of the type that the collection was made with */
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("data", "model", &artifact, &k->error), &k->error);
    assert_ok(quire_finish_artifact(k->store, artifact, "next", NULL, NULL, &k->error), &k->error);
    quire_artifact_free(artifact);
    assert_type(k, "data", "model");
    /* Refused, and as open as before. */
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "beside", NULL), &k->error);
    assert_says(&k->error, "collection 'data' has type 'model', not 'dataset'");
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_ok(kit_finish(k, "data", "beside", NULL), &k->error);
    assert_type(k, "data:v1", "dataset");
    assert_ok(kit_verify(k), &k->error);
}

/* Somebody logs with the old type right before the record of the first one with the new is put. */
static const q_objects_ops *honest;
static kit *meddler;

static quire_status be_overtaken(q_objects *objects, const char *key, q_object_kind kind,
                                 const void *data, size_t size, bool *created, quire_error *error) {
    if (strstr(key, "/versions/0000000001")) {
        objects->ops = honest;
        kit_log(meddler, kit_artifact(meddler, "data", "a", "two", NULL));
    }
    return honest->put(objects, key, kind, data, size, created, error);
}

static void test_never_two_at_once(void **state) {
    kit *k = *state;
    q_objects_ops ops = *k->objects->ops;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    honest = k->objects->ops;
    meddler = k;
    ops.put = be_overtaken;
    k->objects->ops = &ops;
    quire_status status = log_model(k, NULL);
    assert_ptr_equal(k->objects->ops, honest);
    assert_status(QUIRE_CONFLICT, status, &k->error);
    assert_says(&k->error, "collection 'data' has type 'dataset', not 'model'");
    assert_int_equal(kit_versions(k, "data"), 1);
    assert_type(k, "data", "dataset");
}

/* The number that gc takes from a writer that is gone has the type of those before it. */
static void test_of_a_void_version(void **state) {
    kit *k = *state;
    q_lease lease = {0}, claim = {0};
    q_claim_target target = {.name = "data", .digest = NULL};
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_ok(log_model(k, NULL), &k->error);
    assert_ok(q_lease_take(k->repository, "data", 1, NULL, &lease, &k->error), &k->error);
    assert_ok(q_claim_take(&lease, &target, &claim, &k->error), &k->error);
    assert_ok(q_lease_end_dead(k->repository, INT64_MAX, &k->error), &k->error);
    assert_int_equal(kit_count(k, "collections/data/versions/"), 3);
    assert_ok(log_model(k, NULL), &k->error);
    assert_int_equal(kit_versions(k, "data"), 1);
    assert_ok(kit_verify(k), &k->error);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_corrected_when_no_version_is_left),
        TEST(test_of_drafts),
        TEST(test_never_two_at_once),
        TEST(test_of_a_void_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
