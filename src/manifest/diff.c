/**
 * @file
 * Comparing two manifests. Both sides are walked by their next paths, which a chunk that is not
 * loaded also has: so a side loads a chunk only when an entry of it is wanted, and after a
 * differing region both sides stand at the start of the next equal chunk again.
 */
#include "manifest/diff.h"

#include <string.h>

#include "manifest/reader.h"

/** One step: pass over equal chunks, or report what differs of the next path. */
static quire_status step(q_manifest_reader *before, q_manifest_reader *after, bool *ended,
                         q_diff_callback callback, void *context, quire_error *error) {
    const char *before_path = NULL, *after_path = NULL;
    const q_chunk_summary *before_chunk = NULL, *after_chunk = NULL;
    const q_entry *a = NULL, *b = NULL;
    quire_status status = q_manifest_reader_peek(before, &before_path, &before_chunk, error);
    if (status == QUIRE_OK) {
        status = q_manifest_reader_peek(after, &after_path, &after_chunk, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (!before_path && !after_path) {
        *ended = true;
        return QUIRE_OK;
    }
    if (before_chunk && after_chunk && strcmp(before_chunk->digest, after_chunk->digest) == 0) {
        q_manifest_reader_skip(before);
        q_manifest_reader_skip(after);
        return QUIRE_OK;
    }
    int order = !after_path ? -1 : !before_path ? 1 : strcmp(before_path, after_path);
    if (order <= 0) {
        status = q_manifest_reader_next(before, &a, error);
    }
    if (status == QUIRE_OK && order >= 0) {
        status = q_manifest_reader_next(after, &b, error);
    }
    if (status != QUIRE_OK || (a && b && q_entry_same(a, b))) {
        return status;
    }
    return callback(context, a, b, error);
}

quire_status q_manifest_diff(const q_manifest_io *io, const q_root *before, const q_root *after,
                             q_diff_callback callback, void *context, quire_error *error) {
    q_manifest_reader *a = NULL, *b = NULL;
    bool ended = false;
    quire_status status = q_manifest_reader_new(io, before, &a, error);
    if (status == QUIRE_OK) {
        status = q_manifest_reader_new(io, after, &b, error);
    }
    while (status == QUIRE_OK && !ended) {
        status = step(a, b, &ended, callback, context, error);
    }
    q_manifest_reader_free(a);
    q_manifest_reader_free(b);
    return status;
}
