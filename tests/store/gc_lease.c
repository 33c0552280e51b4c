/** @file gc and the leases of running writers. Time is the memory's clock. */
#include "store/repository/lease.h"

#include "store/repository_kit.h"

#define DAY ((int64_t)24 * 3600)

static void advance(kit *k, int64_t seconds) {
    int64_t now;
    assert_ok(q_objects_now(k->objects, &now, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, now + seconds * 1000000);
}

static void living_lease_keeps_the_younger(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    q_lease lease = {0};
    kit_put(k, "packs/old.pack", "x", 1);
    advance(k, 100);
    assert_ok(q_lease_take(k->repository, NULL, -1, NULL, &lease, &k->error), &k->error);
    kit_put(k, "packs/young.pack", "x", 1);
    advance(k, 3 * DAY);
    assert_int_equal(kit_gc(k, 50, 0).objects_deleted, 1);
    assert_int_equal(kit_count(k, "packs/"), 1);
    /* Its last renewal counts, not when it was taken. */
    assert_ok(q_objects_refresh(k->objects, lease.key.text, &k->error), &k->error);
    advance(k, 6 * DAY);
    assert_int_equal(kit_gc(k, 50, 0).objects_deleted, 0);
    advance(k, 2 * DAY);
    assert_int_equal(kit_gc(k, 50, 1).objects_deleted, 1);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 1); /* a dry run removes no lease either */
    assert_int_equal(kit_gc(k, 50, 0).objects_deleted, 1);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    q_lease_drop(&lease);
}

static void keep_line(void *context, quire_log_level level, const char *line) {
    char *said = context;
    if (level == QUIRE_LOG_WARNING) {
        snprintf(said + strlen(said), 1024 - strlen(said), "%s\n", line);
    }
}

static void a_held_back_gc_says_why(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    q_lease leases[2] = {{0}};
    char said[1024] = "";
    k->store->options.log = keep_line;
    k->store->options.log_context = said;
    for (int i = 0; i < 2; i++) {
        assert_ok(q_lease_take(k->repository, NULL, -1, NULL, &leases[i], &k->error), &k->error);
        advance(k, 10);
    }
    kit_put(k, "packs/young.pack", "x", 1);
    advance(k, 30);
    assert_int_equal(kit_gc(k, 50, 0).objects_deleted, 0);
    assert_string_equal(said, ""); /* no longer than the grace period does */
    advance(k, 2 * DAY);
    assert_int_equal(kit_gc(k, 50, 0).objects_deleted, 0);
    char *line_end = strchr(said, '\n');
    assert_true(line_end && !line_end[1]); /* once */
    assert_non_null(strstr(said, "2 leases of running or killed writers, the oldest taken "
                                 "2023-11-14T22:13:20Z by "));
    assert_null(strstr(said, "?"));
    assert_non_null(strchr(said, '@'));
    assert_non_null(strstr(said, "dead 7 days after their last renewal"));
    *said = 0;
    assert_int_equal(kit_gc(k, -1, 1).objects_deleted, 1);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 2);
    assert_int_equal(kit_gc(k, -1, 0).objects_deleted, 1);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0); /* the store is nobody else's */
    assert_string_equal(said, "");
}

static void cut_lease(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    kit_put(k, "leases/cut", "{", 1);
    kit_put(k, "packs/young.pack", "x", 1);
    advance(k, 3 * DAY);
    assert_int_equal(kit_gc(k, 1, 0).objects_deleted, 0);
    advance(k, 5 * DAY);
    assert_int_equal(kit_gc(k, 1, 0).objects_deleted, 1);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
}

