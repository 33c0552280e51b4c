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

static const case_list *const lists[] = {&artifact_cases, &stream_cases,  &commit_cases,
                                         &store_cases,    &version_cases, &note_cases};

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
    unsigned long cases;
} request;

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
        loop_point(one, strtoul(r->names[1], NULL, 10), strcmp(r->names[2], "from") == 0,
                   &r->total);
    } else {
        loop_case(one, r->whole, &r->total);
    }
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
    fixture_make();
    visit(run, &r);
    fixture_remove();
    (void)printf("%lu cases, %lu points (%s), up to %lu allocations in a call, %lu harmless, "
                 "%lu findings\n",
                 r.cases, r.total.points, r.whole ? "all" : "strided", r.total.most,
                 r.total.harmless, r.total.wrong);
    return r.total.wrong > 0 || r.cases == 0;
}
