/** @file Addresses: which version a name, alias, digest or `latest` is, whatever came before. */
#include "store/repository_kit.h"

static quire_version_id log_text(kit *k, const char *text) {
    return kit_log(k, kit_artifact(k, "data", "a", text, NULL));
}

static void delete (kit *k, const char *address) {
    assert_ok(quire_version_delete(k->store, address, 0, &k->error), &k->error);
}

static void numbers(void **state) {
    kit *k = *state;
    log_text(k, "0");
    log_text(k, "1");
    assert_int_equal(kit_number(k, "data:v0"), 0);
    assert_int_equal(kit_number(k, "data:v1"), 1);
    const struct {
        const char *address;
        quire_status status;
        const char *words;
    } rows[] = {
        {"data:v2", QUIRE_NOT_FOUND, "v2"},
        {"data:v99999999999", QUIRE_NOT_FOUND, "v99999999999"},
        {"data:nothing", QUIRE_NOT_FOUND, "nothing"},
        {"none:v0", QUIRE_NOT_FOUND, "none"},
        {"data:00000000000000000000000000000000000000000000000000000000000000ff", QUIRE_NOT_FOUND,
         "ff"},
        {"data:", QUIRE_USAGE, "empty"},
        {"a/b:v0", QUIRE_USAGE, "a/b"},
        {"", QUIRE_USAGE, ""},
        {"../data:v0", QUIRE_USAGE, "../data"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        quire_version *version = NULL;
        assert_status(rows[i].status,
                      quire_version_open(k->store, rows[i].address, &version, &k->error),
                      &k->error);
        assert_says(&k->error, rows[i].words);
        assert_null(version);
    }
}

static void latest(void **state) {
    kit *k = *state;
    assert_int_equal(kit_number(k, "data"), -1);
    log_text(k, "0");
    log_text(k, "1");
    assert_int_equal(log_text(k, "2").number, 2);
    assert_int_equal(kit_number(k, "data"), 2);
    /* Older content again: it is the latest, until something new comes. */
    quire_version_id again = log_text(k, "0");
    assert_int_equal(again.number, 0);
    assert_int_equal(again.created, 0);
    assert_int_equal(kit_number(k, "data:latest"), 0);
    assert_int_equal(log_text(k, "1").number, 1);
    assert_int_equal(kit_number(k, "data"), 1);
    log_text(k, "3");
    assert_int_equal(kit_number(k, "data"), 3);
    assert_int_equal(log_text(k, "3").created, 0);
    assert_int_equal(kit_number(k, "data"), 3);
}

static void latest_after_deletion(void **state) {
    kit *k = *state;
    log_text(k, "0");
    log_text(k, "1");
    log_text(k, "2");
    delete (k, "data:v2");
    assert_int_equal(kit_number(k, "data"), 1);
    log_text(k, "0");
    assert_int_equal(kit_number(k, "data"), 0);
    delete (k, "data:latest");
    assert_int_equal(kit_number(k, "data"), 1);
    delete (k, "data:v1");
    assert_int_equal(kit_number(k, "data"), -1);
    assert_int_equal(kit_versions(k, "data"), 0);
    /* A number is never used again. */
    assert_int_equal(log_text(k, "2").number, 3);
    assert_int_equal(kit_number(k, "data"), 3);
    assert_ok(kit_verify(k), &k->error);
}

/* Made the latest when it was not the newest, deleted, and its content logged once more. */
static void latest_of_content_that_returns(void **state) {
    kit *k = *state;
    log_text(k, "0");
    log_text(k, "1");
    log_text(k, "0");
    delete (k, "data:v0");
    assert_int_equal(kit_number(k, "data"), 1);
    assert_int_equal(log_text(k, "0").number, 2);
    assert_int_equal(kit_number(k, "data"), 2);
    log_text(k, "1");
    assert_int_equal(kit_number(k, "data"), 1);
    log_text(k, "0");
    assert_int_equal(kit_number(k, "data"), 2);
    assert_int_equal(kit_versions(k, "data"), 2);
}

static void digests(void **state) {
    kit *k = *state;
    char address[128];
    quire_version_id first = log_text(k, "0");
    log_text(k, "1");
    for (int round = 0; round < 4; round++) { /* a chain of deleted versions with one digest */
        snprintf(address, sizeof address, "data:%s", first.digest);
        int64_t number = kit_number(k, address);
        assert_int_equal(number, round == 0 ? 0 : round + 1);
        delete (k, address);
        assert_int_equal(kit_number(k, address), -1);
        quire_version_id next = log_text(k, "0");
        assert_int_equal(next.number, round + 2);
        assert_int_equal(next.created, 1);
    }
    assert_ok(kit_verify(k), &k->error);
}

static void aliases(void **state) {
    kit *k = *state;
    log_text(k, "0");
    log_text(k, "1");
    assert_ok(quire_alias_set(k->store, "data:v0", "best", &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:best"), 0);
    for (int i = 0; i < 40; i++) { /* past what a register keeps */
        assert_ok(quire_alias_set(k->store, i % 2 ? "data:v0" : "data:v1", "best", &k->error),
                  &k->error);
        assert_int_equal(kit_number(k, "data:best"), i % 2 ? 0 : 1);
    }
    assert_ok(quire_alias_set(k->store, "data:best", "same", &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:same"), 0);
    assert_ok(quire_alias_remove(k->store, "data:best", &k->error), &k->error);
    assert_int_equal(kit_number(k, "data:best"), -1);
    assert_status(QUIRE_NOT_FOUND, quire_alias_remove(k->store, "data:best", &k->error), &k->error);
    assert_says(&k->error, "best");
    assert_int_equal(quire_alias_set(k->store, "data:v7", "best", &k->error), QUIRE_NOT_FOUND);
    assert_int_equal(quire_alias_set(k->store, "data:v0", "latest", &k->error), QUIRE_USAGE);
    assert_int_equal(quire_alias_set(k->store, "data:v0", "v1", &k->error), QUIRE_USAGE);
    assert_int_equal(quire_alias_set(k->store, "data:v0", "a/b", &k->error), QUIRE_USAGE);
    assert_int_equal(quire_alias_remove(k->store, "data:latest", &k->error), QUIRE_USAGE);
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(numbers),
        MEMORY(latest),
        MEMORY(latest_after_deletion),
        MEMORY(latest_of_content_that_returns),
        MEMORY(digests),
        MEMORY(aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
