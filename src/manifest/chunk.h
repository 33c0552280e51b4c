/**
 * @file
 * Chunks: the sorted entries of a version, cut where the content itself says.
 *
 * A new chunk begins before an entry whose path is a *boundary* (the first eight bytes of its
 * SHA-256, as a big-endian number, divisible by Q_CHUNK_AVERAGE), and when the chunk is *full*
 * (Q_CHUNK_ENTRIES_MAX entries, or at least Q_CHUNK_WEIGHT_MAX bytes of identity). So the cuts
 * depend on the entries alone, and a change moves them only up to the next boundary.
 *
 * As an object: a line {"quire":"chunk","format":1}, then a line an entry. Its name is the SHA-256
 * of its bytes, which hold placements. Its *logical digest* is the SHA-256 of "quire-chunk-1" LF
 * and the identity bytes of its entries.
 *
 * The root: a line {"quire":"root","format":1,"entries":N,"bytes":N,"chunks":N,"digest":…}, then a
 * line a chunk {"first":PATH,"entries":N,"bytes":N,"weight":N,"digest":…,"object":…,"size":N}. The
 * version's digest is the SHA-256 of "quire-manifest-1" LF and, for each chunk, its logical digest
 * in hexadecimal and LF.
 */
#ifndef Q_MANIFEST_CHUNK_H
#define Q_MANIFEST_CHUNK_H

#include "manifest/entry.h"

#define Q_CHUNK_AVERAGE 2048
#define Q_CHUNK_ENTRIES_MAX 8192
#define Q_CHUNK_WEIGHT_MAX ((uint64_t)1 << 20)
/** What an object of either kind may hold when it is read. */
#define Q_CHUNK_OBJECT_MAX ((uint64_t)64 << 20)
#define Q_ROOT_OBJECT_MAX ((uint64_t)512 << 20)

/** Whether a chunk begins before this path, whatever comes before it. */
quire_status q_chunk_is_boundary(const char *path, bool *boundary, quire_error *error);

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
/** Parse and check: order of firsts, sums, digest. QUIRE_INTEGRITY. */
quire_status q_root_parse(const char *text, size_t size, q_root *root, quire_error *error);
/** The index of the chunk that holds `path` if any does: the last whose first is <= path; 0 when
 * the path comes before all. */
size_t q_root_find(const q_root *root, const char *path);

/** Where manifests come from and go to: the layer that owns the objects provides it. */
typedef struct q_manifest_io {
    void *context;
    /** Append the object's bytes to `out`; the callee checks them against the name. */
    quire_status (*load)(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error);
    /** Store bytes under their name. */
    quire_status (*save)(void *context, const char *object, const void *data, size_t size,
                         quire_error *error);
} q_manifest_io;

/** One chunk, opened: gives its entries one by one. Zero-initialise. */
typedef struct q_chunk_reader {
    q_buffer text;
    size_t position;
    uint64_t left; /**< entries still to come */
    q_entry_box box;
    char *previous; /**< to check the order */
    q_sha256 *sha;
    char digest[Q_SHA256_HEX_SIZE];
} q_chunk_reader;

void q_chunk_reader_free(q_chunk_reader *reader);
/** Load a chunk; may be called again on the same reader for another. */
quire_status q_chunk_reader_open(q_chunk_reader *reader, const q_manifest_io *io,
                                 const q_chunk_summary *summary, quire_error *error);
/** The next entry, borrowed until the next call; NULL at the end, where count and logical digest
 * are checked against the summary. QUIRE_INTEGRITY. */
quire_status q_chunk_reader_next(q_chunk_reader *reader, const q_entry **entry, quire_error *error);

#endif
