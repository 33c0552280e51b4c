/**
 * @file
 * Manifests of many chunks: reading from any path on, and comparing two. Input: a byte (how many
 * moves), as many bytes (which), then two manifests, separated by a line "=", their chunks by empty
 * lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_manifest.h"
#include "manifest/diff.h"
#include "manifest/lookup.h"
#include "manifest/reader.h"

/* The number of entries before a path, by looking at all. */
static size_t index_of(const fuzz_manifest *manifest, const char *path) {
    size_t index = 0;
    while (index < manifest->entries &&
           strcmp(fuzz_manifest_entry(manifest, index)->path, path) < 0) {
        index++;
    }
    return index;
}

/* Go somewhere, look, read on: always what reading all lines tells. */
static quire_status move(q_manifest_reader *reader, const fuzz_manifest *manifest, uint8_t which,
                         size_t *at, quire_error *error) {
    const q_entry *entry = NULL;
    const char *path = NULL;
    const q_chunk_summary *chunk = NULL;
    quire_status status;
    if (which < 128) {
        status = q_manifest_reader_next(reader, &entry, error);
        FUZZ_CHECK(status || !manifest->sound || (entry != NULL) == (*at < manifest->entries));
        if (!status && entry && manifest->sound) {
            FUZZ_CHECK(fuzz_same_entry(entry, fuzz_manifest_entry(manifest, *at)));
        }
        *at += !status && entry;
    } else if (which < 192) {
        size_t loads = manifest->loads;
        status = q_manifest_reader_peek(reader, &path, &chunk, error);
        FUZZ_CHECK(loads == manifest->loads);
        if (!status && manifest->sound) {
            FUZZ_CHECK((path != NULL) == (*at < manifest->entries));
            FUZZ_CHECK(!path || strcmp(path, fuzz_manifest_entry(manifest, *at)->path) == 0);
        }
    } else {
        const char *target = "zz";
        char shorter[Q_ENTRY_LINE_MAX];
        const q_entry *known =
            manifest->entries ? fuzz_manifest_entry(manifest, which % manifest->entries) : NULL;
        if (known) {
            snprintf(shorter, sizeof shorter, "%s", known->path);
            shorter[strlen(shorter) - (which % 2)] = '\0';
            target = shorter;
        }
        status = q_manifest_reader_seek(reader, target, error);
        *at = index_of(manifest, target);
    }
    return status;
}

static void walk(fuzz_manifest *manifest, const uint8_t *moves, size_t count) {
    quire_error error = {0};
    q_manifest_reader *reader = NULL;
    size_t at = 0;
    FUZZ_OK(q_manifest_reader_new(&manifest->io, &manifest->root, &reader, &error), &error);
    for (size_t i = 0; i < count; i++) {
        quire_status status = move(reader, manifest, moves[i], &at, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !manifest->sound));
        if (status) {
            break;
        }
    }
    q_manifest_reader_free(reader);
}

/* A path, or one that may be before it, in any order. */
static void look_up(fuzz_manifest *manifest, const uint8_t *moves, size_t count) {
    quire_error error = {0};
    q_manifest_lookup *lookup = NULL;
    FUZZ_OK(q_manifest_lookup_new(&manifest->io, &manifest->root, &lookup, &error), &error);
    for (size_t i = 0; i < count && manifest->entries > 0; i++) {
        char path[Q_ENTRY_LINE_MAX];
        const q_entry *known = fuzz_manifest_entry(manifest, moves[i] % manifest->entries);
        const q_entry *found = NULL;
        snprintf(path, sizeof path, "%s", known->path);
        path[strlen(path) - (moves[i] >= 192)] = '\0';
        quire_status status = q_manifest_lookup_find(lookup, path, &found, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !manifest->sound));
        FUZZ_CHECK(!found || strcmp(found->path, path) == 0);
        if (manifest->sound && strcmp(path, known->path) == 0) {
            FUZZ_CHECK(found && fuzz_same_entry(found, known));
        }
    }
    q_manifest_lookup_free(lookup);
}

/* Both manifests out of one place, as in a store. */
typedef struct both {
    fuzz_manifest *before, *after;
} both;

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    both *from = context;
    quire_status status =
        from->before->io.load(from->before->io.context, object, max_size, out, error);
    return status ? from->after->io.load(from->after->io.context, object, max_size, out, error)
                  : status;
}

typedef struct seen {
    char *last;
    size_t added, removed, changed;
} seen;

static quire_status note(void *context, const q_entry *before, const q_entry *after,
                         quire_error *error) {
    seen *to = context;
    const char *path = before ? before->path : after->path;
    FUZZ_CHECK(before || after);
    FUZZ_CHECK(!to->last || strcmp(to->last, path) < 0);
    if (before && after) {
        FUZZ_CHECK(strcmp(before->path, after->path) == 0 && !q_entry_same(before, after));
        to->changed++;
    } else if (before) {
        to->removed++;
    } else {
        to->added++;
    }
    free(to->last);
    to->last = NULL;
    return q_strdup(path, &to->last, error);
}

static size_t count_changed(const fuzz_manifest *before, const fuzz_manifest *after) {
    size_t changed = 0, j = 0;
    for (size_t i = 0; i < before->entries; i++) {
        const q_entry *a = fuzz_manifest_entry(before, i);
        while (j < after->entries && strcmp(fuzz_manifest_entry(after, j)->path, a->path) < 0) {
            j++;
        }
        const q_entry *b = fuzz_manifest_entry(after, j);
        changed += b && strcmp(a->path, b->path) == 0 && !q_entry_same(a, b);
    }
    return changed;
}

static void compare(fuzz_manifest *before, fuzz_manifest *after) {
    quire_error error = {0};
    both from = {before, after};
    const q_manifest_io io = {&from, load, NULL};
    seen found = {0};
    quire_status status = q_manifest_diff(&io, &before->root, &after->root, note, &found, &error);
    FUZZ_TOLD(status, &error);
    bool sound = before->sound && after->sound;
    FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !sound));
    if (!status && sound) {
        FUZZ_CHECK(before->entries + found.added == after->entries + found.removed);
        FUZZ_CHECK(before->entries + after->entries > 256 ||
                   found.changed == count_changed(before, after));
    }
    free(found.last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    size_t moves = fuzz_byte(&input) % 64;
    moves = moves < input.size ? moves : input.size;
    const uint8_t *which = input.data;
    fuzz_manifest before, after;
    input.data += moves;
    input.size -= moves;
    fuzz_input first = fuzz_until(&input, "=\n");
    fuzz_manifest_make(&before, first);
    fuzz_manifest_make(&after, input);
    walk(&before, which, moves);
    walk(&after, which, moves);
    look_up(&before, which, moves);
    compare(&before, &after);
    fuzz_manifest_free(&before);
    fuzz_manifest_free(&after);
    return 0;
}
