/** @file Stores, drafts, and what needs neither. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/cases.h"

static quire_status status_name(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_status_name(QUIRE_CONFLICT));
    return QUIRE_OK;
}

static quire_status version_string(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_version_string());
    return QUIRE_OK;
}

static quire_status build_info(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_build_info());
    return QUIRE_OK;
}

static quire_status digest_file(fixture *f, quire_error *error) {
    char digest[QUIRE_DIGEST_SIZE] = "";
    quire_status status = quire_digest_file(fixture_path("large"), digest, error);
    fixture_tell(f, "%s\n", digest);
    return status;
}

static quire_status init(fixture *f, quire_error *error) {
    char url[600];
    (void)f;
    (void)snprintf(url, sizeof url, "file://%s", fixture_path("out/new/store"));
    return quire_store_init(url, NULL, error);
}

static quire_status init_again(fixture *f, quire_error *error) {
    return quire_store_init(f->url, NULL, error);
}

static quire_status open_store(fixture *f, quire_error *error) {
    quire_status status = quire_store_open(f->url, NULL, &f->store, error);
    fixture_tell(f, "%s\n", f->store != NULL ? quire_store_url(f->store) : "none");
    return status;
}

static void wandb_key(fixture *f) {
    (void)f;
    (void)setenv("WANDB_API_KEY", "0123456789012345678901234567890123456789", 1);
}

/** Nothing is asked of the server. */
static quire_status open_wandb(fixture *f, quire_error *error) {
    quire_status status = quire_store_open("wandb://team/project", NULL, &f->store, error);
    fixture_tell(f, "%s\n", f->store != NULL ? quire_store_url(f->store) : "none");
    return status;
}

static quire_status open_cached(fixture *f, quire_error *error) {
    const quire_store_options options = {.cache = fixture_path("cache")};
    return quire_store_open(f->url, &options, &f->store, error);
}

static quire_status free_store(fixture *f, quire_error *error) {
    (void)error;
    quire_store_free(f->store);
    f->store = NULL;
    return QUIRE_OK;
}

static quire_status url_of(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_store_url(f->store));
    return QUIRE_OK;
}

static quire_status has_session(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%d\n", quire_store_has_session(f->store));
    return QUIRE_OK;
}

/** A directory has nothing to tell. */
static quire_status prepare(fixture *f, quire_error *error) {
    quire_store_session session = {"x"};
    quire_status status = quire_store_prepare(f->store, "set", DRAFT, &session, error);
    fixture_tell(f, "'%s'\n", session.text);
    return status;
}

static quire_status join(fixture *f, quire_error *error) {
    const quire_store_session session = {""};
    return quire_store_join(f->store, &session, 4, error);
}

static quire_status tell_name(void *context, const char *name) {
    fixture_tell(context, "%s\n", name);
    return QUIRE_OK;
}

static quire_status collections(fixture *f, quire_error *error) {
    return quire_store_collections(f->store, tell_name, f, error);
}

/** Something to collect: a version that was deleted, and a draft given up. */
static void garbage(fixture *f) {
    fixture_open(f);
    MUST(quire_version_delete(f->store, "other:v0", 1, error));
    MUST(quire_draft_drop(f->store, "set", DRAFT, error));
}

static quire_status gc(fixture *f, quire_error *error) {
    const quire_gc_options options = {.grace = -1};
    quire_gc_report report = {0};
    quire_status status = quire_store_gc(f->store, &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu kept\n", (unsigned long long)report.objects_kept);
    }
    return status;
}

static quire_status dry_gc(fixture *f, quire_error *error) {
    const quire_gc_options options = {.grace = -1, .dry_run = 1};
    quire_gc_report report = {0};
    quire_status status = quire_store_gc(f->store, &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu kept, %llu not\n", (unsigned long long)report.objects_kept,
                     (unsigned long long)report.objects_deleted);
    }
    return status;
}

/** What cannot be checked for want of memory is told as well; but that is no fault. */
static void tell_fault(void *context, const char *line) {
    if (strstr(line, "memory") == NULL) {
        fixture_tell(context, "fault: %s\n", line);
    }
}

static quire_status verify(fixture *f, quire_error *error) {
    return quire_store_verify(f->store, tell_fault, f, error);
}

static quire_status tell_draft(void *context, const quire_draft *draft) {
    fixture_tell(context, "%s %s %s %d", draft->name, draft->type, draft->distributed_id,
                 draft->sealed);
    for (size_t i = 0; i < draft->writer_count; i++) {
        fixture_tell(context, " %s %llu", draft->writers[i].name,
                     (unsigned long long)draft->writers[i].entries);
    }
    return QUIRE_OK;
}

static quire_status drafts(fixture *f, quire_error *error) {
    return quire_draft_list(f->store, NULL, tell_draft, f, error);
}

static quire_status drop(fixture *f, quire_error *error) {
    return quire_draft_drop(f->store, "set", DRAFT, error);
}

static const memory_case cases[] = {
    {.name = "quire_status_name", .call = status_name},
    {.name = "quire_version_string", .call = version_string},
    {.name = "quire_build_info", .call = build_info},
    {.name = "quire_digest_file", .call = digest_file},
    {.name = "quire_store_init", .call = init},
    {.name = "quire_store_init/again", .call = init_again, .writes = true},
    {.name = "quire_store_open/wandb", .setup = wandb_key, .call = open_wandb},
    {.name = "quire_store_open", .call = open_store},
    {.name = "quire_store_open/cached", .call = open_cached},
    {.name = "quire_store_free", .setup = fixture_open, .call = free_store},
    {.name = "quire_store_url", .setup = fixture_open, .call = url_of},
    {.name = "quire_store_collections", .setup = fixture_open, .call = collections},
    {.name = "quire_store_has_session", .setup = fixture_open, .call = has_session},
    {.name = "quire_store_prepare", .setup = fixture_open, .call = prepare},
    {.name = "quire_store_join", .setup = fixture_open, .call = join},
    {.name = "quire_store_gc", .setup = garbage, .call = gc, .writes = true},
    {.name = "quire_store_gc/dry_run", .setup = garbage, .call = dry_gc, .writes = true},
    {.name = "quire_store_verify", .setup = fixture_open, .call = verify},
    {.name = "quire_draft_list", .setup = fixture_open, .call = drafts},
    {.name = "quire_draft_drop",
     .setup = fixture_open,
     .call = drop,
     .writes = true,
     .done = QUIRE_NOT_FOUND},
};

const case_list store_cases = {cases, sizeof cases / sizeof *cases};
