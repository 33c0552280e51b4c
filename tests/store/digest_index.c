/** @file The digest index: what it loses to a crash is found again, what is deleted is passed by.
 */
#include "store/repository/digest_index.h"
#include "store/repository/version_record.h"
#include "store/repository_kit.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
quire_status __real_q_version_record_get(q_repository *repository, const char *name, int64_t number,
                                         q_version_record *record, quire_error *error);
quire_status __wrap_q_version_record_get(q_repository *repository, const char *name, int64_t number,
                                         q_version_record *record, quire_error *error);

static int
    lies_at; /* how many records are read until one is of another digest, plus one; 0: never */

quire_status __wrap_q_version_record_get(q_repository *repository, const char *name, int64_t number,
                                         q_version_record *record, quire_error *error) {
    lies_at -= lies_at > 0;
    quire_status status = __real_q_version_record_get(repository, name, number, record, error);
    if (!status && lies_at == 1) {
        static const char other[] =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        record->digest = other;
    }
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static int64_t find(kit *k, const char *digest) {
    int64_t number = -2;
    assert_ok(q_digest_index_find(k->repository, "data", digest, &number, &k->error), &k->error);
    return number;
}

static quire_version_id log_text(kit *k, const char *text) {
    return kit_log(k, kit_artifact(k, "data", "a", text, NULL));
}

static void lose(kit *k, const quire_version_id *version) {
    char key[256];
    snprintf(key, sizeof key, "collections/data/digests/%s", version->digest);
    kit_put(k, key, NULL, 0);
}

static void test_find(void **state) {
    kit *k = *state;
    char unknown[Q_SHA256_HEX_SIZE];
    quire_version_id first = log_text(k, "one");
    quire_version_id second = log_text(k, "two");
    memset(unknown, 'a', sizeof unknown - 1);
    unknown[sizeof unknown - 1] = '\0';
    int64_t entered = -1;
    assert_int_equal(find(k, first.digest), 0);
    assert_int_equal(find(k, second.digest), 1);
    assert_int_equal(find(k, unknown), -1);
    assert_ok(q_digest_index_add(k->repository, "data", first.digest, 0, &entered, &k->error),
              &k->error);
    assert_int_equal(entered, 0);
    assert_int_equal(kit_count(k, "collections/data/digests/"), 2);
}

/* A committer died between the version and its entry. */
static void test_a_crash_before_the_entry(void **state) {
    kit *k = *state;
    quire_version_id first = log_text(k, "one");
    lose(k, &first);
    assert_int_equal(find(k, first.digest), 0); /* it is the newest */
    assert_int_equal(log_text(k, "one").created, 0);
    log_text(k, "two"); /* which enters the version before it */
    assert_int_equal(kit_count(k, "collections/data/digests/"), 2);
    assert_int_equal(find(k, first.digest), 0);
    assert_int_equal(log_text(k, "one").created, 0);
    assert_int_equal(kit_versions(k, "data"), 2);
}

static void test_chains_of_deleted_versions(void **state) {
    kit *k = *state;
    quire_version_id version = log_text(k, "one");
    int64_t entered = 0;
    for (int round = 0; round < 3; round++) {
        char address[32];
        version = log_text(k, "one");
        assert_int_equal(version.number, 2 * round);
        assert_int_equal(find(k, version.digest), version.number);
        log_text(k, round % 2 ? "three" : "two");
        snprintf(address, sizeof address, "data:v%d", (int)version.number);
        assert_ok(quire_version_delete(k->store, address, 0, &k->error), &k->error);
        assert_int_equal(find(k, version.digest), -1);
        if (round < 2) {
            snprintf(address, sizeof address, "data:v%d", (int)version.number + 1);
            assert_ok(quire_version_delete(k->store, address, 0, &k->error), &k->error);
            assert_int_equal(log_text(k, "one").number, version.number + 2);
        }
    }
    assert_ok(q_digest_index_add(k->repository, "data", version.digest, 0, &entered, &k->error),
              &k->error);
    assert_int_equal(entered, -1);
    assert_int_equal(find(k, version.digest), -1); /* a deleted version is not entered */
}

/* The newest is deleted before anybody entered it: its digest is free for the next. */
static void test_the_newest_deleted_without_an_entry(void **state) {
    kit *k = *state;
    quire_version_id first = log_text(k, "one");
    lose(k, &first);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_int_equal(find(k, first.digest), -1);
    assert_int_equal(log_text(k, "one").number, 1);
    log_text(k, "two");
    assert_int_equal(log_text(k, "one").number, 1);
    assert_ok(kit_verify(k), &k->error);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

/* A store that tells of the version that has the digest and then hands out another. */
static void test_what_is_opened_has_the_digest(void **state) {
    kit *k = *state;
    char address[128];
    quire_version *version = NULL;
    log_text(k, "one");
    snprintf(address, sizeof address, "data:%s", log_text(k, "two").digest);
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    quire_version_free(version);
    int refused = 0;
    for (int i = 2; i < 8; i++) {
        lies_at = i;
        quire_status status = quire_version_open(k->store, address, &version, &k->error);
        assert_true(status == QUIRE_INTEGRITY || status == QUIRE_OK);
        assert_true(status || strstr(address, quire_version_get_info(version)->digest));
        refused += status && strstr(k->error.message, "data:v1 does not have the digest by which");
        quire_version_free(version);
    }
    assert_int_equal(refused, 1);
    lies_at = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_find),
        TEST(test_a_crash_before_the_entry),
        TEST(test_chains_of_deleted_versions),
        TEST(test_the_newest_deleted_without_an_entry),
        TEST(test_what_is_opened_has_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
