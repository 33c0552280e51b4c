/** @file Pushes that cannot be: an error before anything is done. */
#include "push/push_kit.h"

static void expect(push_kit *p, quire_version *source, const quire_push_options *options,
                   quire_status status, const char *words) {
    char *before = kit_fingerprint(p->to);
    assert_status(status, quire_push_version(source, p->to->store, options, NULL, NULL, &p->error),
                  &p->error);
    assert_says(&p->error, words);
    char *after = kit_fingerprint(p->to);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void words_that_break_the_rules(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    static const char *const bad[] = {"a/b"}, *const own[] = {"latest"}, *const none[] = {NULL};
    const quire_push_options options[] = {
        {.version = 1},
        {.name = "a name"},
        {.aliases = bad, .alias_count = 1},
        {.aliases = own, .alias_count = 1},
        {.aliases = none, .alias_count = 1},
        {.job = "\n"},
    };
    static const char *const words[] = {"layout", "a name", "a/b", "latest", "NULL", "job"};
    for (size_t i = 0; i < COUNT(options); i++) {
        expect(p, source, &options[i], QUIRE_USAGE, words[i]);
    }
    quire_version_free(source);
}

static void the_source_itself(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    char *before = kit_fingerprint(p->from);
    assert_status(QUIRE_USAGE,
                  quire_push_version(source, p->from->store, NULL, NULL, NULL, &p->error),
                  &p->error);
    assert_says(&p->error, "tree:v0 is in");
    char *after = kit_fingerprint(p->from);
    assert_string_equal(before, after);
    free(before);
    free(after);
    quire_version_free(source);
}

static void another_type(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("tree", "model", &artifact, &p->error), &p->error);
    kit_log(p->to, artifact);
    expect(p, source, NULL, QUIRE_CONFLICT, "with type 'model', not 'dataset'");
    quire_version_free(source);
}

static void arguments(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_store *to = p->to->store;
    quire_push *push = NULL;
    quire_push_ticket ticket = {0};
    quire_error *error = &p->error;
    assert_status(QUIRE_USAGE, quire_push_version(NULL, to, NULL, NULL, NULL, error), error);
    assert_status(QUIRE_USAGE, quire_push_version(source, NULL, NULL, NULL, NULL, error), error);
    assert_status(QUIRE_USAGE, quire_push_begin(source, to, NULL, 1, NULL, NULL, error), error);
    assert_status(QUIRE_USAGE, quire_push_join(source, to, NULL, NULL, &push, error), error);
    assert_null(push);
    assert_status(QUIRE_USAGE, quire_push_join(source, to, NULL, &ticket, NULL, error), error);
    assert_status(QUIRE_USAGE, quire_push_part(NULL, 0, error), error);
    assert_status(QUIRE_USAGE, quire_push_finish(NULL, NULL, error), error);
    assert_int_equal(quire_push_parts(NULL), 0);
    assert_int_equal(quire_push_is_missing(NULL, 0), 0);
    quire_push_get_report(NULL, NULL);
    quire_push_free(NULL);
    quire_version_free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, push_setup, push_teardown)
        TEST(words_that_break_the_rules),
        TEST(the_source_itself),
        TEST(another_type),
        TEST(arguments),
    };
    return cmocka_run_group_tests_name("refused pushes", tests, NULL, NULL);
}
