/** @file Manifests out of an input: see fuzz_manifest.h. */
#include "fuzz_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/line.h"

static bool equal(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool fuzz_same_entry(const q_entry *a, const q_entry *b) {
    return equal(a->path, b->path) && equal(a->digest, b->digest) && equal(a->ref, b->ref) &&
           equal(a->pack, b->pack) && equal(a->extra, b->extra) && a->size == b->size &&
           a->offset == b->offset;
}

static bool add(fuzz_lines *lines, const char *line, size_t length) {
    quire_error error = {0};
    q_entry_box box = {0};
    if (q_entry_parse(line, length, &box, &error) ||
        (lines->count &&
         strcmp(lines->entries[lines->count - 1].entry.path, box.entry.path) >= 0) ||
        (!box.entry.ref && q_entry_sum(&lines->bytes, box.entry.size, &error))) {
        q_entry_box_free(&box);
        return false;
    }
    size_t before = lines->identities.size;
    FUZZ_OK(q_entry_identity(&lines->identities, &box.entry, &error), &error);
    lines->weight += lines->identities.size - before;
    lines->entries = realloc(lines->entries, (lines->count + 1) * sizeof *lines->entries);
    FUZZ_CHECK(lines->entries);
    lines->entries[lines->count++] = box;
    return true;
}

void fuzz_lines_read(fuzz_lines *lines, const fuzz_input *input) {
    const char *line = NULL;
    size_t position = 0, length = 0;
    quire_error error;
    memset(lines, 0, sizeof *lines);
    lines->sound = true;
    while (lines->sound) {
        lines->sound =
            !q_line_next((const char *)input->data, input->size, &position, &line, &length, &error);
        if (!lines->sound || !line) {
            break;
        }
        lines->sound = add(lines, line, length);
    }
}

void fuzz_lines_free(fuzz_lines *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        q_entry_box_free(&lines->entries[i]);
    }
    free(lines->entries);
    q_buffer_free(&lines->identities);
    memset(lines, 0, sizeof *lines);
}

void fuzz_lines_digest(const fuzz_lines *lines, const char *salt, char hex[Q_SHA256_HEX_SIZE]) {
    quire_error error = {0};
    q_buffer all = {0};
    fuzz_append(&all, salt, strlen(salt));
    fuzz_append(&all, lines->identities.data, lines->identities.size);
    FUZZ_OK(q_sha256_hex(all.data, all.size, hex, &error), &error);
    q_buffer_free(&all);
}

void fuzz_lines_shard(const fuzz_lines *lines, const q_buffer *text, q_shard_summary *summary) {
    quire_error error = {0};
    *summary = (q_shard_summary){.entries = lines->count + (lines->sound ? 0 : 1),
                                 .bytes = lines->bytes,
                                 .size = text->size};
    fuzz_lines_digest(lines, Q_SHARD_SALT, summary->digest);
    FUZZ_OK(q_sha256_hex(text->data, text->size, summary->object, &error), &error);
}

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    fuzz_manifest *manifest = context;
    manifest->loads++;
    for (size_t i = 0; i < manifest->root.chunk_count; i++) {
        if (strcmp(manifest->root.chunks[i].object, object) == 0) {
            FUZZ_CHECK(manifest->texts[i].size <= max_size);
            return q_buffer_append(out, manifest->texts[i].data, manifest->texts[i].size, error);
        }
    }
    return q_error_set(error, QUIRE_INTEGRITY, "there is no %s", object);
}

static quire_status save(void *context, const char *object, const void *data, size_t size,
                         quire_error *error) {
    (void)context;
    (void)data;
    (void)size;
    return q_error_set(error, QUIRE_ERROR, "nothing is to be saved, not even %s", object);
}

static void add_chunk(fuzz_manifest *manifest, const fuzz_input *piece) {
    quire_error error = {0};
    size_t index = manifest->root.chunk_count;
    q_buffer *text = &manifest->texts[index];
    fuzz_lines *lines = &manifest->lines[index];
    fuzz_lines_read(lines, piece);
    fuzz_append(text, Q_CHUNK_HEADER, sizeof Q_CHUNK_HEADER - 1);
    fuzz_append(text, piece->data, piece->size);
    q_chunk_summary summary = {.entries = lines->count + (lines->sound ? 0 : 1),
                               .bytes = lines->bytes,
                               .weight = lines->weight,
                               .size = text->size};
    fuzz_lines_digest(lines, Q_CHUNK_SALT, summary.digest);
    FUZZ_OK(q_sha256_hex(text->data, text->size, summary.object, &error), &error);
    const fuzz_lines *before = index ? &manifest->lines[index - 1] : NULL;
    bool fits = lines->count > 0;
    if (fits) {
        summary.first = (char *)(uintptr_t)lines->entries[0].entry.path;
        fits = q_root_append(&manifest->root, &summary, &error) == QUIRE_OK;
    }
    if (!fits) {
        q_buffer_clear(text);
        fuzz_lines_free(lines);
        return;
    }
    manifest->entries += lines->count;
    manifest->sound =
        manifest->sound && lines->sound &&
        (!before || strcmp(before->entries[before->count - 1].entry.path, summary.first) < 0);
}

void fuzz_manifest_make(fuzz_manifest *manifest, fuzz_input input) {
    quire_error error = {0};
    memset(manifest, 0, sizeof *manifest);
    manifest->io = (q_manifest_io){manifest, load, save};
    manifest->sound = true;
    while (input.size > 0 && manifest->root.chunk_count < FUZZ_CHUNKS) {
        fuzz_input piece = fuzz_until(&input, "\n\n");
        piece.size += input.size ? 1 : 0; /* the first of the two ends the last line */
        add_chunk(manifest, &piece);
    }
    FUZZ_OK(q_root_seal(&manifest->root, &error), &error);
}

void fuzz_manifest_free(fuzz_manifest *manifest) {
    for (size_t i = 0; i < FUZZ_CHUNKS; i++) {
        q_buffer_free(&manifest->texts[i]);
        fuzz_lines_free(&manifest->lines[i]);
    }
    q_root_free(&manifest->root);
}

const q_entry *fuzz_manifest_entry(const fuzz_manifest *manifest, size_t index) {
    for (size_t i = 0; i < manifest->root.chunk_count; i++) {
        if (index < manifest->lines[i].count) {
            return &manifest->lines[i].entries[index].entry;
        }
        index -= manifest->lines[i].count;
    }
    return NULL;
}
