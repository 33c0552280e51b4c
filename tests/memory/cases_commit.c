/** @file Making versions. */
#include <stdio.h>

#include "memory/cases.h"

static quire_status told(fixture *f, quire_status status, const quire_version_id *id) {
    if (status == QUIRE_OK) {
        fixture_tell_id(f, id);
    }
    return status;
}

static quire_status log_artifact(fixture *f, quire_error *error) {
    quire_version_id id = {0};
    return told(f, quire_log_artifact(f->store, f->artifact, NULL, &id, error), &id);
}

/** What a version has already: other ways to the same version. */
static void log_before(fixture *f) {
    quire_version_id id;
    fixture_compose(f);
    MUST(quire_log_artifact(f->store, f->artifact, NULL, &id, error));
}

/** What the files looked like is known, of all but those that are too new; see cache.h. */
static void log_cached(fixture *f) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE,
                                         .cache = fixture_path("cache")};
    const quire_add_options now = {.as_now = 1};
    MUST(quire_store_open(f->url, &options, &f->store, error));
    fixture_artifact(f);
    MUST(quire_artifact_add_dir(f->artifact, fixture_path("tree"), "tree", &now, error));
    MUST(quire_artifact_add_file(f->artifact, fixture_path("large"), NULL, NULL, error));
    MUST(quire_log_artifact(f->store, f->artifact, NULL, NULL, error));
}

/** A file that is cloned or linked, its content being new to the store. */
static void compose_linked(fixture *f) {
    const quire_add_options linked = {.link = 1};
    FILE *file = fopen(fixture_path("linked"), "w");
    bool written = file != NULL && fseek(file, 1 << 20, SEEK_SET) == 0 && fputc('l', file) == 'l';
    fixture_must(file != NULL && fclose(file) == 0 && written ? QUIRE_OK : QUIRE_ERROR,
                 &(quire_error){.message = "a file of more than 1 MiB"}, "writing");
    fixture_open(f);
    fixture_artifact(f);
    MUST(quire_artifact_add_file(f->artifact, fixture_path("linked"), NULL, &linked, error));
}

/** Enough files for several threads. */
static void compose_many(fixture *f) {
    fixture_compose(f);
    for (int i = 0; i < 80; i++) {
        char path[16] = ""; /* all of it is stored */
        (void)snprintf(path, sizeof path, "many/%02d", i);
        MUST(quire_artifact_add_buffer(f->artifact, path, path, sizeof path, NULL, error));
    }
}

static quire_status log_by_three(fixture *f, quire_error *error) {
    const quire_commit_options options = {.threads = 3};
    quire_version_id id = {0};
    return told(f, quire_log_artifact(f->store, f->artifact, &options, &id, error), &id);
}

static quire_status save(fixture *f, quire_error *error) {
    quire_version_id id = {0};
    return told(f, quire_save(f->store, "saved", "model", fixture_path("tree"), &id, error), &id);
}

static quire_status upsert(fixture *f, quire_error *error) {
    quire_receipt receipt = {0};
    const quire_commit_options options = {.job = "a job"};
    quire_status status =
        quire_upsert_artifact(f->store, f->artifact, "another", "me", &options, &receipt, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu %llu %s\n", (unsigned long long)receipt.entries,
                     (unsigned long long)receipt.bytes, receipt.digest);
    }
    return status;
}

static void nothing_added(fixture *f) {
    fixture_open(f);
    MUST(quire_artifact_new("set", "model", &f->artifact, error));
}

static quire_status finish(fixture *f, quire_error *error) {
    quire_version_id id = {0};
    return told(f, quire_finish_artifact(f->store, f->artifact, DRAFT, NULL, &id, error), &id);
}

static void a_patch(fixture *f) {
    fixture_compose(f);
    MUST(quire_artifact_remove(f->artifact, "a", error));
}

static quire_status patch(fixture *f, quire_error *error) {
    quire_version_id id = {0};
    return told(f, quire_patch_artifact(f->store, "v0", f->artifact, NULL, &id, error), &id);
}

static const memory_case cases[] = {
    {.name = "quire_log_artifact", .setup = fixture_compose, .call = log_artifact, .writes = true},
    {.name = "quire_log_artifact/again", .setup = log_before, .call = log_artifact, .writes = true},
    {.name = "quire_log_artifact/linked",
     .setup = compose_linked,
     .call = log_artifact,
     .writes = true},
    {.name = "quire_log_artifact/cached",
     .setup = log_cached,
     .call = log_artifact,
     .writes = true},
    {.name = "quire_log_artifact/threads",
     .setup = compose_many,
     .call = log_by_three,
     .writes = true},
    {.name = "quire_save", .setup = fixture_open, .call = save, .writes = true},
    {.name = "quire_upsert_artifact", .setup = fixture_compose, .call = upsert, .writes = true},
    {.name = "quire_finish_artifact", .setup = nothing_added, .call = finish, .writes = true},
    {.name = "quire_finish_artifact/own_files",
     .setup = fixture_compose,
     .call = finish,
     .writes = true},
    {.name = "quire_patch_artifact", .setup = a_patch, .call = patch, .writes = true},
};

const case_list commit_cases = {cases, sizeof cases / sizeof *cases};
