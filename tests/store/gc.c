/** @file gc: what it deletes, and what protects an object from it. Time is the memory's clock.
 *  Leases are in gc_lease.c. */
#include "base/time.h"
#include "store/repository_kit.h"

#define DAY ((int64_t)24 * 3600)

static void advance(kit *k, int64_t seconds) {
    int64_t now;
    assert_ok(q_objects_now(k->objects, &now, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, now + seconds * 1000000);
}

/** Contents and manifests. */
static size_t count_all(kit *k) {
    return kit_count(k, Q_KEY_BLOBS) + kit_count(k, Q_KEY_PACKS) + kit_count(k, Q_KEY_MANIFESTS);
}

static quire_artifact *with_blob(kit *k, const char *name, char fill, const char *text) {
    quire_artifact *artifact = kit_artifact(k, name, "text", text, NULL);
    char *data = malloc(1 << 20);
    memset(data, fill, 1 << 20);
    assert_ok(quire_artifact_add_buffer(artifact, "blob", data, 1 << 20, NULL, &k->error),
              &k->error);
    free(data);
    return artifact;
}

static void deleted_goes_shared_stays(void **state) {
    kit *k = *state;
    kit_log(k, with_blob(k, "data", 'a', "same"));
    kit_log(k, with_blob(k, "data", 'b', "same"));
    size_t before = count_all(k);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
    kit_gc(k, -1, 0);
    assert_int_equal(count_all(k), before);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    quire_gc_report dry = kit_gc(k, -1, 1);
    assert_int_equal(count_all(k), before);
    quire_gc_report real = kit_gc(k, -1, 0);
    assert_memory_equal(&dry, &real, sizeof dry);
    assert_int_equal(real.objects_deleted, 3); /* blob, chunk, root */
    assert_true(real.bytes_deleted > 1 << 20);
    assert_int_equal(count_all(k), before - 3);
    assert_ok(kit_read_all(k, "data:v1"), &k->error);
    assert_int_equal(kit_number(k, "data:v0"), -1);
    assert_ok(kit_verify(k), &k->error);
    /* The same content again is stored again, under a new number. */
    quire_version_id again = kit_log(k, with_blob(k, "data", 'a', "same"));
    assert_int_equal(again.number, 2);
    assert_ok(kit_verify(k), &k->error);
}

static void grace(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    kit_log(k, with_blob(k, "data", 'a', "1"));
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    advance(k, 100);
    assert_int_equal(kit_gc(k, 0, 0).objects_deleted, 0);
    assert_int_equal(kit_gc(k, 101, 0).objects_deleted, 0);
    assert_int_equal(kit_gc(k, 101, 1).objects_deleted, 0);
    assert_int_equal(kit_gc(k, INT64_MAX, 0).objects_deleted, 0);
    assert_int_equal(kit_gc(k, 99, 1).objects_deleted, 4);
    advance(k, DAY);
    assert_int_equal(kit_gc(k, 0, 0).objects_deleted, 4);
    assert_int_equal(count_all(k), 0);
}

static void drafts(void **state) {
    kit *k = *state;
    quire_version_id version;
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "open", "w");
    kit_upsert(k, kit_artifact(k, "data", "b", "2", NULL), "open", "x");
    kit_upsert(k, kit_artifact(k, "data", "b", "3", NULL), "open", "x"); /* replaced */
    kit_upsert(k, kit_artifact(k, "data", "c", "4", NULL), "dropped", "w");
    assert_ok(quire_draft_drop(k->store, "data", "dropped", &k->error), &k->error);
    quire_gc_report dry = kit_gc(k, -1, 1), real = kit_gc(k, -1, 0);
    assert_memory_equal(&dry, &real, sizeof dry);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 2);
    assert_int_equal(kit_count(k, "collections/data/drafts/open/shards/"), 2);
    assert_int_equal(kit_count(k, "collections/data/drafts/dropped/shards/"), 0);
    assert_ok(kit_finish(k, "data", "open", &version), &k->error);
    kit_gc(k, -1, 0);
    assert_int_equal(kit_count(k, "collections/data/drafts/open/shards/"), 0);
    assert_ok(kit_read_all(k, "data"), &k->error);
    assert_ok(kit_verify(k), &k->error);
    /* Finishing again, and coming late, are told the same as before. */
    quire_version_id again;
    assert_ok(kit_finish(k, "data", "open", &again), &k->error);
    assert_int_equal(again.number, version.number);
    const char *const ids[] = {"open", "dropped"};
    const char *const words[] = {"finished as data:v0", "dropped"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        quire_artifact *late = kit_artifact(k, "data", "late", "5", NULL);
        assert_status(QUIRE_CONFLICT,
                      quire_upsert_artifact(k->store, late, ids[i], "late", NULL, NULL, &k->error),
                      &k->error);
        assert_says(&k->error, words[i]);
        quire_artifact_free(late);
    }
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "open", "w"); /* the very same */
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
}

