/** @file A push by several: one begins, others join by its ticket, parts in any order, one ends. */
#include "push/push_kit.h"

#define PARTS 3

static quire_push *begin(push_kit *p, quire_version *source, unsigned processes,
                         quire_push_ticket *ticket) {
    quire_push *push = NULL;
    assert_ok(quire_push_begin(source, p->to->store, NULL, processes, &push, ticket, &p->error),
              &p->error);
    return push;
}

static quire_push *join(push_kit *p, quire_version *source, const quire_push_ticket *ticket) {
    quire_push *push = NULL;
    assert_ok(quire_push_join(source, p->to->store, NULL, ticket, &push, &p->error), &p->error);
    return push;
}

static void do_part(push_kit *p, quire_push *push, uint32_t part) {
    assert_int_equal(quire_push_is_missing(push, part), 1);
    assert_ok(quire_push_part(push, part, &p->error), &p->error);
    assert_int_equal(quire_push_is_missing(push, part), 0);
}

static void parts_in_any_order(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_ticket ticket;
    quire_version_id id;
    quire_push_report one, two;
    quire_push *first = begin(p, source, 2, &ticket);
    quire_push *second = join(p, source, &ticket);
    assert_int_equal(ticket.parts, PARTS);
    assert_int_equal(quire_push_parts(first), PARTS);
    assert_int_equal(quire_push_parts(second), PARTS);
    do_part(p, second, 2);
    do_part(p, first, 1);
    assert_status(QUIRE_INCOMPLETE, quire_push_finish(first, &id, &p->error), &p->error);
    assert_says(&p->error, "have: 1, 2");
    do_part(p, second, 0);
    assert_ok(quire_push_part(second, 0, &p->error), &p->error);
    assert_ok(quire_push_finish(first, &id, &p->error), &p->error);
    assert_int_equal(id.created, 1);
    push_assert_same(p, source, "many:v0");
    quire_push_get_report(first, &one);
    quire_push_get_report(second, &two);
    assert_int_equal(one.files + two.files, PUSH_MANY);
    assert_ok(quire_push_finish(second, &id, &p->error), &p->error);
    assert_int_equal(id.created, 0);
    quire_push_free(second);
    quire_push_free(first);
    quire_version_free(source);
}

/* Whoever comes later finds the parts that are there, however many they are. */
static void parts_that_are_there(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_ticket ticket, again;
    quire_version_id id;
    quire_push_report report;
    quire_push *first = begin(p, source, 7, &ticket);
    do_part(p, first, 1);
    quire_push_free(first);
    quire_push *second = begin(p, source, 1, &again);
    assert_string_equal(again.draft, ticket.draft);
    assert_int_equal(again.there[0], 1 << 1);
    quire_push *third = join(p, source, &again);
    assert_int_equal(quire_push_is_missing(third, 1), 0);
    do_part(p, third, 0);
    do_part(p, second, 2);
    assert_ok(quire_push_finish(second, &id, &p->error), &p->error);
    quire_push_get_report(second, &report);
    assert_true(report.known_files >= 4096);
    push_assert_same(p, source, "many:v0");
    quire_push_free(third);
    quire_push_free(second);
    quire_version_free(source);
}

/* A part that somebody else has put there is not what the source has: it is not committed. */
static void a_part_of_somebody_else(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_ticket ticket;
    quire_version_id id;
    quire_push *push = begin(p, source, 1, &ticket);
    for (uint32_t i = 0; i < PARTS; i++) {
        do_part(p, push, i);
    }
    kit_upsert(p->to, kit_artifact(p->to, "many", "small/00003", "other", NULL), ticket.draft, "0");
    assert_status(QUIRE_CONFLICT, quire_push_finish(push, &id, &p->error), &p->error);
    assert_says(&p->error, "another part of writer '0'");
    assert_int_equal(kit_versions(p->to, "many"), 0);
    quire_push_free(push);
    /* It shows in the draft, so the next push mends it. */
    assert_ok(quire_push_version(source, p->to->store, NULL, NULL, &id, &p->error), &p->error);
    assert_int_equal(id.created, 1);
    push_assert_same(p, source, "many:v0");
    quire_version_free(source);
}

static void a_ticket_of_another_version(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p), *other = push_tree(p);
    quire_push_ticket ticket;
    quire_push *push = begin(p, source, 2, &ticket), *joined = NULL;
    assert_status(QUIRE_USAGE,
                  quire_push_join(other, p->to->store, NULL, &ticket, &joined, &p->error),
                  &p->error);
    assert_says(&p->error, "ticket");
    memset(ticket.draft, 'x', sizeof ticket.draft);
    assert_status(QUIRE_USAGE,
                  quire_push_join(source, p->to->store, NULL, &ticket, &joined, &p->error),
                  &p->error);
    assert_null(joined);
    quire_push_free(push);
    quire_version_free(other);
    quire_version_free(source);
}

/* A version of one part is logged by whoever began; the others have nothing to do. */
static void one_part(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_push_ticket ticket;
    quire_version_id id;
    quire_push *first = begin(p, source, 3, &ticket);
    assert_int_equal(ticket.parts, 1);
    assert_string_equal(ticket.draft, "");
    assert_status(QUIRE_INCOMPLETE, quire_push_finish(first, &id, &p->error), &p->error);
    do_part(p, first, 0);
    assert_ok(quire_push_finish(first, &id, &p->error), &p->error);
    assert_int_equal(id.created, 1);
    quire_push_free(first);
    first = begin(p, source, 3, &ticket);
    assert_int_equal(ticket.parts, 0);
    quire_push *second = join(p, source, &ticket);
    assert_int_equal(quire_push_parts(second), 0);
    assert_status(QUIRE_USAGE, quire_push_part(second, 0, &p->error), &p->error);
    quire_push_free(second);
    quire_push_free(first);
    quire_version_free(source);
}

/* A store that does not tell of drafts: a push by several has the same name each time, by which the
 * version is known afterwards. */
static void into_a_store_that_lists_no_drafts(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_ticket ticket, again;
    quire_version_id id;
    push_other_kind(p, true);
    quire_push *given_up = begin(p, source, 2, &ticket);
    do_part(p, given_up, 0);
    quire_push_free(given_up);
    quire_push *first = begin(p, source, 3, &again);
    quire_push *second = join(p, source, &again);
    assert_string_equal(again.draft, ticket.draft);
    assert_int_equal(again.there[0], 0);
    assert_ok(quire_push_share(first, 0, 2, &p->error), &p->error);
    assert_ok(quire_push_share(second, 1, 2, &p->error), &p->error);
    assert_ok(quire_push_finish(first, &id, &p->error), &p->error);
    assert_int_equal(id.created, 1);
    push_assert_same(p, source, "many:v0");
    quire_push_free(second);
    quire_push_free(first);
    first = begin(p, source, 3, &again);
    assert_int_equal(again.parts, 0);
    assert_ok(quire_push_finish(first, &id, &p->error), &p->error);
    assert_int_equal(id.created, 0);
    quire_push_free(first);
    quire_version_free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, push_setup, push_teardown)
        TEST(parts_in_any_order),
        TEST(parts_that_are_there),
        TEST(a_part_of_somebody_else),
        TEST(a_ticket_of_another_version),
        TEST(one_part),
        TEST(into_a_store_that_lists_no_drafts),
    };
    return cmocka_run_group_tests_name("parts of a push", tests, NULL, NULL);
}
