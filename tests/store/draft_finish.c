/** @file Finishes: what is refused leaves the draft open, what is done stays done. */
#include "store/draft_kit.h"

static void test_writers_are_missing(void **state) {
    kit *k = *state;
    assert_status(QUIRE_NOT_FOUND, kit_finish(k, "data", "job", NULL), &k->error);
    upsert_ok(k, "job", "1", "b", "two");
    assert_status(QUIRE_NOT_FOUND, kit_finish(k, "data", "other", NULL), &k->error);
    assert_says(&k->error, "no draft 'other' of 'data'");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "other", 2, NULL, NULL), &k->error);
    /* From 0 or from 1? Neither is told. */
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "job", 4, NULL, NULL), &k->error);
    assert_says(&k->error, "1 of 4 writers have upserted to draft 'job' of 'data'; have: 1");
    upsert_ok(k, "job", "extra", "c", "three");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "job", 3, NULL, NULL), &k->error);
    assert_says(&k->error, "; have: 1, extra");
    upsert_ok(k, "job", "0", "a", "one");
    assert_ok(finish_expecting(k, "job", 3, NULL, NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 3);
}

static void test_how_the_missing_are_numbered(void **state) {
    kit *k = *state;
    upsert_ok(k, "ranks", "0", "a", "one");
    upsert_ok(k, "ranks", "2", "b", "two");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "ranks", 4, NULL, NULL), &k->error);
    assert_says(&k->error,
                "2 of 4 writers have upserted to draft 'ranks' of 'data'; missing: 1, 3");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "ranks", 30, NULL, NULL), &k->error);
    assert_says(&k->error, "missing: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "
                           "19, 20, 21, …");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "ranks", INT64_MAX, NULL, NULL), &k->error);
    assert_says(&k->error, "missing: 1, 3, 4");
    upsert_ok(k, "ranks", "3", "c", "three");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "ranks", 4, NULL, NULL), &k->error);
    assert_says(&k->error, "missing: 1");
    upsert_ok(k, "ranks", "4", "c", "three");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "ranks", 5, NULL, NULL), &k->error);
    assert_says(&k->error, "missing: 1");
    upsert_ok(k, "tasks", "4", "a", "one");
    upsert_ok(k, "tasks", "2", "b", "two");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "tasks", 4, NULL, NULL), &k->error);
    assert_says(&k->error, "; missing: 1, 3");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "tasks", 5, NULL, NULL), &k->error);
    assert_says(&k->error, "; have: 2, 4");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "tasks", 3, NULL, NULL), &k->error);
    assert_says(&k->error, "; have: 2, 4");
    upsert_ok(k, "tasks", "0", "c", "three");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "tasks", 4, NULL, NULL), &k->error);
    assert_says(&k->error, "; have: 0, 2, 4");
}

static void test_the_finishers_own_files(void **state) {
    kit *k = *state;
    quire_version_id version;
    upsert_ok(k, "job", "0", "a", "one");
    assert_status(QUIRE_INCOMPLETE, finish_expecting(k, "job", 2, "own", NULL), &k->error);
    assert_says(&k->error, "1 of 2 writers"); /* the finisher does not count */
    assert_ok(finish_expecting(k, "job", 1, "own", &version), &k->error);
    assert_int_equal(version.created, 1);
    assert_int_equal(entries_of(k, "data:v0"), 2);
    assert_text(k, "data:v0", "own", "own");
    assert_ok(finish_expecting(k, "job", 1, "own", &version), &k->error);
    assert_int_equal(version.created, 0);
    assert_int_equal(version.number, 0);
    assert_status(QUIRE_CONFLICT, finish_expecting(k, "job", 1, "more", &version), &k->error);
    assert_ok(finish_expecting(k, "alone", 0, "solo", &version), &k->error);
    assert_int_equal(version.number, 1);
}

static void test_a_repeated_finish(void **state) {
    kit *k = *state;
    quire_version_id first, again;
    upsert_ok(k, "job", "0", "a", "one");
    assert_ok(kit_finish(k, "data", "job", &first), &k->error);
    kit_log(k, kit_artifact(k, "data", "a", "later", NULL));
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_add_alias(artifact, "best", &k->error), &k->error);
    assert_ok(quire_finish_artifact(k->store, artifact, "job", NULL, &again, &k->error), &k->error);
    quire_artifact_free(artifact);
    assert_int_equal(again.created, 0);
    assert_int_equal(again.number, first.number);
    assert_string_equal(again.name, "data");
    assert_string_equal(again.digest, first.digest);
    assert_int_equal(kit_number(k, "data:best"), 0);
    assert_int_equal(kit_number(k, "data:latest"), 1); /* nothing new was logged */
}

