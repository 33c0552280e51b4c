/** @file Changing what is noted of versions. */
#include "memory/cases.h"

static quire_status set_alias(fixture *f, quire_error *error) {
    return quire_alias_set(f->store, "set:v0", "best", error);
}

static quire_status remove_alias(fixture *f, quire_error *error) {
    return quire_alias_remove(f->store, "set:best", error);
}

static quire_status annotate(fixture *f, quire_error *error) {
    static const char *const added[] = {"one", "two"};
    static const char *const removed[] = {"old-tag"};
    const int64_t ttl = 100000;
    const quire_notes_change change = {.description = "new words",
                                       .metadata = "{\"x\":{\"y\":[1,2,\"z\"]}}",
                                       .ttl = &ttl,
                                       .add_tags = added,
                                       .add_tag_count = 2,
                                       .remove_tags = removed,
                                       .remove_tag_count = 1};
    return quire_version_annotate(f->store, "set:v1", &change, error);
}

static quire_status delete_version(fixture *f, quire_error *error) {
    return quire_version_delete(f->store, "set:v1", 1, error);
}

static quire_status use(fixture *f, quire_error *error) {
    return quire_version_use(f->store, "set:v0", "some job", error);
}

/** A directory has no links, and says so. */
static quire_status link_version(fixture *f, quire_error *error) {
    const char *const aliases[] = {"best"};
    quire_status status =
        quire_version_link(f->store, "set:v0", "project/collection", aliases, 1, NULL, error);
    return status == QUIRE_USAGE ? QUIRE_OK : status;
}

static const memory_case cases[] = {
    {.name = "quire_alias_set", .setup = fixture_open, .call = set_alias, .writes = true},
    {.name = "quire_alias_remove",
     .setup = fixture_open,
     .call = remove_alias,
     .writes = true,
     .done = QUIRE_NOT_FOUND},
    {.name = "quire_version_annotate",
     .setup = fixture_open,
     .call = annotate,
     .writes = true,
     .done = QUIRE_NOT_FOUND},
    {.name = "quire_version_delete",
     .setup = fixture_open,
     .call = delete_version,
     .writes = true,
     .done = QUIRE_NOT_FOUND},
    {.name = "quire_version_link", .setup = fixture_open, .call = link_version},
    {.name = "quire_version_use", .setup = fixture_open, .call = use, .writes = true},
};

const case_list note_cases = {cases, sizeof cases / sizeof *cases};
