/** @file Reading versions. */
#include <stdlib.h>
#include <string.h>

#include "memory/cases.h"

static quire_status open_version(fixture *f, quire_error *error) {
    quire_status status = quire_version_open(f->store, "set:best", &f->version, error);
    fixture_tell(f, "%s\n", f->version ? quire_version_get_info(f->version)->digest : "none");
    return status;
}

static quire_status free_version(fixture *f, quire_error *error) {
    (void)error;
    quire_version_free(f->version);
    f->version = NULL;
    return QUIRE_OK;
}

static quire_status tell_version(void *context, const quire_version_info *info) {
    fixture_tell(context, "%s:v%lld %s %s %s %s", info->name, (long long)info->number, info->type,
                 info->digest, info->mode, info->metadata);
    for (size_t i = 0; i < info->alias_count; i++) {
        fixture_tell(context, " alias %s", info->aliases[i]);
    }
    for (size_t i = 0; i < info->tag_count; i++) {
        fixture_tell(context, " tag %s", info->tags[i]);
    }
    return QUIRE_OK;
}

static quire_status get_info(fixture *f, quire_error *error) {
    (void)error;
    return tell_version(f, quire_version_get_info(f->version));
}

static quire_status each(fixture *f, quire_error *error) {
    return quire_version_each(f->store, "set", tell_version, f, error);
}

static quire_status tell_entry(void *context, const quire_entry *entry) {
    fixture_tell(context, "%s %s %llu %s\n", entry->path, entry->digest,
                 (unsigned long long)entry->size, entry->reference ? entry->reference : "");
    return QUIRE_OK;
}

static quire_status walk(fixture *f, quire_error *error) {
    return quire_version_walk(f->version, NULL, tell_entry, f, error);
}

static quire_status list(fixture *f, quire_error *error) {
    return quire_version_list(f->version, "", tell_entry, f, error);
}

static quire_status get_entry(fixture *f, quire_error *error) {
    quire_entry entry = {0};
    quire_status status = quire_version_get_entry(f->version, "sub/two", &entry, error);
    return status == QUIRE_OK ? tell_entry(f, &entry) : status;
}

static quire_status tell_size(void *context, const void *data, size_t size) {
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum = sum * 31 + ((const unsigned char *)data)[i];
    }
    fixture_tell(context, "%zu bytes %u\n", size, sum);
    return QUIRE_OK;
}

static quire_status read_small(fixture *f, quire_error *error) {
    return quire_version_read(f->version, "sub/two", 0, UINT64_MAX, tell_size, f, error);
}

static quire_status read_range(fixture *f, quire_error *error) {
    return quire_version_read(f->version, "large", 1000, 100000, tell_size, f, error);
}

static quire_status local_path(fixture *f, quire_error *error) {
    quire_status status = quire_version_local_path(f->version, "large", &f->text, error);
    fixture_tell(f, "%s\n", f->text != NULL ? f->text : "none");
    return status;
}

static quire_status download(fixture *f, quire_error *error) {
    quire_read_report report = {0};
    const quire_download_options options = {.skip_references = 1};
    quire_status status =
        quire_version_download(f->version, fixture_path("out/below"), &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu files %llu bytes %llu skipped\n", (unsigned long long)report.files,
                     (unsigned long long)report.bytes, (unsigned long long)report.skipped);
    }
    return status;
}

/** One part of three: entries are dealt out. */
static quire_status download_part(fixture *f, quire_error *error) {
    quire_read_report report = {0};
    const quire_download_options options = {.skip_references = 1, .part = 1, .parts = 3};
    quire_status status =
        quire_version_download(f->version, fixture_path("out"), &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu files\n", (unsigned long long)report.files);
    }
    return status;
}

static void tell_fault(void *context, const char *line) {
    if (strstr(line, "memory") == NULL) {
        fixture_tell(context, "fault: %s\n", line);
    }
}

static quire_status verify(fixture *f, quire_error *error) {
    quire_read_report report = {0};
    const quire_verify_options options = {.fault = tell_fault, .fault_context = f};
    quire_status status = quire_version_verify(f->version, &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu files\n", (unsigned long long)report.files);
    }
    return status;
}

/** Enough files for several threads. */
static void many_files(fixture *f) {
    fixture_many(f, fixture_path(""));
}

static quire_status download_by_three(fixture *f, quire_error *error) {
    quire_read_report report = {0};
    const quire_download_options options = {.threads = 3};
    quire_status status =
        quire_version_download(f->version, fixture_path("out"), &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu files %llu bytes\n", (unsigned long long)report.files,
                     (unsigned long long)report.bytes);
    }
    return status;
}

