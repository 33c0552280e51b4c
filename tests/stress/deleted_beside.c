/**
 * @file
 * A log of what v0 holds already, before each of whose operations in turn v0 is deleted. The log
 * succeeds in any case: it came before the deletion and found v0, or after it and made a version.
 * The same for a finish of a draft and for a patch.
 */
#include <inttypes.h>

#include "store/repository_kit.h"
#include "support/pause.h"

typedef enum way {
    LOG,
    FINISH,
    PATCH,
    WAYS
} way;

static void delete_first(void *context) {
    kit *k = context;
    quire_error error = {0};
    assert_ok(quire_version_delete(k->store, "data:v0", 1, &error), &error);
}

static quire_status commit(kit *k, way how, quire_version_id *version, quire_error *error) {
    quire_artifact *artifact = kit_artifact(k, "data", "a", "1", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "best", error), error);
    if (how == PATCH) {
        assert_ok(quire_artifact_remove(artifact, "b", error), error);
    }
    quire_status status =
        how == LOG      ? quire_log_artifact(k->store, artifact, NULL, version, error)
        : how == FINISH ? quire_finish_artifact(k->store, artifact, "id", NULL, version, error)
                        : quire_patch_artifact(k->store, "v1", artifact, NULL, version, error);
    quire_artifact_free(artifact);
    return status;
}

/* Whether the operation came at all. */
static bool try_point(way how, bool others, uint64_t point, uint64_t counts[2]) {
    void *state = NULL;
    quire_version_id version = {0};
    quire_error error = {0};
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    if (others) {
        kit_log(k, kit_artifact(k, "data", "b", "2", NULL));
    }
    pause_set(k->objects, point, delete_first, k);
    quire_status status = commit(k, how, &version, &error);
    bool came = pause_end(k->objects) >= point;
    if (status) {
        fail_msg("way %d, v0 deleted before operation %llu: status %d: %s", how,
                 (unsigned long long)point, status, error.message);
    }
    if (came) {
        assert_int_equal(version.created, version.number > 0);
        counts[version.created]++;
        assert_int_equal(kit_number(k, "data:v0"), -1);
    }
    int64_t latest = version.number > 0 ? version.number : came ? (others ? 1 : -1) : 0;
    assert_int_equal(kit_number(k, "data:latest"), latest);
    if (version.number > 0) {
        assert_int_equal(kit_number(k, "data:best"), version.number);
    }
    assert_ok(kit_verify(k), &k->error);
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void at_each_operation(void **state) {
    uint64_t counts[2] = {0};
    (void)state;
    for (int run = 0; run < 2 * WAYS; run++) {
        way how = (way)(run / 2);
        bool others = run % 2 != 0;
        if (how == PATCH && !others) {
            continue; /* it needs a base */
        }
        for (uint64_t point = 1; try_point(how, others, point, counts); point++) {
        }
    }
    print_message("%" PRIu64 " points, at %" PRIu64 " of them a version was made\n",
                  counts[0] + counts[1], counts[1]);
    assert_true(counts[0] > 20 && counts[1] > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_each_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