/* The base of a patch under way is deleted, and gc comes along: the patch must still be whole. */
static void base_of_a_patch(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    const q_notes notes = {.ttl = -1};
    const q_write_spec spec = {
        .mode = Q_MODE_PATCH, .name = "data", .type = "dataset", .notes = &notes, .base = "v0"};
    q_writing *writing = NULL;
    quire_version_id version;
    kit_log(k, kit_artifact(k, "data", "text", "1", "kept", "2", NULL));
    advance(k, 2 * DAY); /* so that only the pin protects it */
    assert_ok(k->store->ops->write_begin(k->store, &spec, &writing, &k->error), &k->error);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    advance(k, 2 * DAY);
    assert_int_equal(kit_gc(k, 0, 0).objects_deleted, 0);
    assert_ok(k->store->ops->write_remove(writing, "text", &k->error), &k->error);
    assert_ok(k->store->ops->write_commit(writing, &version, NULL, &k->error), &k->error);
    k->store->ops->write_free(writing);
    advance(k, 2 * DAY);
    assert_int_equal(version.number, 1);
    assert_int_equal(kit_gc(k, 0, 0).objects_deleted, 2); /* chunk and root of the base */
    assert_ok(kit_read_all(k, "data:v1"), &k->error);
    assert_ok(kit_verify(k), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

/* A dead lease that says, with these members and their values, what it claims; ended by NULL. */
static void forge_claim(kit *k, const char *const *members) {
    q_lease lease = {0};
    q_buffer text = {0};
    cJSON *record = NULL;
    assert_ok(q_lease_take(k->repository, NULL, -1, NULL, &lease, &k->error), &k->error);
    assert_ok(q_record_get(k->objects, lease.key.text, "lease", &record, &k->error), &k->error);
    cJSON_DeleteItemFromObjectCaseSensitive(record, "check");
    for (; members[0]; members += 2) {
        assert_true(q_record_add_string(record, members[0], members[1]));
    }
    assert_ok(q_record_print(record, &text, &k->error), &k->error);
    kit_put(k, lease.key.text, text.data, text.size);
    q_buffer_free(&text);
    cJSON_Delete(record);
}

/* A forged claim must not have gc remove anything but leases. */
static void a_claim_names_only_leases(void **state) {
    kit *k = *state;
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    forge_claim(k, (const char *const[]){"claim_of", "collections/data/versions/0000000000", NULL});
    kit_gc(k, -1, 0);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_ok(kit_read_all(k, "data:v0"), &k->error);
}

/* Nor must one of what is not there stop gc, or make anything in its place. */
static void a_claim_of_nothing_is_passed_over(void **state) {
    static char long_name[3000];
    static const char *const claims[][9] = {
        {"claim_of", "leases/x", "name", "nosuch", NULL},
        {"claim_of", "leases/x", "name", long_name, NULL},
        {"claim_of", "leases/x", "name", "nosuch", "draft", "id", "writer", "w", NULL},
        {"claim_of", "leases/x", "name", "data", "draft", "nosuch", "writer", "w", NULL},
        {"claim_of", "leases/x", "name", "data", "draft", long_name, "writer", "w", NULL},
    };
    kit *k = *state;
    memset(long_name, 'n', sizeof long_name - 1);
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_upsert(k, kit_artifact(k, "data", "a", "two", NULL), "id", "w");
    char *before = kit_fingerprint(k);
    for (size_t i = 0; i < COUNT(claims); i++) {
        forge_claim(k, claims[i]);
        kit_gc(k, -1, 0);
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        assert_ok(kit_verify(k), &k->error);
    }
    char *after = kit_fingerprint(k);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* The number that gc takes is above those that its listing does not have yet. */

static const q_objects_ops *fresh;

typedef struct listing {
    const char *prefix;
    q_object_callback callback;
    void *context;
} listing;

static quire_status hide_newest(void *context, const q_object_info *info, quire_error *error) {
    const listing *to = context;
    bool hidden = strcmp(to->prefix, "collections/data/versions/") == 0 &&
                  strcmp(info->key, "0000000001") == 0;
    return hidden ? QUIRE_OK : to->callback(to->context, info, error);
}

static quire_status list_of_before(q_objects *objects, const char *prefix, bool deep,
                                   q_object_callback callback, void *context, quire_error *error) {
    listing to = {prefix, callback, context};
    return fresh->list(objects, prefix, deep, hide_newest, &to, error);
}

static void forge_dead_claim(kit *k) {
    static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    forge_claim(
        k, (const char *const[]){"claim_of", "leases/x", "name", "data", "digest", digest, NULL});
}

static void an_old_listing_takes_a_number_all_the_same(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    kit_log(k, kit_artifact(k, "data", "a", "two", NULL));
    forge_dead_claim(k);
    advance(k, 8 * DAY);
    fresh = k->objects->ops;
    q_objects_ops stale = *fresh;
    stale.list = list_of_before;
    k->objects->ops = &stale;
    kit_gc(k, 30 * DAY, 0);
    k->objects->ops = fresh;
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_int_equal(kit_number(k, "data:latest"), 1);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "three", NULL)).number, 3);
    assert_ok(kit_verify(k), &k->error);
}

/* As a commit does, gc sees to it that all below the number that it takes are in the index. */
static void a_number_is_taken_above_an_indexed_version(void **state) {
    kit *k = *state;
    bool removed = false;
    quire_version_id id = kit_log(k, kit_artifact(k, "data", "a", "one", NULL));
    char key[128];
    snprintf(key, sizeof key, "collections/data/digests/%s", id.digest);
    assert_ok(q_objects_remove(k->objects, key, INT64_MAX, &removed, &k->error), &k->error);
    assert_true(removed);
    forge_dead_claim(k);
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
    assert_int_equal(kit_log(k, kit_artifact(k, "data", "a", "one", NULL)).number, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(living_lease_keeps_the_younger),
        MEMORY(a_held_back_gc_says_why),
        MEMORY(a_claim_names_only_leases),
        MEMORY(a_claim_of_nothing_is_passed_over),
        MEMORY(an_old_listing_takes_a_number_all_the_same),
        MEMORY(a_number_is_taken_above_an_indexed_version),
        MEMORY(cut_lease),
        MEMORY(base_of_a_patch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
