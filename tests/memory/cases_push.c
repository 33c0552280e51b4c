/** @file Pushing versions into another store. */
#include <string.h>

#include "memory/cases.h"

static const char *const more[] = {"fresh"};
static const quire_push_options pushed = {.name = "pushed", .aliases = more, .alias_count = 1};
static const quire_push_options threads = {.threads = 3};
/** Of one part, which goes into a draft all the same. */
static const quire_push_ticket ticket = {.draft = "push", .parts = 1};

static void many(fixture *f) {
    fixture_push_beside(f, fixture_path(""), "many");
}

static void wide(fixture *f) {
    fixture_push_beside(f, fixture_path(""), "wide");
}

static quire_status push_with(fixture *f, const quire_push_options *options, quire_error *error) {
    quire_version_id id = {0};
    quire_push_report report = {0};
    quire_status status = quire_push_version(f->version, f->store, options, &report, &id, error);
    if (status == QUIRE_OK) {
        fixture_tell_id(f, &id);
    }
    return status;
}

static quire_status push(fixture *f, quire_error *error) {
    return push_with(f, &pushed, error);
}

static quire_status push_by_three(fixture *f, quire_error *error) {
    return push_with(f, &threads, error);
}

static void push_before(fixture *f) {
    fixture_push(f);
    MUST(quire_push_version(f->version, f->store, &pushed, NULL, NULL, error));
}

static quire_status begin(fixture *f, quire_error *error) {
    quire_push_ticket made = {0};
    quire_status status =
        quire_push_begin(f->version, f->store, &pushed, 2, &f->push, &made, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%d parts, draft %.6s\n", (int)made.parts, made.draft);
    }
    return status;
}

/** Where one has left a part of two. */
static void half(fixture *f) {
    wide(f);
    MUST(quire_push_begin(f->version, f->store, &pushed, 2, &f->push, NULL, error));
    MUST(quire_push_part(f->push, 1, error));
    quire_push_free(f->push);
    f->push = NULL;
}

static quire_status join(fixture *f, quire_error *error) {
    return quire_push_join(f->version, f->store, &pushed, &ticket, &f->push, error);
}

static void joined(fixture *f) {
    fixture_push(f);
    MUST(quire_push_join(f->version, f->store, &pushed, &ticket, &f->push, error));
}

static quire_status count(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%d parts\n", (int)quire_push_parts(f->push));
    return QUIRE_OK;
}

static quire_status is_missing(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%d\n", quire_push_is_missing(f->push, 0));
    return QUIRE_OK;
}

static quire_status part(fixture *f, quire_error *error) {
    return quire_push_part(f->push, 0, error);
}

static quire_status share(fixture *f, quire_error *error) {
    return quire_push_share(f->push, 0, 1, error);
}

static void done(fixture *f) {
    joined(f);
    MUST(quire_push_part(f->push, 0, error));
}

static quire_status finish(fixture *f, quire_error *error) {
    quire_version_id id = {0};
    quire_status status = quire_push_finish(f->push, &id, error);
    if (status == QUIRE_OK) {
        fixture_tell_id(f, &id);
    }
    return status;
}

static quire_status get_report(fixture *f, quire_error *error) {
    quire_push_report report = {0};
    (void)error;
    quire_push_get_report(f->push, &report);
    fixture_tell(f, "%d files\n", (int)report.files);
    return QUIRE_OK;
}

static quire_status free_push(fixture *f, quire_error *error) {
    (void)error;
    quire_push_free(f->push);
    f->push = NULL;
    return QUIRE_OK;
}

static const memory_case cases[] = {
    {.name = "quire_push_version", .setup = fixture_push, .call = push, .writes = true},
    {.name = "quire_push_version/again", .setup = push_before, .call = push, .writes = true},
    {.name = "quire_push_version/threads", .setup = many, .call = push_by_three, .writes = true},
    {.name = "quire_push_begin", .setup = fixture_push, .call = begin, .writes = true},
    {.name = "quire_push_begin/draft", .setup = half, .call = begin, .writes = true},
    {.name = "quire_push_join", .setup = fixture_push, .call = join, .writes = true},
    {.name = "quire_push_parts", .setup = joined, .call = count, .writes = true},
    {.name = "quire_push_is_missing", .setup = joined, .call = is_missing, .writes = true},
    {.name = "quire_push_part", .setup = joined, .call = part, .writes = true},
    {.name = "quire_push_share", .setup = joined, .call = share, .writes = true},
    {.name = "quire_push_finish", .setup = done, .call = finish, .writes = true},
    {.name = "quire_push_get_report", .setup = done, .call = get_report, .writes = true},
    {.name = "quire_push_free", .setup = joined, .call = free_push, .writes = true},
};

const case_list push_cases = {cases, sizeof cases / sizeof *cases};
