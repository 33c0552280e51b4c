/** @file Composing an artifact. */
#include <stdio.h>

#include "memory/cases.h"

static void count(fixture *f) {
    fixture_tell(f, "%llu entries\n", (unsigned long long)quire_artifact_count(f->artifact));
}

static quire_status counted(fixture *f, quire_status status) {
    count(f);
    return status;
}

static quire_status new_artifact(fixture *f, quire_error *error) {
    quire_status status = quire_artifact_new("set", "model", &f->artifact, error);
    fixture_tell(f, "%s\n", f->artifact != NULL ? "made" : "none");
    return status;
}

static quire_status free_artifact(fixture *f, quire_error *error) {
    (void)error;
    quire_artifact_free(f->artifact);
    f->artifact = NULL;
    return QUIRE_OK;
}

static quire_status name_of(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_artifact_name(f->artifact));
    return QUIRE_OK;
}

static quire_status type_of(fixture *f, quire_error *error) {
    (void)error;
    fixture_tell(f, "%s\n", quire_artifact_type(f->artifact));
    return QUIRE_OK;
}

static quire_status count_of(fixture *f, quire_error *error) {
    (void)error;
    count(f);
    return QUIRE_OK;
}

static quire_status describe(fixture *f, quire_error *error) {
    return quire_artifact_set_description(f->artifact, "other words", error);
}

static quire_status set_metadata(fixture *f, quire_error *error) {
    return quire_artifact_set_metadata(f->artifact, "{\"a\":{\"b\":[1,\"two\",null]},\"c\":0.5}",
                                       error);
}

static quire_status set_ttl(fixture *f, quire_error *error) {
    return quire_artifact_set_ttl(f->artifact, 60, error);
}

static quire_status add_alias(fixture *f, quire_error *error) {
    return quire_artifact_add_alias(f->artifact, "an-alias", error);
}

static quire_status add_tag(fixture *f, quire_error *error) {
    return quire_artifact_add_tag(f->artifact, "a tag", error);
}

static quire_status add_input(fixture *f, quire_error *error) {
    return quire_artifact_add_input(f->artifact, "other:v0", error);
}

static quire_status add_file(fixture *f, quire_error *error) {
    return counted(f,
                   quire_artifact_add_file(f->artifact, fixture_path("large"), NULL, NULL, error));
}

/** The same file again, under a path that is there: both are read, to be compared. */
static void add_its_twin(fixture *f) {
    fixture_artifact(f);
    MUST(quire_artifact_add_file(f->artifact, fixture_path("tree/one"), "twin", NULL, error));
}

static quire_status add_twin(fixture *f, quire_error *error) {
    return counted(f, quire_artifact_add_buffer(f->artifact, "twin", "one\n", 4, NULL, error));
}

static quire_status add_dir(fixture *f, quire_error *error) {
    return counted(f,
                   quire_artifact_add_dir(f->artifact, fixture_path("tree"), "below", NULL, error));
}

/** A file and a folder whose look is kept. */
static quire_status add_as_now(fixture *f, quire_error *error) {
    const quire_add_options now = {.as_now = 1};
    quire_status status =
        quire_artifact_add_file(f->artifact, fixture_path("large"), NULL, &now, error);
    return counted(f, status ? status
                             : quire_artifact_add_dir(f->artifact, fixture_path("tree"), "below",
                                                      &now, error));
}

static quire_status add_reference_to(fixture *f, const char *name, quire_error *error) {
    char uri[600];
    (void)snprintf(uri, sizeof uri, "file://%s", fixture_path(name));
    return counted(f, quire_artifact_add_reference(f->artifact, uri, "r", NULL, error));
}

static quire_status add_reference(fixture *f, quire_error *error) {
    return add_reference_to(f, "tree/one", error);
}

static quire_status add_folder_reference(fixture *f, quire_error *error) {
    return add_reference_to(f, "tree", error);
}

static quire_status add_other_reference(fixture *f, quire_error *error) {
    return counted(
        f, quire_artifact_add_reference(f->artifact, "s3://bucket/some/key", NULL, NULL, error));
}

