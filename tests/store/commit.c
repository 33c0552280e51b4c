/** @file Commits: the same content is the same version, numbers are contiguous and used once. */
#include "store/repository_kit.h"

static void test_the_same_content_again(void **state) {
    kit *k = *state;
    quire_version_id first = kit_log(k, kit_artifact(k, "data", "a", "one", "b", "two", NULL));
    assert_int_equal(first.number, 0);
    assert_int_equal(first.created, 1);
    assert_string_equal(first.name, "data");
    quire_version_id second = kit_log(k, kit_artifact(k, "data", "a", "three", NULL));
    assert_int_equal(second.number, 1);
    assert_int_equal(kit_number(k, "data"), 1);
    quire_artifact *artifact = kit_artifact(k, "data", "b", "two", "a", "one", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "best", &k->error), &k->error);
    quire_version_id again = kit_log(k, artifact);
    assert_int_equal(again.number, 0);
    assert_int_equal(again.created, 0);
    assert_string_equal(again.digest, first.digest);
    assert_int_equal(kit_number(k, "data"), 0);
    assert_int_equal(kit_number(k, "data:best"), 0);
    assert_int_equal(kit_versions(k, "data"), 2);
    kit_log(k, kit_artifact(k, "data", "a", "four", NULL));
    assert_int_equal(kit_number(k, "data"), 2); /* a new version is the latest by itself */
    assert_int_equal(kit_number(k, "data:best"), 0);
}

static void test_collections_are_apart(void **state) {
    kit *k = *state;
    quire_version_id one = kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    quire_version_id other = kit_log(k, kit_artifact(k, "more", "a", "one", NULL));
    assert_string_equal(one.digest, other.digest);
    assert_int_equal(other.created, 1);
    assert_int_equal(other.number, 0);
}

static void test_another_type(void **state) {
    kit *k = *state;
    quire_artifact *artifact = NULL;
    quire_version_id untouched = {.number = 77};
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    assert_ok(quire_artifact_new("data", "model", &artifact, &k->error), &k->error);
    assert_status(QUIRE_CONFLICT,
                  quire_log_artifact(k->store, artifact, NULL, &untouched, &k->error), &k->error);
    assert_says(&k->error, "collection 'data' has type 'dataset', not 'model'");
    assert_int_equal(untouched.number, 77);
    quire_artifact_free(artifact);
    assert_int_equal(kit_versions(k, "data"), 1);
}

static void test_a_deleted_number_is_not_used_again(void **state) {
    kit *k = *state;
    for (int round = 0; round < 4; round++) { /* delete the newest and log it again */
        char address[32];
        quire_version_id version = kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
        assert_int_equal(version.number, round);
        assert_int_equal(version.created, 1);
        assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "one", NULL)).created, 0);
        snprintf(address, sizeof address, "data:v%d", round);
        assert_ok(quire_version_delete(k->store, address, 0, &k->error), &k->error);
        assert_int_equal(kit_number(k, address), -1);
        assert_status(QUIRE_NOT_FOUND, quire_version_delete(k->store, address, 0, &k->error),
                      &k->error);
        assert_int_equal(kit_number(k, "data"), -1);
    }
    kit_gc(k, -1, 0);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "b", "two", NULL)).number, 4);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "one", NULL)).number, 5);
    assert_int_equal(kit_versions(k, "data"), 2);
    assert_ok(kit_verify(k), &k->error);
}

static void test_an_empty_artifact(void **state) {
    kit *k = *state;
    assert_int_equal(kit_log(k, kit_artifact(k, "data", NULL)).created, 1);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", NULL)).created, 0);
    assert_ok(kit_verify(k), &k->error);
}

static const q_objects_ops *honest;

static quire_status refuse_aliases(q_objects *objects, const char *key, q_object_kind kind,
                                   const void *data, size_t size, bool *created,
                                   quire_error *error) {
    return strstr(key, "/aliases/") ? q_error_set(error, QUIRE_ERROR, "no space left on device")
                                    : honest->put(objects, key, kind, data, size, created, error);
}

/* What fails behind the commit point must not look as if there were no version. */
static void test_a_failure_behind_the_commit_point(void **state) {
    kit *k = *state;
    quire_version_id version;
    q_objects_ops ops = *k->objects->ops;
    quire_artifact *artifact = kit_artifact(k, "data", "a", "one", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "best", &k->error), &k->error);
    honest = k->objects->ops;
    ops.put = refuse_aliases;
    k->objects->ops = &ops;
    quire_status status = quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    k->objects->ops = honest;
    assert_status(QUIRE_ERROR, status, &k->error);
    assert_says(&k->error, "data:v0 is committed, but not all that goes with it: no space left");
    assert_int_equal(kit_versions(k, "data"), 1);
    version = kit_log(k, artifact);
    assert_int_equal(version.number, 0);
    assert_int_equal(version.created, 0);
    assert_int_equal(kit_number(k, "data:best"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_content_again), TEST(test_collections_are_apart),
        TEST(test_another_type),           TEST(test_a_deleted_number_is_not_used_again),
        TEST(test_an_empty_artifact),      TEST(test_a_failure_behind_the_commit_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
