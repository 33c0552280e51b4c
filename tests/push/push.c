/** @file Pushing: what comes along, and that nothing is done twice. */
#include <pthread.h>

#include "push/push_kit.h"
#include "support/threads.h"

typedef struct watching {
    pthread_t caller;
    quire_progress last;
} watching;

static void watch(void *context, const quire_progress *progress) {
    watching *w = context;
    assert_true(pthread_equal(w->caller, pthread_self()));
    assert_true(progress->bytes_done >= w->last.bytes_done);
    assert_true(progress->files_done >= w->last.files_done);
    assert_true(progress->bytes_done <= progress->bytes_total);
    assert_true(progress->files_done <= progress->files_total);
    w->last = *progress;
}

static void push(push_kit *p, quire_version *source, const quire_push_options *options,
                 quire_push_report *report, quire_version_id *id) {
    memset(id, 0, sizeof *id);
    assert_ok(quire_push_version(source, p->to->store, options, report, id, &p->error), &p->error);
}

static void all_comes_along(void **state) {
    push_kit *p = *state;
    static const unsigned threads[] = {1, 2, 3, 8};
    quire_version *source = push_tree(p);
    for (size_t t = 0; t < COUNT(threads); t++) {
        char name[16], address[24];
        watching w = {.caller = pthread_self()};
        quire_push_report report;
        quire_version_id id;
        snprintf(name, sizeof name, "tree%u", threads[t]);
        snprintf(address, sizeof address, "%s:best", name);
        const quire_push_options options = {
            .name = name, .threads = threads[t], .progress = watch, .progress_context = &w};
        threads_made = 0;
        push(p, source, &options, &report, &id);
        assert_int_equal(threads_made, threads[t] > 1 ? (int)threads[t] : 0);
        assert_int_equal(id.created, 1);
        assert_string_equal(id.name, name);
        assert_int_equal(report.files + report.known_files, PUSH_FILES);
        assert_int_equal(report.files, PUSH_SMALL + PUSH_EMPTY +
                                           (t == 0 ? PUSH_LARGE : 0)); /* else they are there */
        assert_int_equal(report.references, PUSH_REFERENCES);
        assert_int_equal(report.bytes + report.known_bytes, w.last.bytes_total);
        assert_int_equal(w.last.bytes_done, w.last.bytes_total);
        assert_int_equal(w.last.files_done, w.last.files_total);
        push_assert_same(p, source, address);
    }
    assert_int_equal(kit_count(p->to, Q_KEY_LEASES), 0);
    assert_ok(kit_verify(p->to), &p->to->error);
    quire_version_free(source);
}

static void it_says_where_it_came_from(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_version_id id;
    static const quire_push_options options = {.job = "by hand"};
    push(p, source, &options, NULL, &id);
    quire_version *copy = push_open(p->to, "tree");
    const char *made_by = quire_version_get_info(copy)->created_by;
    assert_non_null(strstr(made_by, "\"origin\":{\"store\":"));
    assert_non_null(strstr(made_by, p->from->url));
    assert_non_null(strstr(made_by, "\"version\":\"tree:v0\""));
    assert_non_null(strstr(made_by, quire_version_get_info(source)->digest));
    assert_non_null(strstr(made_by, "\"job\":\"by hand\""));
    quire_version_free(copy);
    quire_version_free(source);
}

static void a_second_push_does_nothing(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_push_report report;
    quire_version_id id;
    push(p, source, NULL, &report, &id);
    char *before = kit_fingerprint(p->to);
    push(p, source, NULL, &report, &id);
    char *after = kit_fingerprint(p->to);
    assert_string_equal(before, after);
    assert_int_equal(id.created, 0);
    assert_int_equal(id.number, 0);
    assert_int_equal(report.files, 0);
    assert_int_equal(report.bytes, 0);
    assert_int_equal(report.known_bytes, quire_version_get_info(source)->bytes);
    free(before);
    free(after);
    quire_version_free(source);
}

/* Aliases are the one thing that it sets; latest is left where it is. */
static void aliases_are_set_in_any_case(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    static const char *const more[] = {"base", "best"};
    const quire_push_options options = {.aliases = more, .alias_count = COUNT(more)};
    const quire_push_options none = {.skip_aliases = 1};
    quire_version_id id;
    push(p, source, &none, NULL, &id);
    assert_int_equal(kit_number(p->to, "tree:best"), -1);
    kit_log(p->to, kit_artifact(p->to, "other", "a", "b", NULL));
    push(p, source, &options, NULL, &id);
    assert_int_equal(id.created, 0);
    assert_int_equal(kit_number(p->to, "tree:best"), 0);
    assert_int_equal(kit_number(p->to, "tree:base"), 0);
    quire_version_free(source);
}

/* Of a version like the one before only the difference is read and stored. */
static void only_what_is_new_travels(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_artifact *change = kit_artifact(p->from, "tree", "small/00007", "another", NULL);
    quire_version_id id;
    quire_push_report report;
    assert_ok(kit_patch(p->from, "v0", change, &id), &p->from->error);
    push(p, source, NULL, NULL, &id);
    quire_version_free(source);
    source = push_open(p->from, "tree:v1");
    uint64_t before = push_stored(p->to);
    push(p, source, NULL, &report, &id);
    assert_int_equal(id.number, 1);
    assert_int_equal(report.files, 1 + PUSH_EMPTY);
    assert_int_equal(report.bytes, strlen("another"));
    assert_int_equal(report.known_files, PUSH_FILES - 1 - PUSH_EMPTY);
    assert_true(push_stored(p->to) - before < 70000); /* a manifest and records */
    push_assert_same(p, source, "tree:v1");
    quire_version_free(source);
}