static quire_status add_http_reference(fixture *f, quire_error *error) {
    char uri[64];
    (void)snprintf(uri, sizeof uri, "http://127.0.0.1:%d/file", fixture_port());
    return counted(f, quire_artifact_add_reference(f->artifact, uri, NULL, NULL, error));
}

static quire_status add_buffer(fixture *f, quire_error *error) {
    return counted(f, quire_artifact_add_buffer(f->artifact, "p", "bytes", 5, NULL, error));
}

static quire_status add_borrowed(fixture *f, quire_error *error) {
    const quire_add_options options = {.borrow = 1};
    return counted(f, quire_artifact_add_buffer(f->artifact, "p", "bytes", 5, &options, error));
}

static void add_some(fixture *f) {
    fixture_artifact(f);
    MUST(quire_artifact_add_dir(f->artifact, fixture_path("tree"), "tree", NULL, error));
}

static quire_status remove_path(fixture *f, quire_error *error) {
    return counted(f, quire_artifact_remove(f->artifact, "tree", error));
}

static quire_status remove_of_base(fixture *f, quire_error *error) {
    return counted(f, quire_artifact_remove(f->artifact, "not-there", error));
}

static quire_status get_entry(fixture *f, quire_error *error) {
    quire_entry entry = {0};
    quire_status status = quire_artifact_get_entry(f->artifact, "tree/one", &entry, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%s %s\n", entry.path, entry.digest);
    }
    return status;
}

static const memory_case cases[] = {
    {.name = "quire_artifact_new", .call = new_artifact},
    {.name = "quire_artifact_free", .setup = fixture_compose, .call = free_artifact},
    {.name = "quire_artifact_name", .setup = fixture_artifact, .call = name_of},
    {.name = "quire_artifact_type", .setup = fixture_artifact, .call = type_of},
    {.name = "quire_artifact_count", .setup = fixture_artifact, .call = count_of},
    {.name = "quire_artifact_set_description", .setup = fixture_compose, .call = describe},
    {.name = "quire_artifact_set_metadata", .setup = fixture_compose, .call = set_metadata},
    {.name = "quire_artifact_set_ttl", .setup = fixture_artifact, .call = set_ttl},
    {.name = "quire_artifact_add_alias", .setup = fixture_artifact, .call = add_alias},
    {.name = "quire_artifact_add_tag", .setup = fixture_artifact, .call = add_tag},
    {.name = "quire_artifact_add_input", .setup = fixture_artifact, .call = add_input},
    {.name = "quire_artifact_add_file", .setup = fixture_artifact, .call = add_file},
    {.name = "quire_artifact_add_dir", .setup = fixture_artifact, .call = add_dir},
    {.name = "quire_artifact_add_dir/as_now", .setup = fixture_artifact, .call = add_as_now},
    {.name = "quire_artifact_add_reference", .setup = fixture_artifact, .call = add_reference},
    {.name = "quire_artifact_add_reference/folder",
     .setup = fixture_artifact,
     .call = add_folder_reference},
    {.name = "quire_artifact_add_reference/other",
     .setup = fixture_artifact,
     .call = add_other_reference},
    {.name = "quire_artifact_add_reference/http",
     .setup = fixture_artifact,
     .call = add_http_reference,
     .hidden = QUIRE_TEMPORARY},
    {.name = "quire_artifact_add_buffer", .setup = fixture_artifact, .call = add_buffer},
    {.name = "quire_artifact_add_buffer/borrowed", .setup = fixture_artifact, .call = add_borrowed},
    {.name = "quire_artifact_add_buffer/twin", .setup = add_its_twin, .call = add_twin},
    {.name = "quire_artifact_remove", .setup = add_some, .call = remove_path},
    {.name = "quire_artifact_remove/of_base", .setup = fixture_artifact, .call = remove_of_base},
    {.name = "quire_artifact_get_entry", .setup = add_some, .call = get_entry},
};

const case_list artifact_cases = {cases, sizeof cases / sizeof *cases};
