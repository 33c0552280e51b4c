/** @file What a log takes over from the newest version: whose objects it need not save again. */
#include "store/repository_kit.h"

static quire_version_id log_text(kit *k, const char *text) {
    return kit_log(k, kit_artifact(k, "data", "a", text, NULL));
}

typedef struct seen {
    size_t count;
    int64_t newest; /* time */
} seen;

static quire_status see(void *context, const q_object_info *info, quire_error *error) {
    seen *to = context;
    (void)error;
    to->count++;
    to->newest = info->modified > to->newest ? info->modified : to->newest;
    return QUIRE_OK;
}

static seen look(kit *k, const char *prefix) {
    seen all = {0};
    assert_ok(q_objects_list(k->objects, prefix, true, see, &all, &k->error), &k->error);
    return all;
}

static void later(kit *k, int seconds) {
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + (int64_t)seconds * 1000000);
}

/* A save would renew the time of what is there. */
static void test_what_was_read_is_not_saved(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    log_text(k, "one");
    seen before = look(k, Q_KEY_MANIFESTS);
    later(k, 100);
    assert_int_equal(log_text(k, "one").created, 0);
    seen after = look(k, Q_KEY_MANIFESTS);
    assert_int_equal(after.count, before.count);
    assert_int_equal(after.newest, before.newest);
    assert_int_equal(log_text(k, "two").number, 1);
    assert_true(look(k, Q_KEY_MANIFESTS).newest > before.newest);
}

typedef struct listing {
    q_key keys[2];
    size_t count;
} listing;

static quire_status take_key(void *context, const q_object_info *info, quire_error *error) {
    listing *to = context;
    (void)error;
    assert_true(to->count < COUNT(to->keys));
    snprintf(to->keys[to->count++].text, sizeof to->keys[0].text, "%s", info->key);
    return QUIRE_OK;
}

/* What could not be read is made again: the chunk, the root, both. (Of an empty file, which is in
 * no pack: a new pack would make another chunk of it.) */
static void test_what_is_missing_is_saved(void **state) {
    kit *k = *state;
    listing all = {0};
    log_text(k, "");
    assert_ok(q_objects_list(k->objects, Q_KEY_MANIFESTS, true, take_key, &all, &k->error),
              &k->error);
    assert_int_equal(all.count, 2);
    for (unsigned gone = 1; gone < 4; gone++) {
        for (size_t i = 0; i < all.count; i++) {
            if (gone >> i & 1) {
                kit_put(k, all.keys[i].text, NULL, 0);
            }
        }
        assert_int_equal(log_text(k, "").created, 0);
        assert_int_equal(look(k, Q_KEY_MANIFESTS).count, 2);
        assert_ok(kit_verify(k), &k->error);
    }
}

/* The newest version is deleted: the one before it is what is built on. */
static void test_the_newest_is_deleted(void **state) {
    kit *k = *state;
    log_text(k, "one");
    log_text(k, "two");
    assert_ok(quire_version_delete(k->store, "data:v1", 0, &k->error), &k->error);
    seen before = look(k, Q_KEY_PACKS);
    assert_int_equal(log_text(k, "one").created, 0);
    assert_int_equal(look(k, Q_KEY_PACKS).count, before.count);
    assert_int_equal(kit_number(k, "data"), 0);
    assert_int_equal(log_text(k, "two").number, 2);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_ok(kit_verify(k), &k->error);
}

/* `latest` was moved to an older version: that one is built on, and moved back when the newest is
 * logged again. */
static void test_latest_is_older(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    log_text(k, "one");
    log_text(k, "two");
    assert_int_equal(log_text(k, "one").created, 0);
    assert_int_equal(kit_number(k, "data"), 0);
    later(k, 100);
    seen before = look(k, Q_KEY_MANIFESTS), packs = look(k, Q_KEY_PACKS);
    assert_int_equal(log_text(k, "one").created, 0);
    assert_int_equal(look(k, Q_KEY_MANIFESTS).newest, before.newest);
    assert_int_equal(look(k, Q_KEY_PACKS).count, packs.count);
    assert_int_equal(log_text(k, "two").created, 0);
    assert_int_equal(kit_number(k, "data"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_read_is_not_saved),
        TEST(test_what_is_missing_is_saved),
        TEST(test_the_newest_is_deleted),
        TEST(test_latest_is_older),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
