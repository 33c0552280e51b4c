/**
 * @file
 * A log of a large file that looks as it did, whose content no version has any more: the cache
 * knows the digest, and the blob is there yet. Before each operation of the log gc runs, for which
 * that blob is garbage and old enough. The log must succeed in any case, and be whole.
 */
#include <inttypes.h>

#include "store/repository_kit.h"
#include "support/cache_clock.h"
#include "support/file_system.h"
#include "support/pause.h"

#define DAY ((int64_t)24 * 3600 * 1000000)
#define SIZE (((size_t)1 << 20) + 1)

static void collect(void *context) {
    kit *k = context;
    quire_error kept = k->error;
    kit_gc(k, 3600, 0);
    k->error = kept;
}

static void prepare(kit *k) {
    char *large = calloc(1, SIZE);
    assert_non_null(large);
    assert_ok(q_strdup(kit_path(k, "cache"), (char **)&k->store->options.cache, &k->error),
              &k->error);
    kit_write_file(k, "large", large, SIZE);
    free(large);
}

static quire_artifact *artifact_of(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_add_file(artifact, kit_path(k, "large"), "large", NULL, &k->error),
              &k->error);
    return artifact;
}

/* Whether the operation came at all. */
static bool try_point(uint64_t point, uint64_t counts[2]) {
    void *state = NULL;
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    prepare(k);
    kit_log(k, artifact_of(k));
    assert_ok(quire_version_delete(k->store, "data:v0", 1, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + 3 * DAY);
    (void)cache_clock_read();
    pause_set(k->objects, point, collect, k);
    quire_version_id id = kit_log(k, artifact_of(k));
    bool came = pause_end(k->objects) >= point;
    counts[cache_clock_read() > 0]++;
    assert_int_equal(id.number, 1);
    if (kit_verify(k) || kit_read_all(k, "data:v1")) {
        fail_msg("gc before operation %llu: %s", (unsigned long long)point, k->error.message);
    }
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void at_each_operation(void **state) {
    uint64_t counts[2] = {0}; /* not read, read */
    (void)state;
    cache_clock_set_ahead(1000);
    for (uint64_t point = 1; try_point(point, counts); point++) {
    }
    print_message("%" PRIu64 " points, at %" PRIu64 " of them the file was read\n",
                  counts[0] + counts[1], counts[1]);
    assert_true(counts[0] > 5 && counts[1] > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_each_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
