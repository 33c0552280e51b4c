/**
 * @file
 * Manifests that lie, with checksums that fit: counts, sizes and places that cannot be, what is
 * said twice, out of order, too deep or too long. Each is an error that names the object, within
 * bounds of time and memory. What comes before the lie may be written: each file is checked alone.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "hostile/unit.h"

#define DEEP10 "[[[[[[[[[["
#define DEEP100 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10
#define DEEP1000 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100 DEEP100

static const struct {
    evil_edit chunk, root;
} edits[] = {
    {{"\"chunk\"", "\"root\""}, {NULL, NULL}},
    {{"\"chunk\"", "\"shard\""}, {NULL, NULL}},
    {{"\"format\":1", "\"format\":0"}, {NULL, NULL}},
    {{"\"format\":1", "\"format\":-1"}, {NULL, NULL}},
    {{"\"format\":1", "\"format\":1,\"format\":1"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":5"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":-4"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":4.5"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":1e300"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":9007199254740993"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":9223372036854775808"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":18446744073709551615"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":18446744073709551620"}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":\"4\""}, {NULL, NULL}},
    {{"\"size\":4", "\"size\":null"}, {NULL, NULL}},
    {{"\"offset\":16", "\"offset\":-16"}, {NULL, NULL}},
    {{"\"offset\":16", "\"offset\":9223372036854775807"}, {NULL, NULL}},
    {{"\"offset\":16", "\"offset\":18446744073709551615"}, {NULL, NULL}},
    {{"\"pack\":\"", "\"pack\":\"../../x"}, {NULL, NULL}},
    {{"\"digest\":\"", "\"digest\":\"../../x"}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":\"a\""}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":\"b\",\"path\":\"b\""}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":\"b\",\"p\\u0061th\":\"x\""}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":\"z\""}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":\"c/d\""}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"path\":[\"b\"]"}, {NULL, NULL}},
    {{"\"path\":\"b\"", "\"deep\":" DEEP1000 ",\"path\":\"b\""}, {NULL, NULL}},
    {{"}\n", "}"}, {NULL, NULL}},
    {{"}\n", "}\n\n"}, {NULL, NULL}},
    {{"}\n", "}\n{}\n"}, {NULL, NULL}},
    {{"{\"path\"", "[{\"path\""}, {NULL, NULL}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":1000000000"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":9007199254740992"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":18446744073709551615"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":2"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":4"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":0"}},
    {{NULL, NULL}, {"\"entries\":3", "\"entries\":-3"}},
    {{NULL, NULL}, {"\"chunks\":1", "\"chunks\":1000000000"}},
    {{NULL, NULL}, {"\"chunks\":1", "\"chunks\":0"}},
    {{NULL, NULL}, {"\"bytes\":12", "\"bytes\":13"}},
    {{NULL, NULL}, {"\"bytes\":12", "\"bytes\":9007199254740992"}},
    {{NULL, NULL}, {"\"weight\":", "\"weight\":1"}},
    {{NULL, NULL}, {"\"weight\":", "\"weight\":-"}},
    {{NULL, NULL}, {",\"size\":", ",\"size\":1"}},
    {{NULL, NULL}, {",\"size\":", ",\"size\":201326592,\"x\":"}},
    {{NULL, NULL}, {",\"size\":", ",\"size\":9007199254740992,\"x\":"}},
    {{NULL, NULL}, {",\"size\":", ",\"size\":1,\"x\":"}},
    {{NULL, NULL}, {"\"first\":\"a\"", "\"first\":\"b\""}},
    {{NULL, NULL}, {"\"first\":\"a\"", "\"first\":\"../a\""}},
    {{NULL, NULL}, {"\"first\":\"a\"", "\"first\":\"a\",\"first\":\"a\""}},
    {{NULL, NULL}, {"\"first\":\"a\"", "\"deep\":" DEEP1000 ",\"first\":\"a\""}},
    {{NULL, NULL}, {"\"object\":\"", "\"object\":\"../"}},
    {{NULL, NULL}, {"}\n{\"first\"", "}\n{}\n{\"first\""}},
    {{NULL, NULL}, {"\"quire\":\"root\"", "\"quire\":\"chunk\""}},
    {{NULL, NULL}, {"\"format\":1", "\"format\":0"}},
    {{NULL, NULL}, {"}\n", "}"}},
};

static quire_status count_entry(void *context, const quire_entry *entry) {
    (void)entry;
    ++*(size_t *)context;
    return QUIRE_OK;
}

/** Read it in every way; each ends with an error about this version. */
static void assert_lie(quire_store *store, int64_t number, const char *what) {
    char address[64], out[64];
    size_t seen = 0;
    quire_error error = {0};
    quire_version *version = NULL;
    snprintf(address, sizeof address, "evil:v%" PRId64, number);
    snprintf(out, sizeof out, "out-%" PRId64, number); /* what came before the lie is in it */
    alarm(10);
    quire_status status = quire_version_open(store, address, &version, &error);
    if (status == QUIRE_OK) {
        status = quire_version_download(version, scratch(out), NULL, NULL, &error);
    }
    if (status == QUIRE_OK) {
        fail_msg("believed: %s", what);
    }
    if (status != QUIRE_INTEGRITY) {
        fail_msg("status %d for %s: %s", (int)status, what, error.message);
    }
    if (!strstr(error.message, "manifests/") && !strstr(error.message, "its manifest ") &&
        !strstr(error.message, "chunk ") && !strstr(error.message, "packs/") &&
        !strstr(error.message, "blobs/") && !strstr(error.message, "'b'")) {
        fail_msg("no object is named for %s: %s", what, error.message);
    }
    if (version) {
        (void)quire_version_walk(version, NULL, count_entry, &seen, &error);
        assert_true(seen <= 4);
        assert_status(QUIRE_INTEGRITY, quire_version_verify(version, NULL, NULL, &error), &error);
    }
    alarm(0);
    quire_version_free(version);
}

