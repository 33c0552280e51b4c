/**
 * @file
 * A filesystem whose clients set the times of files by their own clocks, which are an hour wrong:
 * before each operation of a writer in turn, gc runs on another host, and a third host commits.
 * While the grace period is longer than the clocks are apart, nobody may notice.
 */
#include "store/repository_kit.h"
#include "support/pause.h"

#define HOUR ((int64_t)3600)
#define US ((int64_t)1000000)

typedef struct hosts {
    kit *k;
    int64_t writer; /* how far its clock is ahead, in seconds */
    int64_t other;
} hosts;

static void at_host(kit *k, int64_t ahead) {
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + 24 * HOUR * US + ahead * US);
}

static void meanwhile(void *context) {
    const hosts *to = context;
    at_host(to->k, 0);
    kit_gc(to->k, 3 * HOUR, 0);
    at_host(to->k, to->other);
    kit_log(to->k, kit_artifact(to->k, "data", "same", "1", "other", "2", NULL));
    quire_version_delete(to->k->store, "data:v0", 1, &to->k->error);
    at_host(to->k, 0);
    kit_gc(to->k, 3 * HOUR, 0);
    at_host(to->k, to->writer);
}

static quire_status write_all(kit *k) {
    quire_version_id version;
    static char large[1 << 20];
    memset(large, 'x', sizeof large);
    quire_artifact *artifact = kit_artifact(k, "data", "same", "1", "new", "3", NULL);
    quire_status status =
        quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &k->error);
    status = status ? status : quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    status = status ? status
                    : quire_upsert_artifact(k->store, artifact, "id", "w", NULL, NULL, &k->error);
    status = status ? status : kit_finish(k, "data", "id", NULL);
    quire_artifact_free(artifact);
    return status;
}

static bool try_point(hosts *to, uint64_t point) {
    void *state = NULL;
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    to->k = k;
    kit_log(k, kit_artifact(k, "data", "same", "1", NULL)); /* a day before */
    at_host(k, to->writer);
    pause_set(k->objects, point, meanwhile, to);
    assert_ok(write_all(k), &k->error);
    bool came = pause_end(k->objects) >= point;
    at_host(k, 0);
    kit_gc(k, 3 * HOUR, 0);
    assert_ok(kit_verify(k), &k->error);
    assert_ok(kit_read_all(k, "data:latest"), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void an_hour_either_way(void **state) {
    uint64_t points = 0;
    (void)state;
    static const int ahead[][2] = {{-1, 1}, {1, -1}, {0, -1}}; /* the writer's, the other's */
    for (size_t i = 0; i < COUNT(ahead); i++) {
        hosts to = {.writer = ahead[i][0] * HOUR, .other = ahead[i][1] * HOUR};
        for (uint64_t point = 1; try_point(&to, point); point++) {
            points++;
        }
    }
    print_message("%llu moments\n", (unsigned long long)points);
    assert_true(points > 200);
}

/* A time to live ends by the store's clock, whatever the writer's said. */
static void time_to_live(void **state) {
    kit *k = *state; /* whose clock is years behind that of the writer */
    quire_artifact *artifact = kit_artifact(k, "data", "a", "1", NULL);
    assert_ok(quire_artifact_set_ttl(artifact, HOUR, &k->error), &k->error);
    kit_log(k, artifact);
    kit_log(k, kit_artifact(k, "data", "a", "2", NULL));
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + (HOUR - 1) * US);
    assert_int_equal(kit_gc(k, 1, 0).versions_expired, 0);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + (HOUR + 1) * US);
    assert_int_equal(kit_gc(k, 1, 0).versions_expired, 1);
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + 1000000 * HOUR * US);
    assert_int_equal(kit_gc(k, 1, 0).versions_expired, 0);
    assert_int_equal(kit_versions(k, "data"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_either_way),
        cmocka_unit_test_setup_teardown(time_to_live, kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
