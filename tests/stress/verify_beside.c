/**
 * @file
 * A verification of a whole store, during which, before each of its operations in turn, a version
 * is deleted or a draft is finished, and gc collects what they had. Nothing is wrong in any of
 * that, so that no fault may be found.
 */
#include "store/repository_kit.h"
#include "support/pause.h"

static void deletes(void *context) {
    kit *k = context;
    quire_error error = {0};
    assert_ok(quire_version_delete(k->store, "data:v0", 1, &error), &error);
    kit_gc(k, -1, 0);
}

static void finishes(void *context) {
    kit *k = context;
    assert_ok(kit_finish(k, "data", "id", NULL), &k->error);
    kit_gc(k, -1, 0);
}

static void drops(void *context) {
    kit *k = context;
    quire_error error = {0};
    assert_ok(quire_draft_drop(k->store, "data", "id", &error), &error);
    kit_gc(k, -1, 0);
}

static void (*const plans[])(void *) = {deletes, finishes, drops};

static quire_artifact *content(kit *k, const char *text) {
    static char large[1 << 20];
    memset(large, text[0], sizeof large);
    quire_artifact *artifact = kit_artifact(k, "data", "small", text, NULL);
    assert_ok(quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &k->error),
              &k->error);
    return artifact;
}

/* Whether the operation came at all. */
static bool try_point(void (*happen)(void *), uint64_t point) {
    void *state = NULL;
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    kit_log(k, content(k, "0"));
    kit_log(k, kit_artifact(k, "data", "other", "1", NULL));
    kit_upsert(k, content(k, "2"), "id", "writer");
    pause_set(k->objects, point, happen, k);
    quire_status status = kit_verify(k);
    bool came = pause_end(k->objects) >= point;
    if (status) {
        fail_msg("before operation %llu: status %d: %s", (unsigned long long)point, status,
                 k->error.message);
    }
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void at_each_operation(void **state) {
    uint64_t points = 0;
    (void)state;
    for (size_t p = 0; p < COUNT(plans); p++) {
        for (uint64_t point = 1; try_point(plans[p], point); point++) {
            points++;
        }
    }
    print_message("%llu points\n", (unsigned long long)points);
    assert_true(points > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_each_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
