/** @file Upserts: repeated, replaced, late, and onto drafts that are sealed, finished or dropped.
 */
#include "store/draft_kit.h"

static void test_a_repeated_upsert_counts_once(void **state) {
    kit *k = *state;
    quire_version_id version;
    quire_receipt first = upsert_ok(k, "job", "0", "a", "one");
    quire_receipt second = upsert_ok(k, "job", "0", "a", "one");
    assert_string_equal(first.digest, second.digest);
    assert_int_equal(second.entries, 1);
    assert_int_equal(second.bytes, 3);
    assert_int_equal(writers_of(k, "job"), 1);
    assert_ok(kit_finish(k, "data", "job", &version), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 1);
}

static void test_a_replaced_part_counts(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "old", "one");
    upsert_ok(k, "job", "1", "b", "two");
    upsert_ok(k, "job", "0", "new", "three");
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 2);
    assert_text(k, "data:v0", "new", "three");
    assert_text(k, "data:v0", "b", "two");
}

static void test_another_type(void **state) {
    kit *k = *state;
    quire_artifact *artifact = NULL;
    upsert_ok(k, "job", "0", "a", "one");
    assert_ok(quire_artifact_new("data", "model", &artifact, &k->error), &k->error);
    assert_status(QUIRE_CONFLICT,
                  quire_upsert_artifact(k->store, artifact, "job", "1", NULL, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "'dataset', not 'model'");
    assert_status(QUIRE_CONFLICT,
                  quire_finish_artifact(k->store, artifact, "job", NULL, NULL, &k->error),
                  &k->error);
    quire_artifact_free(artifact);
    assert_int_equal(writers_of(k, "job"), 1);
}

static void test_ids_of_all_kinds_are_apart(void **state) {
    kit *k = *state;
    static const char *const ids[] = {"a/b", "a%2Fb", "..", "~", "A", "a", " ", "\xc3\xa9"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        for (size_t j = 0; j < COUNT(ids); j++) {
            char path[16];
            snprintf(path, sizeof path, "%d", (int)j);
            upsert_ok(k, ids[i], ids[j], path, ids[i]);
        }
    }
    for (size_t i = 0; i < COUNT(ids); i++) {
        quire_version_id version;
        assert_int_equal(writers_of(k, ids[i]), COUNT(ids));
        assert_ok(kit_finish(k, "data", ids[i], &version), &k->error);
        assert_int_equal(version.number, i);
    }
}

static void test_after_the_finish(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "a", "one");
    upsert_ok(k, "job", "1", "b", "two");
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    upsert_ok(k, "job", "0", "a", "one"); /* the same part: it is in */
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "another", NULL), &k->error);
    assert_says(&k->error, "finished as data:v0 without this part of writer '0'");
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "b", "two", NULL), &k->error);
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "2", "c", "three", NULL), &k->error);
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_int_equal(kit_versions(k, "data"), 1);
    assert_int_equal(entries_of(k, "data:v0"), 2);
    assert_text(k, "data:v0", "a", "one");
}

/* The same files with other notes are another part: its notes are not in the version. */
static void test_other_notes_after_the_finish(void **state) {
    kit *k = *state;
    static const char big[] = "{\"n\":12345678901234567890,\"x\":0.1,\"deep\":[{\"a\":null}]}";
    assert_ok(upsert(k, "job", "0", "a", "one", big), &k->error);
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_ok(upsert(k, "job", "0", "a", "one", big), &k->error);
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "one", "{\"n\":1}"), &k->error);
    assert_says(&k->error, "without this part");
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "one", NULL), &k->error);
}

/* A finish died behind the seal: who comes next makes the roster, and is in it. */
static void test_sealed_without_a_roster(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "a", "one");
    seal_alone(k, "job");
    upsert_ok(k, "job", "1", "b", "two");
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "2", "c", "three", NULL), &k->error);
    assert_says(&k->error, "is sealed without this part of writer '2'");
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "other", NULL), &k->error);
    upsert_ok(k, "job", "0", "a", "one");
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 2);
    assert_text(k, "data:v0", "b", "two");
}

static void test_dropped(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "a", "one");
    assert_status(QUIRE_NOT_FOUND, quire_draft_drop(k->store, "data", "other", &k->error),
                  &k->error);
    assert_ok(quire_draft_drop(k->store, "data", "job", &k->error), &k->error);
    assert_ok(quire_draft_drop(k->store, "data", "job", &k->error), &k->error);
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "one", NULL), &k->error);
    assert_says(&k->error, "draft 'job' of 'data' was dropped; use another id");
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "job", NULL), &k->error);
    assert_says(&k->error, "was dropped; use another id");
    assert_int_equal(writers_of(k, "job"), -1);
    assert_int_equal(kit_versions(k, "data"), 0);
    upsert_ok(k, "next", "0", "a", "one");
    assert_ok(kit_finish(k, "data", "next", NULL), &k->error);
    assert_status(QUIRE_CONFLICT, quire_draft_drop(k->store, "data", "next", &k->error), &k->error);
    assert_says(&k->error, "finished as data:v0");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_a_repeated_upsert_counts_once),
        TEST(test_a_replaced_part_counts),
        TEST(test_another_type),
        TEST(test_ids_of_all_kinds_are_apart),
        TEST(test_after_the_finish),
        TEST(test_other_notes_after_the_finish),
        TEST(test_sealed_without_a_roster),
        TEST(test_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