/** Honest code would need these amounts if it believed them. */
static void limit_memory(void) {
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
#endif
}

static void test_edited(void **state) {
    const evil_entry entries[] = {{"a", 1, NULL, NULL}, {"b", 1, NULL, NULL}, {"c", 1, NULL, NULL}};
    evil e;
    (void)state;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    assert_int_equal(e.seed.entry.offset, 16);
    limit_memory();
    for (size_t i = 0; i < COUNT(edits); i++) {
        int64_t number =
            evil_plant_edited(&e, entries, COUNT(entries), edits[i].chunk, edits[i].root);
        assert_lie(store, number, edits[i].chunk.to ? edits[i].chunk.to : edits[i].root.to);
    }
    evil_end(&e);
    quire_store_free(store);
    print_message("%zu lies refused\n", COUNT(edits));
}

/** Entries that claim content which is elsewhere, longer, shorter or not at all. */
static void test_places(void **state) {
    static const char other[] = "sha256-64m:0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";
    evil e;
    (void)state;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    const q_entry *seed = &e.seed.entry;
    const char *digest = seed->digest;
    const q_entry claims[] = {
        {.digest = digest, .size = 5, .pack = seed->pack, .offset = 16},
        {.digest = digest, .size = 3, .pack = seed->pack, .offset = 16},
        {.digest = digest, .size = 4, .pack = seed->pack, .offset = 15},
        {.digest = digest, .size = 4, .pack = seed->pack, .offset = 17},
        {.digest = digest, .size = 4, .pack = seed->pack, .offset = 0},
        {.digest = digest, .size = 4, .pack = seed->pack, .offset = 1 << 20},
        {.digest = digest, .size = 4, .pack = seed->pack, .offset = ((uint64_t)1 << 53) - 4},
        {.digest = digest, .size = 1 << 20, .pack = seed->pack, .offset = 16},
        {.digest = digest, .size = (uint64_t)1 << 40, .pack = seed->pack, .offset = 16},
        {.digest = digest, .size = 4, .pack = "00000000000000000000000000000000", .offset = 16},
        {.digest = digest, .size = 4},
        {.digest = digest, .size = 0},
        {.digest = digest, .size = (uint64_t)1 << 52},
        {.digest = other, .size = 4},
        {.digest = other, .size = (uint64_t)1 << 52},
        {.digest = other, .size = 4, .pack = seed->pack, .offset = 16},
    };
    limit_memory();
    for (size_t i = 0; i < COUNT(claims); i++) {
        const evil_entry entries[] = {{"a", 1, NULL, NULL}, {"b", 1, NULL, &claims[i]}};
        char what[64];
        snprintf(what, sizeof what, "claim %zu", i);
        int64_t number = evil_plant(&e, entries, COUNT(entries));
        assert_lie(store, number, what);
        snprintf(what, sizeof what, "out-%" PRId64 "/b", number);
        assert_true(scratch_absent(what));
    }
    evil_end(&e);
    quire_store_free(store);
    print_message("%zu claims of places refused\n", COUNT(claims));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_edited), TEST(test_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
