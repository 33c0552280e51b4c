/** @file Registers: no update is lost, old records go, a writer out of the past starts over. */
#include "store/repository/register.h"
#include "store/repository_kit.h"
#include "support/faults.h"
#include "support/pause.h"

#define REG "some/register"
#define KIND "counter"

/* Adds one, once for each call: a change may be asked for twice. */
typedef struct adding {
    int64_t from; /* what it made its value out of, of its last call */
    int calls;
} adding;

static quire_status add(void *context, const cJSON *current, cJSON **next, quire_error *error) {
    adding *to = context;
    uint64_t value = 0;
    quire_status status = current ? q_json_uint(current, "value", &value, error) : QUIRE_OK;
    to->calls++;
    to->from = (int64_t)value;
    *next = q_record_new(KIND);
    assert_true(q_record_add_uint(*next, "value", value + 1));
    return status;
}

static uint64_t value_of(kit *k, int64_t *number) {
    cJSON *record = NULL;
    uint64_t value = 0;
    assert_ok(q_register_get(k->objects, REG, KIND, &record, number, &k->error), &k->error);
    if (record) {
        assert_ok(q_json_uint(record, "value", &value, &k->error), &k->error);
    }
    cJSON_Delete(record);
    return value;
}

static int64_t increment(kit *k) {
    adding to = {0};
    int64_t number = -1;
    assert_ok(
        q_register_update(k->objects, REG, KIND, Q_OBJECT_RECORD, add, &to, &number, &k->error),
        &k->error);
    assert_int_equal(to.calls, 1);
    return number;
}

static void test_values_follow_each_other(void **state) {
    kit *k = *state;
    int64_t number = -1;
    assert_int_equal(value_of(k, &number), 0);
    assert_int_equal(number, 0);
    for (int i = 1; i <= 50; i++) {
        assert_int_equal(increment(k), i);
        assert_int_equal(value_of(k, &number), i);
        assert_int_equal(number, i);
        assert_true(kit_count(k, REG "/") <= Q_REGISTER_KEPT);
    }
    assert_int_equal(kit_count(k, REG "/"), Q_REGISTER_KEPT);
}

static quire_status leave(void *context, const cJSON *current, cJSON **next, quire_error *error) {
    (void)context;
    (void)current;
    (void)error;
    *next = NULL;
    return QUIRE_OK;
}

static quire_status refuse(void *context, const cJSON *current, cJSON **next, quire_error *error) {
    (void)context;
    (void)current;
    *next = q_record_new(KIND); /* freed by the caller all the same */
    return q_error_set(error, QUIRE_NOT_FOUND, "no");
}

static void test_changes_that_change_nothing(void **state) {
    kit *k = *state;
    int64_t number = -1;
    increment(k);
    assert_ok(
        q_register_update(k->objects, REG, KIND, Q_OBJECT_RECORD, leave, NULL, &number, &k->error),
        &k->error);
    assert_int_equal(number, 1);
    assert_status(
        QUIRE_NOT_FOUND,
        q_register_update(k->objects, REG, KIND, Q_OBJECT_RECORD, refuse, NULL, NULL, &k->error),
        &k->error);
    assert_int_equal(kit_count(k, REG "/"), 1);
}

static void test_another_kind_or_a_damaged_record(void **state) {
    kit *k = *state;
    cJSON *record = NULL;
    increment(k);
    assert_status(QUIRE_INTEGRITY,
                  q_register_get(k->objects, REG, "alias", &record, NULL, &k->error), &k->error);
    kit_put(k, REG "/0000000001", "{}", 2);
    assert_status(QUIRE_INTEGRITY, q_register_get(k->objects, REG, KIND, &record, NULL, &k->error),
                  &k->error);
    assert_null(record);
}

/* Others change the register 20 times after the first call has read it: its number, 2, is put and
 * gone by the time it puts it itself. */
static quire_status add_late(void *context, const cJSON *current, cJSON **next,
                             quire_error *error) {
    kit *k = context;
    static adding to;
    static int calls;
    if (calls++ == 0) {
        for (int i = 0; i < 20; i++) {
            increment(k);
        }
    }
    return add(&to, current, next, error);
}

static void test_a_number_that_came_and_went(void **state) {
    kit *k = *state;
    int64_t number = 0;
    increment(k);
    assert_ok(
        q_register_update(k->objects, REG, KIND, Q_OBJECT_RECORD, add_late, k, &number, &k->error),
        &k->error);
    assert_int_equal(number, 22);
    assert_int_equal(value_of(k, NULL), 22);
    increment(k);
    assert_true(kit_count(k, REG "/") <= Q_REGISTER_KEPT + 1);
}

/* Others change the register 20 times, so that number 1 is gone; then a slow writer puts its own 1.
 */
static void put_stale(void *context) {
    kit *k = context;
    cJSON *stale = q_record_new(KIND);
    for (int i = 0; i < 20; i++) {
        increment(k);
    }
    assert_true(q_record_add_uint(stale, "value", 1000));
    assert_ok(q_record_put(k->objects, REG "/0000000001", Q_OBJECT_RECORD, stale, NULL, &k->error),
              &k->error);
    cJSON_Delete(stale);
}

static void test_a_reader_never_sees_what_never_held(void **state) {
    for (uint64_t at = 1, last = 1; at <= last; at++) {
        kit *k = *state;
        uint64_t value = 0;
        int64_t number = 0;
        assert_int_equal(increment(k), 1);
        pause_set(k->objects, at, put_stale, k);
        value = value_of(k, &number);
        last = pause_end(k->objects);
        assert_int_equal(value, number);
        assert_true(value == 1 || value == 21);
        assert_true(last >= 2);
        kit_teardown(state);
        kit_setup_memory(state);
    }
}

/* Each failure point, before and after the operation: the value is the old or the new one, and an
 * update that said it was done was done. */
static void test_failures_at_each_operation(void **state) {
    kit *k = *state;
    q_objects *bare = NULL, *faulty = NULL;
    unsigned points = 0;
    assert_ok(q_objects_memory_new(&bare, &k->error), &k->error);
    assert_ok(faults_new(bare, &faulty, &k->error), &k->error);
    kit inner = {.objects = faulty};
    for (int i = 0; i < 20; i++) { /* so that there is something to remove */
        increment(&inner);
    }
    for (int mode = FAULT_BEFORE; mode <= FAULT_AFTER; mode++) {
        for (uint64_t at = 1;; at++, points++) {
            adding to = {0};
            uint64_t before = value_of(&inner, NULL);
            faults_set(faulty, at, mode, QUIRE_TEMPORARY, true);
            quire_status status =
                q_register_update(faulty, REG, KIND, Q_OBJECT_RECORD, add, &to, NULL, &k->error);
            bool hit = faults_hit(faulty);
            faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
            uint64_t after = value_of(&inner, NULL);
            assert_true(after == before || after == before + 1);
            assert_int_equal(status, hit ? QUIRE_TEMPORARY : QUIRE_OK);
            if (!hit) {
                assert_true(after == before + 1);
                break;
            }
        }
    }
    print_message("%u points\n", points);
    assert_true(points >= 8);
    q_objects_free(faulty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values_follow_each_other, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_changes_that_change_nothing, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_another_kind_or_a_damaged_record, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_a_number_that_came_and_went, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_a_reader_never_sees_what_never_held, kit_setup_memory,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(test_failures_at_each_operation, kit_setup_memory,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