/* What died before anything named it. */
static void orphans(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    size_t before = count_all(k);
    kit_put(k, "packs/00000000000000000000000000000000.pack", "x", 1);
    kit_put(k, "blobs/ab/abababababababababababababababababababababababababababababababab", "x", 1);
    kit_put(k, "manifests/abababababababababababababababababababababababababababababababab", "x",
            1);
    kit_put(k, "collections/data/drafts/begun/shards/abcd", "x", 1);
    assert_int_equal(kit_gc(k, 10, 0).objects_deleted, 0);
    advance(k, 11);
    assert_int_equal(kit_gc(k, 10, 0).objects_deleted, 4);
    assert_int_equal(count_all(k), before);
    assert_int_equal(kit_count(k, "collections/data/drafts/"), 0);
    assert_ok(kit_verify(k), &k->error);
}

static void ttl(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    char now[Q_TIME_SIZE];
    int64_t real;
    q_time_now(now); /* records are dated by the system's clock */
    assert_ok(q_time_parse(now, &real, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, real);
    for (int i = 0; i < 3; i++) {
        char text[2] = {(char)('0' + i), '\0'};
        quire_artifact *artifact = kit_artifact(k, "data", "a", text, NULL);
        if (i < 2) {
            assert_ok(quire_artifact_set_ttl(artifact, 3600, &k->error), &k->error);
        }
        if (i == 1) {
            assert_ok(quire_artifact_add_alias(artifact, "kept", &k->error), &k->error);
        }
        kit_log(k, artifact);
    }
    assert_int_equal(kit_gc(k, 1, 0).versions_expired, 0);
    advance(k, 3700);
    quire_gc_report dry = kit_gc(k, 1, 1);
    assert_int_equal(dry.versions_expired, 1);
    assert_int_equal(dry.objects_deleted, 3);
    assert_int_equal(kit_versions(k, "data"), 3);
    quire_gc_report report = kit_gc(k, 1, 0);
    assert_memory_equal(&report, &dry, sizeof dry);
    assert_int_equal(kit_number(k, "data:v0"), -1);
    assert_int_equal(kit_versions(k, "data"), 2);
    assert_ok(quire_alias_remove(k->store, "data:kept", &k->error), &k->error);
    assert_int_equal(kit_gc(k, 1, 0).versions_expired, 1);
    assert_int_equal(kit_number(k, "data"), 2);
    assert_ok(kit_verify(k), &k->error);
}

/* Where gc cannot see what is alive, it deletes nothing. */
static void damage_stops_it(void **state) {
    kit *k = *state;
    static const char *const names[] = {
        "collections/data/collection.json", "collections/data/versions/0000000000",
        "collections/data/drafts/id/draft.json", "collections/data/drafts/id/writers/w/0000000001"};
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    kit_upsert(k, kit_artifact(k, "data", "b", "2", NULL), "id", "w");
    kit_put(k, "packs/garbage.pack", "x", 1);
    size_t before = count_all(k);
    for (size_t i = 0; i < COUNT(names); i++) {
        for (int missing = 0; missing < 2; missing++) {
            const quire_gc_options all = {.grace = -1};
            quire_gc_report report;
            q_buffer data = {0};
            if (missing && (i == 1 || i == 3)) {
                continue; /* a record that is gone cannot be missed: verify tells */
            }
            kit_get(k, names[i], &data);
            kit_put(k, names[i], missing ? NULL : data.data, data.size - 1);
            assert_status(QUIRE_INTEGRITY, quire_store_gc(k->store, &all, &report, &k->error),
                          &k->error);
            assert_says(&k->error, names[i]);
            assert_int_equal(count_all(k), before);
            kit_put(k, names[i], data.data, data.size);
            q_buffer_free(&data);
        }
    }
    assert_int_equal(kit_gc(k, -1, 0).objects_deleted, 1);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(deleted_goes_shared_stays),
        MEMORY(grace),
        MEMORY(drafts),
        MEMORY(orphans),
        MEMORY(ttl),
        MEMORY(damage_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