static void many_parts_make_one_version(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_report report;
    quire_version_id id;
    push(p, source, NULL, &report, &id);
    assert_int_equal(id.created, 1);
    assert_int_equal(report.files, PUSH_MANY);
    push_assert_same(p, source, "many:v0");
    push(p, source, NULL, &report, &id);
    assert_int_equal(id.created, 0);
    assert_int_equal(report.files, 0);
    quire_version_free(source);
}

static void a_version_of_nothing(void **state) {
    push_kit *p = *state;
    quire_version_id id;
    kit_log(p->from, kit_artifact(p->from, "none", NULL));
    quire_version *source = push_open(p->from, "none");
    push(p, source, NULL, NULL, &id);
    assert_int_equal(id.created, 1);
    push_assert_same(p, source, "none:v0");
    quire_version_free(source);
}

/* Under another name a store can have it twice. */
static void within_a_store(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    static const quire_push_options options = {.name = "copy"};
    quire_version_id id;
    quire_push_report report;
    assert_ok(quire_push_version(source, p->from->store, &options, &report, &id, &p->error),
              &p->error);
    assert_int_equal(report.known_files, PUSH_LARGE);
    assert_string_equal(id.name, "copy");
    quire_version_free(source);
}

static void what_was_deleted_or_dropped_comes_again(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_version_id id;
    quire_push *half = NULL;
    quire_push_ticket ticket;
    quire_error *error = &p->error;
    assert_ok(quire_push_begin(source, p->to->store, NULL, 1, &half, &ticket, error), error);
    assert_ok(quire_push_part(half, 1, error), error);
    quire_push_free(half);
    assert_ok(quire_draft_drop(p->to->store, "many", ticket.draft, error), error);
    push(p, source, NULL, NULL, &id);
    assert_int_equal(id.number, 0);
    assert_ok(quire_version_delete(p->to->store, "many:v0", 1, error), error);
    push(p, source, NULL, NULL, &id);
    assert_int_equal(id.created, 1);
    assert_int_equal(id.number, 1);
    push_assert_same(p, source, "many:v1");
    quire_version_free(source);
}

/* --- a target of another kind --- */

static void another_kind_is_known_by_its_origin(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_push_report report;
    quire_version_id id;
    push_other_kind(p, false);
    push(p, source, NULL, &report, &id);
    assert_int_equal(id.created, 1);
    assert_int_equal(report.files, PUSH_FILES);
    push_assert_same(p, source, "tree:best");
    char *before = kit_fingerprint(p->to);
    push(p, source, NULL, &report, &id);
    char *after = kit_fingerprint(p->to);
    assert_string_equal(before, after);
    assert_int_equal(id.created, 0);
    assert_int_equal(report.files, 0);
    free(before);
    free(after);
    quire_version_free(source);
}

/* Like W&B: large files are read where they lie, or are streamed, by any number of threads. */
static void another_kind_like_a_web_service(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    static const unsigned threads[] = {1, 3};
    quire_push_report report;
    quire_version_id id;
    push_other_kind(p, true);
    for (int without = 0; without < 2; without++) {
        for (size_t t = 0; t < COUNT(threads); t++) {
            char name[24], address[32];
            watching w = {.caller = pthread_self()};
            snprintf(name, sizeof name, "tree-%d-%u", without, threads[t]);
            snprintf(address, sizeof address, "%s:best", name);
            const quire_push_options options = {
                .name = name, .threads = threads[t], .progress = watch, .progress_context = &w};
            push(p, source, &options, &report, &id);
            assert_int_equal(report.files, PUSH_FILES);
            assert_int_equal(w.last.bytes_done, w.last.bytes_total);
            push_assert_same(p, source, address);
        }
        p->from->store->ops = push_ops_without_paths(p->from->store->ops);
    }
    assert_int_equal(kit_count(p->to, Q_KEY_LEASES), 0);
    quire_version_free(source);
}

/* Without drafts it is one writing, whose commit finds out that it is there. */
static void another_kind_without_drafts(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_report report;
    quire_version_id id;
    push_other_kind(p, true);
    for (int i = 0; i < 2; i++) {
        push(p, source, NULL, &report, &id);
        assert_int_equal(id.created, i == 0);
        assert_int_equal(report.files, PUSH_MANY);
        push_assert_same(p, source, "many:v0");
    }
    assert_int_equal(kit_count(p->to, "collections/many/drafts/"), 0);
    quire_version_free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, push_setup, push_teardown)
        TEST(all_comes_along),
        TEST(it_says_where_it_came_from),
        TEST(a_second_push_does_nothing),
        TEST(aliases_are_set_in_any_case),
        TEST(only_what_is_new_travels),
        TEST(many_parts_make_one_version),
        TEST(a_version_of_nothing),
        TEST(within_a_store),
        TEST(what_was_deleted_or_dropped_comes_again),
        TEST(another_kind_is_known_by_its_origin),
        TEST(another_kind_like_a_web_service),
        TEST(another_kind_without_drafts),
    };
    return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
