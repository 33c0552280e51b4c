/** @file Merging by many processes: this one has the part of writer 0. */
#include <quire/merge.h>
#include <string.h>

#include "memory/cases.h"

/** A beginning that a chunk could have, and one that is a folder's name with more behind it. */
static const char choice[] = "m\0z/y-x";

static quire_status open_merge(fixture *f, quire_error *error) {
    quire_merge_free(f->merge);
    f->merge = NULL;
    quire_status status = quire_merge_open(f->store, f->artifact, DRAFT, "0", 1, &f->merge, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%s\n", f->merge ? "opened" : "nothing to merge");
    }
    return status;
}

static void nothing_opened(fixture *f) {
    fixture_open(f);
    MUST(quire_artifact_new("set", "model", &f->artifact, error));
}

static void opened(fixture *f) {
    nothing_opened(f);
    MUST(quire_merge_open(f->store, f->artifact, DRAFT, "0", 1, &f->merge, error));
}

static quire_status sample(fixture *f, quire_error *error) {
    const void *data = NULL;
    size_t size = 0;
    quire_status status = quire_merge_sample(f->merge, 4096, &data, &size, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%zu bytes\n", size);
    }
    return status;
}

static quire_status choose(fixture *f, quire_error *error) {
    static const char samples[] = "b10 a\0b10 m\0e20 z";
    const void *data = NULL;
    size_t size = 0;
    quire_status status =
        quire_merge_choose(f->merge, samples, sizeof samples, 3, &data, &size, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%.*s\n", (int)size, (const char *)data);
    }
    return status;
}

static quire_status split(fixture *f, quire_error *error) {
    size_t ranges = 0, size = 0;
    const void *data = NULL;
    quire_status status = quire_merge_split(f->merge, choice, sizeof choice, &ranges, error);
    for (size_t i = 0; status == QUIRE_OK && i <= ranges; i++) {
        quire_merge_piece(f->merge, i, &data, &size);
        fixture_tell(f, "%zu\n", size);
    }
    return status;
}

static void divided(fixture *f) {
    size_t ranges = 0;
    opened(f);
    MUST(quire_merge_split(f->merge, "", 0, &ranges, error));
}

static quire_status piece(fixture *f, quire_error *error) {
    const void *data = NULL;
    size_t size = 0;
    (void)error;
    quire_merge_piece(f->merge, 0, &data, &size);
    fixture_tell(f, "%zu bytes\n", size);
    return QUIRE_OK;
}

static quire_status take(fixture *f, quire_error *error) {
    return quire_merge_take(f->merge, "1", choice, sizeof choice, error);
}

static void taken(fixture *f) {
    const void *data = NULL;
    size_t size = 0;
    divided(f);
    quire_merge_piece(f->merge, 0, &data, &size);
    MUST(quire_merge_take(f->merge, "0", data, size, error));
}

static quire_status write_range(fixture *f, quire_error *error) {
    const void *data = NULL;
    size_t size = 0;
    quire_status status = quire_merge_write(f->merge, 0, &data, &size, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%zu bytes\n", size);
    }
    return status;
}

static quire_status collect(fixture *f, quire_error *error) {
    static const char told[] =
        "{\"quire\":\"range\",\"format\":1,\"writer\":\"0\",\"object\":"
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}\n"
        "{\"first\":\"a\",\"entries\":1,\"bytes\":1,\"weight\":9,\"digest\":"
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"object\":"
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"size\":99}\n";
    return quire_merge_collect(f->merge, told, sizeof told - 1, error);
}

static quire_status synchronize(fixture *f, quire_error *error) {
    return quire_merge_sync(f->merge, error);
}

static quire_status free_merge(fixture *f, quire_error *error) {
    (void)error;
    quire_merge_free(f->merge);
    f->merge = NULL;
    return QUIRE_OK;
}

static const memory_case cases[] = {
    {.name = "quire_merge_open", .setup = nothing_opened, .call = open_merge, .writes = true},
    {.name = "quire_merge_sample", .setup = opened, .call = sample, .writes = true},
    {.name = "quire_merge_choose", .setup = opened, .call = choose, .writes = true},
    {.name = "quire_merge_split", .setup = opened, .call = split, .writes = true},
    {.name = "quire_merge_piece", .setup = divided, .call = piece, .writes = true},
    {.name = "quire_merge_take", .setup = divided, .call = take, .writes = true},
    {.name = "quire_merge_write",
     .setup = taken,
     .call = write_range,
     .writes = true,
     .once = true},
    {.name = "quire_merge_sync", .setup = opened, .call = synchronize, .writes = true},
    {.name = "quire_merge_collect", .setup = opened, .call = collect, .writes = true, .once = true},
    {.name = "quire_merge_free", .setup = opened, .call = free_merge, .writes = true},
};

const case_list merge_cases = {cases, sizeof cases / sizeof *cases};