static void test_conflicts_can_be_mended(void **state) {
    kit *k = *state;
    upsert_ok(k, "job", "0", "same/path", "one");
    upsert_ok(k, "job", "1", "same/path", "two");
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "job", NULL), &k->error);
    assert_says(&k->error, "same/path");
    assert_says(&k->error, "'0'");
    assert_says(&k->error, "'1'");
    upsert_ok(k, "job", "1", "same/path", "one"); /* same content: one entry */
    upsert_ok(k, "job", "2", "same", "a file where others have a folder");
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "job", NULL), &k->error);
    assert_says(&k->error, "'same");
    assert_int_equal(kit_versions(k, "data"), 0);
    assert_int_equal(writers_of(k, "job"), 3);
    upsert_ok(k, "job", "2", "other", "three");
    assert_ok(kit_finish(k, "data", "job", NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 2);
}

static void test_empty_parts(void **state) {
    kit *k = *state;
    quire_version_id version;
    kit_upsert(k, kit_artifact(k, "data", NULL), "job", "0");
    kit_upsert(k, kit_artifact(k, "data", NULL), "job", "1");
    assert_ok(finish_expecting(k, "job", 2, NULL, &version), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 0);
    kit_upsert(k, kit_artifact(k, "data", NULL), "next", "0");
    upsert_ok(k, "next", "1", "a", "one");
    assert_ok(finish_expecting(k, "next", 2, NULL, &version), &k->error);
    assert_int_equal(entries_of(k, "data:v1"), 1);
    assert_ok(kit_verify(k), &k->error);
}

/* What the parts' writers were told must be in the version, or the finisher hears of it. */
static void test_receipts(void **state) {
    kit *k = *state;
    quire_version_id version;
    quire_receipt receipts[2] = {upsert_ok(k, "job", "0", "a", "one"),
                                 upsert_ok(k, "job", "1", "b", "two")};
    quire_receipt others[2] = {receipts[0], upsert_ok(k, "job", "1", "b", "of a second job")};
    const quire_commit_options ours = {.expect = 2, .receipts = receipts};
    const quire_commit_options theirs = {.expect = 2, .receipts = others};
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    for (int finished = 0; finished < 2; finished++) {
        assert_status(QUIRE_CONFLICT,
                      quire_finish_artifact(k->store, artifact, "job", &ours, &version, &k->error),
                      &k->error);
        assert_says(&k->error, "another part of writer '1'");
        assert_int_equal(kit_versions(k, "data"), finished);
        assert_ok(quire_finish_artifact(k->store, artifact, "job", &theirs, &version, &k->error),
                  &k->error);
    }
    assert_text(k, "data:v0", "b", "of a second job");
    receipts[0] = upsert_ok(k, "sealed", "0", "a", "one");
    assert_ok(finish_expecting(k, "sealed", 1, NULL, &version), &k->error);
    assert_status(QUIRE_CONFLICT,
                  quire_finish_artifact(k->store, artifact, "sealed", &ours, &version, &k->error),
                  &k->error);
    assert_says(&k->error, "1 of the 2 parts");
    quire_artifact_free(artifact);
}

/* A job repeated on fewer ranks does not get what it did on more; who has a name is welcome. */
static void test_fewer_ranks(void **state) {
    kit *k = *state;
    quire_version_id version;
    quire_receipt receipts[2] = {upsert_ok(k, "job", "0", "a", "one"),
                                 upsert_ok(k, "job", "1", "b", "two")};
    const quire_commit_options ours = {.expect = 2, .receipts = receipts};
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    upsert_ok(k, "job", "summary", "c", "three");
    upsert_ok(k, "job", "2", "d", "of a third rank");
    assert_status(QUIRE_CONFLICT,
                  quire_finish_artifact(k->store, artifact, "job", &ours, &version, &k->error),
                  &k->error);
    assert_says(&k->error,
                "a part of writer '2', left by a job with more than these 2 ranks; use another id");
    assert_int_equal(kit_versions(k, "data"), 0);
    receipts[0] = upsert_ok(k, "next", "0", "a", "one");
    receipts[1] = upsert_ok(k, "next", "1", "b", "two");
    upsert_ok(k, "next", "summary", "c", "three");
    assert_ok(quire_finish_artifact(k->store, artifact, "next", &ours, &version, &k->error),
              &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 3);
    quire_artifact_free(artifact);
}

/* However it is parted, and whether in parts at all. */
static void test_the_same_tree_is_the_same_version(void **state) {
    kit *k = *state;
    quire_version_id parted;
    quire_version_id whole =
        kit_log(k, kit_artifact(k, "data", "a", "1", "b", "2", "c", "3", NULL));
    upsert_ok(k, "job", "z", "a", "1");
    kit_upsert(k, kit_artifact(k, "data", "b", "2", "c", "3", NULL), "job", "y");
    assert_ok(kit_finish(k, "data", "job", &parted), &k->error);
    assert_string_equal(parted.digest, whole.digest);
    assert_int_equal(parted.number, 0);
    assert_int_equal(parted.created, 0);
    assert_int_equal(kit_versions(k, "data"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_writers_are_missing),
        TEST(test_how_the_missing_are_numbered),
        TEST(test_the_finishers_own_files),
        TEST(test_a_repeated_finish),
        TEST(test_conflicts_can_be_mended),
        TEST(test_receipts),
        TEST(test_fewer_ranks),
        TEST(test_empty_parts),
        TEST(test_the_same_tree_is_the_same_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
