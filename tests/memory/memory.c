/**
 * @file
 * Every allocation of every local function of quire fails.
 *
 *     test_memory [--whole] [CASE…]     all cases, or those; --whole: with every number
 *     test_memory --list                their names
 *     test_memory --replay CASE N once|from
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/loop.h"

static const case_list *const lists[] = {&artifact_cases, &stream_cases, &commit_cases,
                                         &merge_cases,    &push_cases,   &store_cases,
                                         &version_cases,  &note_cases};

typedef void (*visitor)(const memory_case *one, void *context);

static void visit(visitor each, void *context) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t j = 0; j < lists[i]->count; j++) {
            each(&lists[i]->cases[j], context);
        }
    }
}

static void show(const memory_case *one, void *context) {
    (void)context;
    (void)puts(one->name);
}

typedef struct request {
    char **names;
    int name_count;
    bool whole, replay;
    loop_total total;
    unsigned long number; /* of the allocation to replay */
    unsigned long cases;
} request;

typedef struct search {
    const char *name;
    bool found;
} search;

static void compare(const memory_case *one, void *context) {
    search *s = context;
    s->found = s->found || strcmp(one->name, s->name) == 0;
}

static bool has_case(const char *name) {
    search s = {.name = name};
    visit(compare, &s);
    return s.found;
}

static void run(const memory_case *one, void *context) {
    request *r = context;
    bool wanted = r->name_count == 0;
    for (int i = 0; i < (r->replay ? 1 : r->name_count); i++) {
        wanted = wanted || strcmp(r->names[i], one->name) == 0;
    }
    if (!wanted) {
        return;
    }
    r->cases++;
    if (r->replay) {
        loop_point(one, r->number, strcmp(r->names[2], "from") == 0, &r->total);
    } else {
        loop_case(one, r->whole, &r->total);
    }
}

/** Whether there are the cases that are asked for, and if one point, that it can be one. */
static bool check(request *r) {
    int names = r->replay ? 1 : r->name_count;
    for (int i = 0; i < names; i++) {
        if (!has_case(r->names[i])) {
            (void)fprintf(stderr, "test_memory: no such case: %s (--list tells them)\n",
                          r->names[i]);
            return false;
        }
    }
    if (!r->replay) {
        return true;
    }
    r->number = loop_number(r->names[1]);
    bool known = strcmp(r->names[2], "once") == 0 || strcmp(r->names[2], "from") == 0;
    if (r->number == 0 || !known) {
        (void)fprintf(stderr, "test_memory: no such point: %s %s\n", r->names[1], r->names[2]);
    }
    return r->number != 0 && known;
}

int main(int argc, char **argv) {
    request r = {.names = argv + 1, .name_count = argc - 1};
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        visit(show, NULL);
        return 0;
    }
    r.whole = argc > 1 && strcmp(argv[1], "--whole") == 0;
    r.replay = argc > 1 && strcmp(argv[1], "--replay") == 0;
    r.names += r.whole || r.replay;
    r.name_count -= r.whole || r.replay;
    if (r.replay && r.name_count != 3) {
        (void)fprintf(stderr, "usage: test_memory --replay CASE N once|from\n");
        return 2;
    }
    if (!check(&r)) {
        return 2;
    }
    fixture_make();
    visit(run, &r);
    fixture_remove();
    (void)printf("%lu cases, %lu points (%s), up to %lu allocations in a call, %lu harmless, "
                 "%lu findings\n",
                 r.cases, r.total.points, r.whole ? "all" : "strided", r.total.most,
                 r.total.harmless, r.total.wrong);
    if (r.total.wrong > 0) {
        (void)printf("again, with the words of a finding: %s --replay CASE N once|from\n", argv[0]);
    }
    if (r.replay && r.total.points == 0) {
        (void)fprintf(stderr, "test_memory: no such point: %s has no allocation %lu\n", r.names[0],
                      r.number);
        return 2;
    }
    return r.total.wrong > 0 || r.cases == 0;
}
