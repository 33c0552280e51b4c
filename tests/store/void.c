/** @file What a gc that was killed beside a void version leaves, for whoever comes next. */
#include "store/repository/void.h"

#include "store/repository_kit.h"

/* data:v0 is the latest, v1 was before, and gc died after it had put v2 with the content of v0. */
static void leave_void(kit *k) {
    q_version_record record;
    q_root root = {0};
    quire_error *error = &k->error;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "two", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_ok(q_version_record_get(k->repository, "data", 0, &record, error), error);
    assert_ok(q_repository_load_root(k->repository, record.root, &root, error), error);
    q_version_draft draft = {.name = "data",
                             .type = record.type,
                             .mode = Q_MODE_VOID,
                             .root = &root,
                             .root_object = record.root,
                             .root_size = record.root_size,
                             .created_by = record.created_by,
                             .notes = record.notes};
    assert_ok(q_version_record_put(k->repository, &draft, 2, error), error);
    q_root_free(&root);
    q_version_record_free(&record);
    assert_ok(kit_verify(k), error);
}

static void gc_leaves_latest_as_it_was(void **state) {
    kit *k = *state;
    leave_void(k);
    kit_gc(k, 0, 0);
    assert_int_equal(kit_number(k, "data:v2"), -1);
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_ok(kit_verify(k), &k->error);
}

static void a_commit_leaves_latest_as_it_was(void **state) {
    kit *k = *state;
    leave_void(k);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "three", NULL)).number, 3);
    assert_ok(quire_version_delete(k->store, "data:v3", 0, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:v2"), -1);
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
}

static void no_log_is_told_of_what_will_be_gone(void **state) {
    kit *k = *state;
    leave_void(k);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    quire_version_id id = kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    assert_int_equal(id.number, 3);
    kit_gc(k, -1, 0);
    assert_int_equal(kit_number(k, "data:latest"), 3);
    assert_ok(kit_read_all(k, "data:v3"), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

/* Readers pass over it, and none can name it. */
static void nobody_sees_it(void **state) {
    kit *k = *state;
    leave_void(k);
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_int_equal(kit_number(k, "data:v2"), -1);
    assert_int_equal(kit_versions(k, "data"), 2);
    assert_status(QUIRE_NOT_FOUND, quire_alias_set(k->store, "data:v2", "best", &k->error),
                  &k->error);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v1", 0, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:latest"), -1);
    assert_int_equal(kit_versions(k, "data"), 0);
    kit_gc(k, -1, 0);
    assert_int_equal(kit_number(k, "data:latest"), -1);
    assert_ok(kit_verify(k), &k->error);
}

int main(void) {
#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)
    const struct CMUnitTest tests[] = {
        MEMORY(gc_leaves_latest_as_it_was),
        MEMORY(a_commit_leaves_latest_as_it_was),
        MEMORY(no_log_is_told_of_what_will_be_gone),
        MEMORY(nobody_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
