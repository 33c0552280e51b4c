/** @file Leases: what they pin, when they die, and that writers give theirs back. */
#include "store/repository/lease.h"
#include "store/repository/lease_end.h"
#include "store/repository/writing.h"
#include "store/repository_kit.h"

#define SECOND ((int64_t)1000000)

static q_lease_pins survey(kit *k, int64_t now, bool dry_run) {
    q_lease_pins pins;
    assert_ok(q_lease_survey(k->repository, now, dry_run, &pins, &k->error), &k->error);
    return pins;
}

static void test_pins(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    q_lease version, draft, plain;
    q_lease_pins pins = survey(k, KIT_CLOCK, false);
    assert_true(pins.oldest == INT64_MAX);
    q_lease_pins_free(&pins);
    assert_ok(q_lease_take(k->repository, "data", 3, NULL, &version, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + SECOND);
    assert_ok(q_lease_take(k->repository, "more", -1, "job/1", &draft, &k->error), &k->error);
    assert_ok(q_lease_take(k->repository, "none", -1, NULL, &plain, &k->error), &k->error);
    pins = survey(k, KIT_CLOCK + SECOND, false);
    assert_true(pins.oldest == KIT_CLOCK);
    assert_true(q_lease_pins_version(&pins, "data", 3));
    assert_false(q_lease_pins_version(&pins, "data", 2));
    assert_false(q_lease_pins_version(&pins, "more", 3));
    assert_true(q_lease_pins_draft(&pins, "more", "job/1"));
    assert_false(q_lease_pins_draft(&pins, "more", "job"));
    assert_false(q_lease_pins_draft(&pins, "data", "job/1"));
    q_lease_pins_free(&pins);
    q_lease_drop(&version);
    q_lease_drop(&version); /* nothing left to drop */
    pins = survey(k, KIT_CLOCK + SECOND, false);
    assert_true(pins.oldest == KIT_CLOCK + SECOND);
    assert_false(q_lease_pins_version(&pins, "data", 3));
    q_lease_pins_free(&pins);
    q_lease_drop(&draft);
    q_lease_drop(&plain);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
}

static void test_dead_ones(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    q_lease dead, renewed;
    int64_t later = KIT_CLOCK + Q_LEASE_SECONDS * SECOND + 1;
    assert_ok(q_lease_take(k->repository, "data", 0, NULL, &dead, &k->error), &k->error);
    assert_ok(q_lease_take(k->repository, "data", 1, NULL, &renewed, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + SECOND);
    assert_ok(q_lease_renew(&renewed, &k->error), &k->error); /* too early: nothing is done */
    renewed.renewed -= Q_LEASE_RENEW_SECONDS;
    assert_ok(q_lease_renew(&renewed, &k->error), &k->error);
    q_lease_pins pins = survey(k, later - 1, false); /* the last moment */
    assert_true(q_lease_pins_version(&pins, "data", 0));
    q_lease_pins_free(&pins);
    pins = survey(k, later, true);
    assert_false(q_lease_pins_version(&pins, "data", 0));
    assert_true(q_lease_pins_version(&pins, "data", 1));
    assert_true(pins.oldest == KIT_CLOCK); /* when it was taken, not renewed */
    q_lease_pins_free(&pins);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 2); /* a dry run removes nothing */
    assert_ok(q_lease_end_dead(k->repository, later, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 1);
    assert_status(QUIRE_TEMPORARY, q_lease_check(&dead, &k->error), &k->error);
    assert_ok(q_lease_check(&renewed, &k->error), &k->error);
    dead.renewed -= Q_LEASE_RENEW_SECONDS;
    assert_status(QUIRE_TEMPORARY, q_lease_renew(&dead, &k->error), &k->error);
    q_lease_drop(&dead);
    q_lease_drop(&renewed);
}

/* A lease need not survive a crash: one cut short still keeps what is younger than it. */
static void test_one_cut_short(void **state) {
    kit *k = *state;
    int64_t now = 0;
    assert_ok(q_objects_now(k->objects, &now, &k->error), &k->error);
    kit_put(k, Q_KEY_LEASES "0123", "{\"quire\":\"lease\"", 16);
    q_lease_pins pins = survey(k, now + 10 * SECOND, false);
    assert_true(pins.oldest >= now && pins.oldest < now + 10 * SECOND);
    q_lease_pins_free(&pins);
}

static void test_writers_give_theirs_back(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_upsert(k, kit_artifact(k, "data", "b", "two", NULL), "job", "0");
    kit_upsert(k, kit_artifact(k, "data", "b", "three", NULL), "job", "1");
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "job", NULL), &k->error);
    kit_upsert(k, kit_artifact(k, "data", "c", "three", NULL), "job", "1");
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_ok(kit_patch(k, "v0", kit_artifact(k, "data", "d", "four", NULL), NULL), &k->error);
    assert_status(QUIRE_NOT_FOUND,
                  kit_patch(k, "v9", kit_artifact(k, "data", "d", "four", NULL), NULL), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
}

/* Time passes while a file is read; perhaps so much that gc ends the lease. */
typedef struct passing {
    kit *k;
    bool is_ended;
    int calls;
} passing;

static quire_status (*read_on)(q_load *, size_t, q_source *, quire_error *);
static passing time_passes;

static quire_status read_for_long(q_load *load, size_t index, q_source *source,
                                  quire_error *error) {
    q_lease *lease = &((q_repository_writing *)load->writing)->lease;
    time_passes.calls++;
    lease->renewed -= Q_LEASE_RENEW_SECONDS;
    int64_t before = lease->renewed;
    if (time_passes.is_ended) {
        kit_put(time_passes.k, lease->key.text, NULL, 0);
    }
    quire_status status = read_on(load, index, source, error);
    assert_true(lease->renewed > before);
    assert_int_equal(source->position, time_passes.is_ended ? 1 << 20 : 3 << 20);
    return status;
}

/* One file may take longer to read than a lease lasts. */
static void test_within_a_file(void **state) {
    kit *k = *state;
    static const char data[3 << 20];
    const q_store_ops *true_ops = k->store->ops;
    q_store_ops ops = *true_ops;
    read_on = ops.load_read;
    ops.load_read = read_for_long;
    k->store->ops = &ops;
    for (int ended = 0; ended < 2; ended++) {
        quire_artifact *artifact = kit_artifact(k, "data", NULL);
        assert_ok(quire_artifact_add_buffer(artifact, "large", data, sizeof data, NULL, &k->error),
                  &k->error);
        time_passes = (passing){.k = k, .is_ended = ended};
        assert_status(ended ? QUIRE_TEMPORARY : QUIRE_OK,
                      quire_log_artifact(k->store, artifact, NULL, NULL, &k->error), &k->error);
        assert_int_equal(time_passes.calls, 1);
        quire_artifact_free(artifact);
    }
    assert_says(&k->error, "begin again");
    k->store->ops = true_ops;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_pins),
        TEST(test_dead_ones),
        TEST(test_within_a_file),
        TEST(test_one_cut_short),
        TEST(test_writers_give_theirs_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
