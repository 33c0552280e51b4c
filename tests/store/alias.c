/** @file Aliases: pointers that move, go and come back; and `latest`, which moves by itself. */
#include "store/repository/alias.h"
#include "store/repository_kit.h"

static void log_three(kit *k) {
    for (int i = 0; i < 3; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        kit_log(k, kit_artifact(k, "data", "a", text, NULL));
    }
}

static quire_status set(kit *k, const char *address, const char *alias) {
    return quire_alias_set(k->store, address, alias, &k->error);
}

static void test_move_and_remove(void **state) {
    kit *k = *state;
    log_three(k);
    assert_int_equal(kit_number(k, "data:best"), -1);
    assert_ok(set(k, "data:v0", "best"), &k->error);
    assert_int_equal(kit_number(k, "data:best"), 0);
    assert_ok(set(k, "data:v2", "best"), &k->error);
    assert_int_equal(kit_number(k, "data:best"), 2);
    assert_ok(set(k, "data:best", "second"), &k->error);
    assert_ok(quire_alias_remove(k->store, "data:best", &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:best"), -1);
    assert_int_equal(kit_number(k, "data:second"), 2);
    assert_status(QUIRE_NOT_FOUND, quire_alias_remove(k->store, "data:best", &k->error), &k->error);
    assert_says(&k->error, "no alias 'best' of 'data'");
    assert_ok(set(k, "data:v1", "best"), &k->error);
    assert_int_equal(kit_number(k, "data:best"), 1);
    for (int i = 0; i < 50; i++) {
        assert_ok(set(k, i % 2 ? "data:v0" : "data:v2", "best"), &k->error);
    }
    assert_int_equal(kit_number(k, "data:best"), 0);
    assert_int_equal(kit_count(k, "collections/data/aliases/best/"), 16);
}

static void test_what_cannot_be(void **state) {
    kit *k = *state;
    log_three(k);
    assert_status(QUIRE_NOT_FOUND, set(k, "none:v0", "best"), &k->error);
    assert_status(QUIRE_NOT_FOUND, set(k, "data:v3", "best"), &k->error);
    assert_status(QUIRE_NOT_FOUND, set(k, "data:other", "best"), &k->error);
    assert_status(QUIRE_USAGE, set(k, "data:v0", "latest"), &k->error);
    assert_status(QUIRE_USAGE, set(k, "data:v0", "v7"), &k->error);
    assert_status(QUIRE_USAGE, set(k, "data:v0", "a/b"), &k->error);
    assert_status(QUIRE_USAGE, quire_alias_remove(k->store, "data:latest", &k->error), &k->error);
    assert_status(QUIRE_NOT_FOUND, quire_alias_remove(k->store, "none:a", &k->error), &k->error);
}

static void test_an_alias_of_what_is_deleted(void **state) {
    kit *k = *state;
    log_three(k);
    assert_ok(set(k, "data:v1", "best"), &k->error);
    assert_status(QUIRE_CONFLICT, quire_version_delete(k->store, "data:v1", 0, &k->error),
                  &k->error);
    assert_says(&k->error, "data:v1 has the alias 'best'");
    assert_int_equal(kit_number(k, "data:v1"), 1);
    assert_ok(quire_version_delete(k->store, "data:v1", 1, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:best"), -1);
    assert_ok(q_alias_put(k->repository, "data", "late", 1, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:late"), -1); /* set while it was being deleted */
}

static void test_latest(void **state) {
    kit *k = *state;
    assert_int_equal(kit_number(k, "data"), -1);
    log_three(k);
    assert_int_equal(kit_number(k, "data:latest"), 2);
    kit_log(k, kit_artifact(k, "data", "a", "0", NULL));
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_ok(quire_version_delete(k->store, "data:v2", 0, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_ok(quire_version_delete(k->store, "data:latest", 0, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:latest"), 1);
    kit_log(k, kit_artifact(k, "data", "a", "0", NULL));
    assert_int_equal(kit_number(k, "data:latest"), 3);
    assert_ok(quire_version_delete(k->store, "data:v3", 0, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v1", 0, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data"), -1);
}

/* Two log old content again; the one that saw fewer versions comes second to the register. */
static void test_latest_by_who_saw_more(void **state) {
    kit *k = *state;
    log_three(k);
    assert_ok(q_alias_put_latest(k->repository, "data", 1, 2, &k->error), &k->error);
    assert_ok(q_alias_put_latest(k->repository, "data", 0, 1, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data"), 1);
    assert_ok(q_alias_put_latest(k->repository, "data", 0, 2, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data"), 0);
}

static quire_status count_alias(void *context, const char *alias, int64_t number,
                                quire_error *error) {
    (void)error;
    assert_string_not_equal(alias, "latest");
    *(int64_t *)context += number;
    return QUIRE_OK;
}

static void test_each_and_only_if(void **state) {
    kit *k = *state;
    int64_t sum = 0;
    log_three(k);
    kit_log(k, kit_artifact(k, "data", "a", "0", NULL)); /* a record for latest */
    assert_ok(set(k, "data:v1", "a b.~"), &k->error);
    assert_ok(set(k, "data:v2", "\xc3\xa9"), &k->error);
    assert_ok(q_alias_each(k->repository, "data", count_alias, &sum, &k->error), &k->error);
    assert_int_equal(sum, 3);
    assert_ok(q_alias_drop(k->repository, "data", "a b.~", 2, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:a b.~"), 1); /* it points elsewhere */
    assert_ok(q_alias_drop(k->repository, "data", "a b.~", 1, &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:a b.~"), -1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_move_and_remove),
        TEST(test_what_cannot_be),
        TEST(test_an_alias_of_what_is_deleted),
        TEST(test_latest),
        TEST(test_latest_by_who_saw_more),
        TEST(test_each_and_only_if),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
