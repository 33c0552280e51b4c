/**
 * @file
 * Shards of several writers, merged. The outcome is compared with what sorting all their entries
 * tells, conflicts and files that are folders too. Input: shards, separated by empty lines.
 */
#include "manifest/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_manifest.h"
#include "manifest/tree.h"

#define WRITERS 8

typedef struct stream {
    fuzz_lines lines;
    q_buffer text;
    size_t position;
    q_shard_reader *reader;
    char name[8];
} stream;

static quire_status give(void *context, void *data, size_t size, size_t *got, quire_error *error) {
    stream *from = context;
    size_t left = from->text.size - from->position;
    (void)error;
    *got = left < size ? left : size;
    memcpy(data, from->text.data + from->position, *got);
    from->position += *got;
    return QUIRE_OK;
}

static quire_status next(void *context, const q_entry **entry, quire_error *error) {
    return q_shard_reader_next(context, entry, error);
}

static void open_stream(stream *s, const fuzz_input *piece, size_t index, q_merge_input *input) {
    quire_error error = {0};
    q_shard_summary summary;
    fuzz_lines_read(&s->lines, piece);
    fuzz_append(&s->text, Q_SHARD_HEADER, sizeof Q_SHARD_HEADER - 1);
    fuzz_append(&s->text, piece->data, piece->size);
    fuzz_lines_shard(&s->lines, &s->text, &summary);
    FUZZ_OK(q_shard_reader_new(give, s, &summary, 0, &s->reader, &error), &error);
    snprintf(s->name, sizeof s->name, "%zu", index);
    *input = (q_merge_input){s->reader, next, s->name};
}

static int compare_paths(const void *a, const void *b) {
    return strcmp((*(const q_entry *const *)a)->path, (*(const q_entry *const *)b)->path);
}

/* What should come out, if nothing is in the way. */
typedef struct expected {
    const q_entry **entries; /**< sorted, with doubles */
    size_t count, distinct;
    bool sound, conflict;
} expected;

static void expect(expected *want, const stream *streams, size_t count) {
    memset(want, 0, sizeof *want);
    want->sound = true;
    for (size_t i = 0; i < count; i++) {
        const fuzz_lines *lines = &streams[i].lines;
        want->sound = want->sound && lines->sound;
        want->entries =
            realloc(want->entries, (want->count + lines->count + 1) * sizeof *want->entries);
        FUZZ_CHECK(want->entries);
        for (size_t j = 0; j < lines->count; j++) {
            want->entries[want->count++] = &lines->entries[j].entry;
        }
    }
    if (want->count > 1) {
        qsort(want->entries, want->count, sizeof *want->entries, compare_paths);
    }
    want->distinct = want->count ? 1 : 0;
    for (size_t i = 1; i < want->count; i++) {
        bool same = strcmp(want->entries[i - 1]->path, want->entries[i]->path) == 0;
        want->distinct += !same;
        want->conflict =
            want->conflict || (same && !q_entry_same(want->entries[i - 1], want->entries[i]));
    }
}

/* Whether a path is a folder of the given one, by looking at all. */
static bool has_folder(const expected *want, const char *path) {
    for (size_t i = 0; i < want->count; i++) {
        size_t size = strlen(want->entries[i]->path);
        if (strncmp(want->entries[i]->path, path, size) == 0 && path[size] == '/') {
            return true;
        }
    }
    return false;
}

static void read_all(q_merge *merge, const expected *want) {
    quire_error error = {0};
    char *last = NULL;
    const q_entry *entry = NULL;
    size_t given = 0;
    q_tree tree = {0};
    bool is_tree = want->count <= 256;
    quire_status status = q_merge_next(merge, &entry, &error);
    for (; !status && entry; status = q_merge_next(merge, &entry, &error)) {
        FUZZ_CHECK(!last || strcmp(last, entry->path) < 0);
        if (is_tree) { /* whoever builds one ends at the first conflict */
            quire_status added = q_tree_add(&tree, entry->path, &error);
            FUZZ_TOLD(added, &error);
            FUZZ_CHECK((added == QUIRE_CONFLICT) == has_folder(want, entry->path));
            is_tree = added == QUIRE_OK;
        }
        free(last);
        FUZZ_OK(q_strdup(entry->path, &last, &error), &error);
        given++;
    }
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY || status == QUIRE_CONFLICT);
    FUZZ_CHECK(status != QUIRE_CONFLICT || want->conflict || !want->sound);
    FUZZ_CHECK((status == QUIRE_OK) == (want->sound && !want->conflict));
    FUZZ_CHECK(status || given == want->distinct);
    q_tree_free(&tree);
    free(last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    quire_error error = {0};
    stream streams[WRITERS] = {0};
    q_merge_input inputs[WRITERS];
    size_t count = 0;
    q_merge *merge = NULL;
    expected want;
    while (input.size > 0 && count < WRITERS) {
        fuzz_input piece = fuzz_until(&input, "\n\n");
        piece.size += input.size ? 1 : 0;
        open_stream(&streams[count], &piece, count, &inputs[count]);
        count++;
    }
    expect(&want, streams, count);
    FUZZ_OK(q_merge_new(inputs, count, &merge, &error), &error);
    read_all(merge, &want);
    q_merge_free(merge);
    for (size_t i = 0; i < count; i++) {
        q_shard_reader_free(streams[i].reader);
        q_buffer_free(&streams[i].text);
        fuzz_lines_free(&streams[i].lines);
    }
    free(want.entries);
    return 0;
}
