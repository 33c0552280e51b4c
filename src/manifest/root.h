/**
 * @file
 * Roots: the list of a version's chunks, held in memory.
 *
 * The root: a line {"quire":"root","format":1,"entries":N,"bytes":N,"chunks":N,"digest":…}, then a
 * line a chunk {"first":PATH,"entries":N,"bytes":N,"weight":N,"digest":…,"object":…,"size":N}. The
 * version's digest is the SHA-256 of "quire-manifest-1" LF and, for each chunk, its logical digest
 * in hexadecimal and LF.
 */
#ifndef Q_MANIFEST_ROOT_H
#define Q_MANIFEST_ROOT_H

#include "base/buffer.h"
#include "base/digest.h"

/** What a root object may hold when it is read. */
#define Q_ROOT_OBJECT_MAX ((uint64_t)512 << 20)

/** What the root says of a chunk. */
typedef struct q_chunk_summary {
    char *first; /**< owned by the root */
    uint64_t entries;
    uint64_t bytes;  /**< sum of the sizes of files */
    uint64_t weight; /**< sum of the identity bytes */
    char digest[Q_SHA256_HEX_SIZE];
    char object[Q_SHA256_HEX_SIZE];
    uint64_t size; /**< of the object */
} q_chunk_summary;

/** A root in memory. Zero-initialise. */
typedef struct q_root {
    uint64_t entries;
    uint64_t bytes;
    char digest[Q_SHA256_HEX_SIZE];
    q_chunk_summary *chunks;
    size_t chunk_count, chunk_capacity;
} q_root;

void q_root_free(q_root *root);
/** Append a copy of a summary; its `first` is copied. Totals are added up; the digest is not. */
quire_status q_root_append(q_root *root, const q_chunk_summary *summary, quire_error *error);
/** Compute the digest. */
quire_status q_root_seal(q_root *root, quire_error *error);
quire_status q_root_print(q_buffer *out, const q_root *root, quire_error *error);
/** The lines of the chunks alone, as another process reads them with q_root_add_chunks(). */
quire_status q_root_print_chunks(q_buffer *out, const q_root *root, quire_error *error);
/** Append the chunks of such lines, checked as those of a stored root are. QUIRE_INTEGRITY. */
quire_status q_root_add_chunks(q_root *root, const char *text, size_t size, quire_error *error);
/** Parse and check: order of firsts, sums, digest. QUIRE_INTEGRITY. */
quire_status q_root_parse(const char *text, size_t size, q_root *root, quire_error *error);
/** The index of the chunk that holds `path` if any does: the last whose first is <= path; 0 when
 * the path comes before all. */
size_t q_root_find(const q_root *root, const char *path);

#endif