static quire_status verify_by_three(fixture *f, quire_error *error) {
    quire_read_report report = {0};
    const quire_verify_options options = {.fault = tell_fault, .fault_context = f, .threads = 3};
    quire_status status = quire_version_verify(f->version, &options, &report, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu files\n", (unsigned long long)report.files);
    }
    return status;
}

static void two_versions(fixture *f) {
    fixture_version(f);
    MUST(quire_version_open(f->store, "set:v0", &f->other, error));
}

static quire_status tell_difference(void *context, const quire_entry *before,
                                    const quire_entry *after) {
    fixture_tell(context, "%s %s\n", before ? before->path : "-", after ? after->path : "-");
    return QUIRE_OK;
}

static quire_status diff(fixture *f, quire_error *error) {
    return quire_version_diff(f->other, f->version, tell_difference, f, error);
}

static quire_status tell_step(void *context, const quire_lineage *step) {
    fixture_tell(context, "%s %s %s\n", step->kind, step->other ? step->other : "-",
                 step->job ? step->job : "-");
    return QUIRE_OK;
}

static quire_status lineage(fixture *f, quire_error *error) {
    return quire_version_lineage(f->version, tell_step, f, error);
}

static void vast(fixture *f) {
    fixture_vast(f, fixture_path(""));
}

static quire_status download_divided(fixture *f, quire_error *error) {
    const quire_download_options options = {
        .part = 1, .parts = 2, .divided = tell_entry, .divided_context = f};
    return quire_version_download(f->version, fixture_path("out"), &options, NULL, error);
}

static quire_status place_begin(fixture *f, quire_error *error) {
    return quire_version_place_begin(f->version, fixture_path("out"), "huge", f->place, error);
}

static void begun_place(fixture *f) {
    vast(f);
    MUST(place_begin(f, error));
}

static void tell_bytes(void *context, const quire_progress *progress) {
    fixture_tell(context, "%llu bytes\n", (unsigned long long)progress->bytes_done);
}

static quire_status place_blocks(fixture *f, quire_error *error) {
    return quire_version_place_blocks(f->version, fixture_path("out"), "huge", f->place, 1, 1,
                                      tell_bytes, f, error);
}

static quire_status place_end(fixture *f, quire_error *error) {
    return quire_version_place_end(f->version, fixture_path("out"), "huge", f->place, error);
}

static quire_status place_abandon(fixture *f, quire_error *error) {
    return quire_version_place_abandon(f->version, fixture_path("out"), "huge", f->place, error);
}

static const memory_case cases[] = {
    {.name = "quire_version_open", .setup = fixture_open, .call = open_version},
    {.name = "quire_version_free", .setup = fixture_version, .call = free_version},
    {.name = "quire_version_get_info", .setup = fixture_version, .call = get_info},
    {.name = "quire_version_each", .setup = fixture_open, .call = each},
    {.name = "quire_version_walk", .setup = fixture_version, .call = walk},
    {.name = "quire_version_list", .setup = fixture_version, .call = list},
    {.name = "quire_version_get_entry", .setup = fixture_version, .call = get_entry},
    {.name = "quire_version_read", .setup = fixture_version, .call = read_small},
    {.name = "quire_version_read/range", .setup = fixture_version, .call = read_range},
    {.name = "quire_version_local_path", .setup = fixture_version, .call = local_path},
    {.name = "quire_version_download", .setup = fixture_version, .call = download},
    {.name = "quire_version_download/divided", .setup = vast, .call = download_divided},
    {.name = "quire_version_place_begin", .setup = vast, .call = place_begin},
    {.name = "quire_version_place_blocks", .setup = begun_place, .call = place_blocks},
    {.name = "quire_version_place_end", .setup = begun_place, .call = place_end},
    {.name = "quire_version_place_abandon", .setup = begun_place, .call = place_abandon},
    {.name = "quire_version_download/part", .setup = fixture_version, .call = download_part},
    {.name = "quire_version_download/threads", .setup = many_files, .call = download_by_three},
    {.name = "quire_version_verify", .setup = fixture_version, .call = verify},
    {.name = "quire_version_verify/threads", .setup = many_files, .call = verify_by_three},
    {.name = "quire_version_diff", .setup = two_versions, .call = diff},
    {.name = "quire_version_lineage", .setup = fixture_version, .call = lineage},
};

const case_list version_cases = {cases, sizeof cases / sizeof *cases};
