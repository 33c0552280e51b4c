/** @file Objects that nobody of quire wrote: names that are no numbers, gaps, chains that loop. */
#include "store/repository/digest_index.h"
#include "store/repository/register.h"
#include "store/repository_kit.h"

#define REG "some/register"
#define KIND "counter"

static quire_status set(void *context, const cJSON *current, cJSON **next, quire_error *error) {
    (void)context;
    (void)current;
    (void)error;
    *next = q_record_new(KIND);
    return QUIRE_OK;
}

static quire_status update(kit *k, int64_t *number) {
    return q_register_update(k->objects, REG, KIND, Q_OBJECT_RECORD, set, NULL, number, &k->error);
}

static void plant(kit *k, const char *key, const char *kind, int64_t number) {
    q_buffer text = {0};
    cJSON *record = q_record_new(kind);
    assert_true(number < 0 || q_record_add_uint(record, "number", (uint64_t)number));
    assert_ok(q_record_print(record, &text, &k->error), &k->error);
    kit_put(k, key, text.data, text.size);
    q_buffer_free(&text);
    cJSON_Delete(record);
}

static const char *const no_numbers[] = {
    "5",          "00000000000000000002", "99999999999999999999", "9223372036854775807",
    "-000000005", "10000000000",          "000000000a",           "0000000001.",
    "%30%30",
};

static void test_names_that_are_no_numbers(void **state) {
    kit *k = *state;
    cJSON *record = NULL;
    int64_t number = -1;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    for (size_t i = 0; i < COUNT(no_numbers); i++) {
        char key[128];
        assert_int_equal(q_key_number(no_numbers[i]), -1);
        snprintf(key, sizeof key, REG "/%s", no_numbers[i]);
        plant(k, key, KIND, -1);
        snprintf(key, sizeof key, "collections/data/versions/%s", no_numbers[i]);
        plant(k, key, "version", -1);
    }
    assert_int_equal(q_key_number("0000000000"), 0);
    assert_int_equal(q_key_number("9999999999"), Q_KEY_NUMBER_MAX);
    assert_ok(q_register_get(k->objects, REG, KIND, &record, &number, &k->error), &k->error);
    assert_null(record);
    assert_ok(update(k, &number), &k->error);
    assert_int_equal(number, 1);
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "two", NULL)).number, 1);
}

/* A step for each number of the gap would take hours. */
static void test_a_gap_in_a_register(void **state) {
    kit *k = *state;
    int64_t number = -1;
    assert_ok(update(k, &number), &k->error);
    plant(k, REG "/9999999990", KIND, -1);
    assert_ok(update(k, &number), &k->error);
    assert_int_equal(number, 9999999991);
    assert_int_equal(kit_count(k, REG "/"), 2);
}

static void test_the_last_number(void **state) {
    kit *k = *state;
    int64_t number = -1;
    plant(k, REG "/9999999999", KIND, -1);
    assert_status(QUIRE_INTEGRITY, update(k, &number), &k->error);
    assert_says(&k->error, "no number left");
    assert_int_equal(kit_count(k, REG "/"), 1);
}

/* A deleted version whose entry in the chain names itself, or one before it. */
static void test_a_chain_that_loops(void **state) {
    kit *k = *state;
    for (int back = 0; back < 2; back++) {
        char key[256];
        int64_t number = -1;
        const char *name = back ? "back" : "self";
        quire_version_id version = kit_log(k, kit_artifact(k, name, "a", "one", NULL));
        kit_log(k, kit_artifact(k, name, "a", "two", NULL));
        snprintf(key, sizeof key, "%s:v0", name);
        assert_ok(quire_version_delete(k->store, key, 1, &k->error), &k->error);
        if (back) {
            version = kit_log(k, kit_artifact(k, name, "a", "one", NULL));
            kit_log(k, kit_artifact(k, name, "a", "three", NULL));
            assert_int_equal(version.number, 2);
            snprintf(key, sizeof key, "%s:v2", name);
            assert_ok(quire_version_delete(k->store, key, 1, &k->error), &k->error);
        }
        snprintf(key, sizeof key, "collections/%s/digests/%s.%d", name, version.digest,
                 (int)version.number);
        plant(k, key, "digest", 0);
        assert_status(QUIRE_INTEGRITY,
                      q_digest_index_find(k->repository, name, version.digest, &number, &k->error),
                      &k->error);
        assert_says(&k->error, "leads back to v0");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_that_are_no_numbers, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_a_gap_in_a_register, kit_setup_memory, kit_teardown),
        cmocka_unit_test_setup_teardown(test_the_last_number, kit_setup_memory, kit_teardown),
        cmocka_unit_test_setup_teardown(test_a_chain_that_loops, kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
