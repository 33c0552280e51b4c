/** @file Walking, listing and looking up: order, ranges, sums, and how much is read for it. */
#include "version/unit.h"

static const fake_entry entries[] = {
    {.path = "a-b", .data = "1"},
    {.path = "a.txt", .data = "22"},
    {.path = "a/deep/er/x", .data = "333"},
    {.path = "a/deep/y", .data = "4444"},
    {.path = "a/z", .data = "55555"},
    {.path = "a0", .data = "666666"},
    {.path = "b/ref", .ref = "s3://bucket/key", .size = QUIRE_SIZE_UNKNOWN},
    {.path = "b/sized", .ref = "s3://bucket/other", .size = 1000},
    {.path = "c", .data = ""},
};

typedef struct seen {
    char text[1024];
    size_t left; /* callbacks until it ends the call; 0: never */
    quire_error *error;
} seen;

static quire_status see(void *context, const quire_entry *entry) {
    seen *s = context;
    size_t length = strlen(s->text);
    if (entry->size == QUIRE_SIZE_UNKNOWN) {
        snprintf(s->text + length, sizeof s->text - length, "%s ? ", entry->path);
    } else {
        snprintf(s->text + length, sizeof s->text - length, "%s %" PRIu64 " ", entry->path,
                 entry->size);
    }
    if (s->left > 0 && --s->left == 0) {
        return s->error != NULL ? q_error_set(s->error, QUIRE_CONFLICT, "my own words")
                                : QUIRE_CONFLICT;
    }
    return QUIRE_OK;
}

static void assert_walk(const char *folder, const char *expected) {
    fake f;
    seen s = {0};
    quire_error error = {0};
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_walk(&f.version, folder, see, &s, &error), &error);
    assert_string_equal(s.text, expected);
}

static void assert_list(const char *folder, const char *expected) {
    fake f;
    seen s = {0};
    quire_error error = {0};
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_list(&f.version, folder, see, &s, &error), &error);
    assert_string_equal(s.text, expected);
}

static void test_walk(void **state) {
    (void)state;
    assert_walk(NULL,
                "a-b 1 a.txt 2 a/deep/er/x 3 a/deep/y 4 a/z 5 a0 6 b/ref ? b/sized 1000 c 0 ");
    assert_walk("a", "a/deep/er/x 3 a/deep/y 4 a/z 5 ");
    assert_walk("a/", "a/deep/er/x 3 a/deep/y 4 a/z 5 ");
    assert_walk("a/deep", "a/deep/er/x 3 a/deep/y 4 ");
    assert_walk("a.txt", "a.txt 2 ");
    assert_walk("nothing", "");
}

static void test_list(void **state) {
    (void)state;
    assert_list("", "a-b 1 a.txt 2 a/ 12 a0 6 b/ 1000 c 0 ");
    assert_list("a", "a/deep/ 7 a/z 5 ");
    assert_list("a/deep", "a/deep/er/ 3 a/deep/y 4 ");
    assert_list("c", "c 0 ");
    assert_list("b//", "b/ref ? b/sized 1000 ");
}

static void test_list_fails(void **state) {
    fake f;
    seen s = {0};
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_NOT_FOUND, quire_version_list(&f.version, "a/d", see, &s, &error), &error);
    assert_string_equal(error.message, "tree:v3: no folder or file a/d");
    assert_status(QUIRE_USAGE, quire_version_list(&f.version, "../a", see, &s, &error), &error);
    assert_status(QUIRE_USAGE, quire_version_list(&f.version, "/", see, &s, &error), &error);
    assert_status(QUIRE_USAGE, quire_version_walk(&f.version, "a//b", see, &s, &error), &error);
    assert_status(QUIRE_USAGE, quire_version_list(&f.version, "", NULL, NULL, &error), &error);
    assert_string_equal(s.text, "");
}

static void test_empty_version(void **state) {
    fake f;
    seen s = {0};
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    assert_status(QUIRE_OK, quire_version_list(&f.version, NULL, see, &s, &error), &error);
    assert_status(QUIRE_NOT_FOUND, quire_version_list(&f.version, "a", see, &s, &error), &error);
}

/** A folder's listing does not run through what lies behind it. */
static void test_reads_its_range(void **state) {
    fake f;
    seen s = {0};
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_list(&f.version, "a", see, &s, &error), &error);
    assert_true(f.scanned <= 5); /* one look for `a`, three below `a/`, the one behind them */
}

static void test_callback_ends_it(void **state) {
    fake f;
    seen s = {.left = 2};
    quire_error error = {.status = QUIRE_CONFLICT, .message = "an earlier failure: tree:v3"};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_int_equal(quire_version_list(&f.version, "", see, &s, &error), QUIRE_CONFLICT);
    assert_string_equal(s.text, "a-b 1 a.txt 2 ");
    assert_int_equal(error.status, QUIRE_CONFLICT);
    assert_says(&error, "tree:v3: ended by the caller");
    s.left = 1;
    assert_int_equal(quire_version_walk(&f.version, "", see, &s, &error), QUIRE_CONFLICT);
    assert_says(&error, "tree:v3: ended by the caller");
    memset(&error, 0, sizeof error);
    s.left = 1;
    s.error = &error;
    assert_int_equal(quire_version_walk(&f.version, "", see, &s, &error), QUIRE_CONFLICT);
    assert_string_equal(error.message, "my own words");
    assert_int_equal(quire_version_walk(&f.version, "", see, &(seen){.left = 1}, NULL),
                     QUIRE_CONFLICT);
}

static void test_get_entry(void **state) {
    fake f;
    quire_entry entry;
    quire_version *version = NULL;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_open(&f.store, "tree", &version, &error), &error);
    assert_string_equal(f.last_text, "latest");
    assert_status(QUIRE_OK, quire_version_get_entry(version, "b/ref", &entry, &error), &error);
    assert_string_equal(entry.reference, "s3://bucket/key");
    assert_true(entry.size == QUIRE_SIZE_UNKNOWN);
    assert_status(QUIRE_OK, quire_version_get_entry(version, "a/z", &entry, &error), &error);
    assert_string_equal(entry.path, "a/z");
    assert_null(entry.reference);
    assert_true(entry.size == 5);
    assert_true(f.scanned == 2);
    assert_status(QUIRE_NOT_FOUND, quire_version_get_entry(version, "a", &entry, &error), &error);
    assert_says(&error, "tree:v3: no file a");
    assert_status(QUIRE_USAGE, quire_version_get_entry(version, "a/../c", &entry, &error), &error);
    quire_version_free(version);
    assert_string_equal(f.last, "version_free");
    quire_version_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_fails),
        cmocka_unit_test(test_empty_version),
        cmocka_unit_test(test_reads_its_range),
        cmocka_unit_test(test_callback_ends_it),
        cmocka_unit_test(test_get_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
