/** @file Many processes change one register: no update is lost. */
#include "store/processes.h"
#include "store/repository/register.h"
#include "store/repository/repository.h"
#include "store/repository_kit.h"

#define PROCESSES 16
#define UPDATES 50
#define REG "some/register"
#define KIND "counters"

typedef struct step {
    int process, round;
} step;

/* A counter a process, in one record. Written so that asking twice adds once (register.h). */
static quire_status count_step(void *context, const cJSON *current, cJSON **next,
                               quire_error *error) {
    const step *at = context;
    quire_status status = QUIRE_OK;
    *next = q_record_new(KIND);
    for (int process = 0; !status && process < PROCESSES; process++) {
        char name[16];
        uint64_t value = 0;
        snprintf(name, sizeof name, "p%d", process);
        status = current ? q_json_uint(current, name, &value, error) : QUIRE_OK;
        if (process == at->process && !status) {
            if (value != (uint64_t)at->round && value != (uint64_t)at->round + 1) {
                status = q_error_set(error, QUIRE_INTEGRITY, "an update was lost");
            }
            value = (uint64_t)at->round + 1;
        }
        q_record_add_uint(*next, name, value);
    }
    return status;
}

static int update(quire_store *store, int process, int round) {
    step at = {process, round};
    quire_error error = {0};
    quire_status status = q_register_update(q_repository_of(store)->objects, REG, KIND,
                                            Q_OBJECT_RECORD, count_step, &at, NULL, &error);
    if (status) {
        fprintf(stderr, "process %d, round %d: %s\n", process, round, error.message);
    }
    return (int)status;
}

/* Without a barrier between a process's updates: they are free to overtake each other. Each process
 * has a handle of its own, since connections are not shared. */
static int update_all(void *context, int process, int round) {
    const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    const kit *k = context;
    quire_store *store = NULL;
    quire_error error = {0};
    int result = (int)quire_store_open(k->url, &quick, &store, &error);
    (void)round;
    for (int i = 0; result == 0 && i < UPDATES; i++) {
        result = update(store, process, i);
    }
    quire_store_free(store);
    return result;
}

static void test_no_update_is_lost(void **state) {
    kit *k = *state;
    cJSON *record = NULL;
    int64_t number = 0;
    assert_int_equal(processes_run(PROCESSES, 1, update_all, k), 0);
    assert_ok(q_register_get(k->objects, REG, KIND, &record, &number, &k->error), &k->error);
    assert_true(number >= PROCESSES * UPDATES);
    for (int process = 0; process < PROCESSES; process++) {
        char name[16];
        uint64_t value = 0;
        snprintf(name, sizeof name, "p%d", process);
        assert_ok(q_json_uint(record, name, &value, &k->error), &k->error);
        assert_int_equal(value, UPDATES);
    }
    print_message("%d updates in %d numbers, %zu records kept\n", PROCESSES * UPDATES, (int)number,
                  kit_count(k, REG "/"));
    assert_true(kit_count(k, REG "/") <= 2 * Q_REGISTER_KEPT);
    cJSON_Delete(record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_update_is_lost, kit_setup_directory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
