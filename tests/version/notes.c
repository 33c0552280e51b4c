/** @file Notes: what is handed on to the store, and what is refused before. */
#include "version/unit.h"

static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#define REFUSED(call)                                                                              \
    do {                                                                                           \
        f.last = NULL;                                                                             \
        assert_int_equal(call, QUIRE_USAGE);                                                       \
        assert_null(f.last);                                                                       \
    } while (0)

static void test_aliases(void **state) {
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    assert_status(QUIRE_OK, quire_alias_set(&f.store, "tree:v1", "best", &error), &error);
    assert_string_equal(f.last, "alias_set");
    assert_string_equal(f.last_text, "best");
    assert_status(QUIRE_OK, quire_alias_remove(&f.store, "tree:best", &error), &error);
    assert_string_equal(f.last, "alias_remove");
    REFUSED(quire_alias_set(&f.store, "tree:v1", "latest", &error));
    REFUSED(quire_alias_set(&f.store, "tree:v1", "v7", &error));
    REFUSED(quire_alias_set(&f.store, "tree:v1", digest, &error));
    REFUSED(quire_alias_set(&f.store, "tree:v1", "a/b", &error));
    REFUSED(quire_alias_set(&f.store, "tree:v1", NULL, &error));
    REFUSED(quire_alias_set(&f.store, "no/name:v1", "best", &error));
    REFUSED(quire_alias_set(&f.store, NULL, "best", &error));
    REFUSED(quire_alias_set(NULL, "tree:v1", "best", &error));
    REFUSED(quire_alias_remove(&f.store, "tree", &error)); /* that is tree:latest */
    REFUSED(quire_alias_remove(&f.store, "tree:v3", &error));
}

static void test_annotate(void **state) {
    static const char *const good[] = {"one", "two words"};
    static const char *const bad[] = {"one", "no/slash"};
    static const char *const none[] = {NULL};
    static const int64_t day = 86400;
    static const int64_t never = -1;
    static const int64_t too_long = INT64_MAX;
    static char longer[Q_DESCRIPTION_MAX + 2];
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    const quire_notes_change change = {.description = "text",
                                       .metadata = "{\"a\": 1}",
                                       .ttl = &day,
                                       .add_tags = good,
                                       .add_tag_count = 2,
                                       .remove_tags = good,
                                       .remove_tag_count = 1};
    assert_status(QUIRE_OK, quire_version_annotate(&f.store, "tree:v1", &change, &error), &error);
    assert_string_equal(f.last_text, "text");
    memset(longer, 120, sizeof longer - 1);
    const quire_notes_change wrong[] = {
        {.version = 1},
        {.description = "\xff"},
        {.metadata = "[1]"},
        {.metadata = "{"},
        {.metadata = "{\"a\":1,\"a\":2}"},
        {.ttl = &never},
        {.add_tags = bad, .add_tag_count = 2},
        {.remove_tags = bad, .remove_tag_count = 2},
        {.add_tags = none, .add_tag_count = 1},
        {.add_tag_count = 1},
        {.description = longer},
        {.ttl = &too_long},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        REFUSED(quire_version_annotate(&f.store, "tree:v1", &wrong[i], &error));
    }
    REFUSED(quire_version_annotate(&f.store, "tree:v1", NULL, &error));
    REFUSED(quire_version_annotate(&f.store, "tree:", &change, &error));
}

static void test_delete_and_use(void **state) {
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    assert_status(QUIRE_OK, quire_version_delete(&f.store, "tree:v1", 0, &error), &error);
    assert_string_equal(f.last_text, "without");
    assert_status(QUIRE_OK, quire_version_delete(&f.store, "tree:v1", 2, &error), &error);
    assert_string_equal(f.last_text, "with aliases");
    assert_status(QUIRE_OK, quire_version_use(&f.store, "tree:v1", "job 7", &error), &error);
    assert_string_equal(f.last_text, "job 7");
    char job[1026]; /* as long as in quire_commit_options */
    memset(job, 'j', sizeof job);
    job[1024] = '\0';
    assert_status(QUIRE_OK, quire_version_use(&f.store, "tree:v1", job, &error), &error);
    memcpy(job + 1024, "j", 2);
    REFUSED(quire_version_use(&f.store, "tree:v1", job, &error));
    REFUSED(quire_version_use(&f.store, "tree:v1", "a\nb", &error));
    REFUSED(quire_version_use(&f.store, "tree:v1", "", &error));
    REFUSED(quire_version_delete(&f.store, "tree:a:b", 0, &error));
}

static void test_open(void **state) {
    fake f;
    quire_version *version = NULL;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    REFUSED(quire_version_open(&f.store, "tree:a/b", &version, &error));
    REFUSED(quire_version_open(&f.store, NULL, &version, &error));
    REFUSED(quire_version_open(NULL, "tree", &version, &error));
    REFUSED(quire_version_open(&f.store, "tree", NULL, &error));
    assert_null(version);
    REFUSED(quire_version_each(&f.store, "tree:v1", NULL, NULL, &error));
    assert_null(quire_version_get_info(NULL));
    assert_status(QUIRE_OK, quire_version_open(&f.store, "tree:v3", &version, &error), &error);
    assert_int_equal(quire_version_get_info(version)->number, 3);
    quire_version_free(version);
}

static quire_status ignore(void *context, const quire_entry *before, const quire_entry *after) {
    (void)context;
    (void)before;
    (void)after;
    return QUIRE_OK;
}

/** Versions of two stores have nothing to be compared by. */
static void test_diff(void **state) {
    static char elsewhere[] = "elsewhere";
    fake f;
    fake other;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, NULL, 0);
    fake_begin(&other, NULL, 0);
    assert_status(QUIRE_OK, quire_version_diff(&f.version, &other.version, ignore, NULL, &error),
                  &error);
    assert_string_equal(f.last, "version_diff");
    other.store.url = elsewhere;
    REFUSED(quire_version_diff(&f.version, &other.version, ignore, NULL, &error));
    assert_says(&error, "elsewhere");
    REFUSED(quire_version_diff(&f.version, &f.version, NULL, NULL, &error));
    REFUSED(quire_version_diff(NULL, &f.version, ignore, NULL, &error));
    REFUSED(quire_version_lineage(&f.version, NULL, NULL, &error));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aliases),        cmocka_unit_test(test_annotate),
        cmocka_unit_test(test_delete_and_use), cmocka_unit_test(test_open),
        cmocka_unit_test(test_diff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
