/**
 * @file
 * A writer that pauses for eight days, before each of its operations in turn, while gc and others
 * work on the store. It must commit a whole version or fail, say that its lease has ended, and
 * leave nothing; trying again must succeed.
 */
#include "store/repository_kit.h"
#include "support/pause.h"

#define DAY ((int64_t)24 * 3600 * 1000000)

/* What happens in the pause. */
typedef struct pause_plan {
    const char *name;
    int64_t grace;
    bool other_commits, other_deletes;
    int collections; /* how often gc runs */
} pause_plan;

static const pause_plan plans[] = {
    {"gc twice", 3600, false, false, 2},
    {"gc that believes itself alone", -1, false, false, 1},
    {"a commit, then gc", 3600, true, false, 1},
    {"the base is deleted, then gc", 3600, false, true, 1},
};

typedef struct pausing {
    kit *k;
    const pause_plan *plan;
} pausing;

static void happen(void *context) {
    const pausing *to = context;
    int64_t now;
    assert_ok(q_objects_now(to->k->objects, &now, &to->k->error), &to->k->error);
    q_objects_memory_set_clock(to->k->objects, now + 8 * DAY);
    if (to->plan->other_deletes) {
        quire_version_delete(to->k->store, "data:v0", 1, &to->k->error);
    }
    if (to->plan->other_commits) {
        kit_log(to->k, kit_artifact(to->k, "data", "other", "other", NULL));
    }
    for (int i = 0; i < to->plan->collections; i++) {
        kit_gc(to->k, to->plan->grace, 0);
    }
    q_objects_memory_set_clock(to->k->objects, now + 8 * DAY + 1000000);
}

/* --- what the slow writer does --- */

static quire_artifact *content(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", "kept", "1", "new", "2", NULL);
    static char large[1 << 20];
    memset(large, 'x', sizeof large);
    assert_ok(quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &k->error),
              &k->error);
    return artifact;
}

static quire_status slow_log(kit *k) {
    quire_version_id version;
    quire_artifact *artifact = content(k);
    quire_status status = quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status slow_stage(kit *k) {
    quire_version_id version;
    quire_file *file = NULL;
    quire_artifact *artifact = kit_artifact(k, "data", "kept", "1", NULL);
    quire_status status = quire_artifact_new_file(artifact, k->store, "staged", &file, &k->error);
    status = status ? status : quire_file_write(file, "staged", 6, &k->error);
    if (file) {
        quire_status closed = quire_file_close(file, status ? NULL : &k->error);
        status = status ? status : closed;
    }
    status = status ? status : quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status slow_patch(kit *k) {
    quire_version_id version;
    quire_artifact *artifact = content(k);
    quire_status status =
        quire_patch_artifact(k->store, "latest", artifact, NULL, &version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status slow_upsert(kit *k) {
    quire_artifact *artifact = content(k);
    quire_status status =
        quire_upsert_artifact(k->store, artifact, "id", "writer", NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status slow_finish(kit *k) {
    return kit_finish(k, "data", "id", NULL);
}

static quire_status slow_both(kit *k) {
    quire_status status = slow_upsert(k);
    return status ? status : slow_finish(k);
}

typedef struct work {
    const char *name;
    quire_status (*run)(kit *);
    bool drafts; /* it finishes a draft */
} work;

static const work works[] = {
    {"log", slow_log, false},      {"staged log", slow_stage, false},
    {"patch", slow_patch, false},  {"upsert", slow_upsert, false},
    {"finish", slow_finish, true}, {"upsert and finish", slow_both, false}};

/* --- the loop --- */

static void prepare(kit *k, const work *todo) {
    kit_log(k, kit_artifact(k, "data", "kept", "1", "gone", "0", NULL));
    kit_log(k, kit_artifact(k, "data", "kept", "1", NULL));
    kit_log(k, kit_artifact(k, "data", "kept", "1", "gone", "0", NULL)); /* v0 is the latest */
    if (todo->drafts) {
        kit_upsert(k, content(k), "id", "writer");
    }
}

/* Every living version is whole, and a finish of what is registered would be. */
static void check_sound(kit *k, const work *todo, const pause_plan *plan, uint64_t point) {
    if (kit_verify(k)) {
        fail_msg("%s, paused before operation %llu (%s): %s", todo->name, (unsigned long long)point,
                 plan->name, k->error.message);
    }
}

/* Whether the pause came at all. */
static bool try_point(const work *todo, const pause_plan *plan, uint64_t point, uint64_t *failed) {
    void *state = NULL;
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    pausing to = {k, plan};
    prepare(k, todo);
    pause_set(k->objects, point, happen, &to);
    quire_status status = todo->run(k);
    bool came = pause_end(k->objects) >= point;
    check_sound(k, todo, plan, point);
    if (status && status != QUIRE_TEMPORARY && !(plan->other_deletes && todo->run == slow_patch)) {
        fail_msg("%s, paused before operation %llu (%s): status %d: %s", todo->name,
                 (unsigned long long)point, plan->name, status, k->error.message);
    }
    if (status == QUIRE_TEMPORARY) {
        assert_says(&k->error, "lease");
        if (!plan->other_commits && !plan->other_deletes) { /* whatever number gc has taken */
            assert_int_equal(kit_number(k, "data:latest"), 0);
            assert_int_equal(kit_versions(k, "data"), 2);
        }
    }
    *failed += status != QUIRE_OK;
    assert_ok(todo->run(k), &k->error); /* also of what succeeded: it is the same again */
    check_sound(k, todo, plan, point);
    kit_gc(k, -1, 0);
    check_sound(k, todo, plan, point);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_ok(kit_read_all(k, "data:latest"), &k->error);
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void at_each_operation(void **state) {
    uint64_t points = 0, failed = 0;
    (void)state;
    for (size_t w = 0; w < COUNT(works); w++) {
        for (size_t p = 0; p < COUNT(plans); p++) {
            for (uint64_t point = 1; try_point(&works[w], &plans[p], point, &failed); point++) {
                points++;
            }
        }
    }
    print_message("%llu pauses, of which %llu ended in an error\n", (unsigned long long)points,
                  (unsigned long long)failed);
    assert_true(points > 500 && failed > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_each_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
