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
 */
#ifndef Q_MANIFEST_CHUNK_H
#define Q_MANIFEST_CHUNK_H

#include "manifest/entry.h"
#include "manifest/root.h"

#define Q_CHUNK_AVERAGE 6144
#define Q_CHUNK_ENTRIES_MAX 16384
#define Q_CHUNK_WEIGHT_MAX ((uint64_t)2 << 20)
/** What a chunk object may hold when it is read: as many of the largest "extra" as entries. */
#define Q_CHUNK_OBJECT_MAX ((uint64_t)384 << 20)

/** The first line of a chunk, and what its logical digest begins with. */
#define Q_CHUNK_HEADER "{\"quire\":\"chunk\",\"format\":1}\n"
#define Q_CHUNK_SALT "quire-chunk-1\n"

/** Where chunks are cut. All versions use the constants above; tests use smaller ones. */
typedef struct q_chunk_limits {
    uint64_t average;
    uint64_t entries_max;
    uint64_t weight_max;
} q_chunk_limits;

/** Whether a chunk begins before this path, whatever comes before it.
 *  @param sha to be used again and again: it is left as new */
quire_status q_chunk_is_boundary(q_sha256 *sha, uint64_t average, const char *path, bool *boundary,
                                 quire_error *error);

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

/** Load a chunk's bytes, as many as the root says; in place of what `text` holds. */
quire_status q_chunk_load(const q_manifest_io *io, const q_chunk_summary *summary, q_buffer *text,
                          quire_error *error);
/** Check the first line of such bytes. @param position where the second begins */
quire_status q_chunk_header(const q_buffer *text, size_t *position, quire_error *error);

/** One chunk, opened: gives its entries one by one. Zero-initialise. */
typedef struct q_chunk_reader {
    const q_chunk_summary *summary; /**< what is checked against */
    q_buffer text;
    size_t position;
    uint64_t given, bytes, weight; /**< of the entries given so far */
    bool ended;                    /**< everything was given and checked */
    q_entry_box boxes[2];          /**< the last two entries, to check the order */
    q_buffer identity;
    q_sha256 *sha;
} q_chunk_reader;

void q_chunk_reader_free(q_chunk_reader *reader);
/**
 * Load a chunk; may be called again on the same reader for another.
 * @param summary borrowed for as long as the chunk is read
 */
quire_status q_chunk_reader_open(q_chunk_reader *reader, const q_manifest_io *io,
                                 const q_chunk_summary *summary, quire_error *error);
/** Go back to the first entry of the loaded chunk. */
quire_status q_chunk_reader_rewind(q_chunk_reader *reader, quire_error *error);
/** The next entry, borrowed until the next call; NULL at the end, where sums and logical digest
 * are checked against the summary. QUIRE_INTEGRITY. */
quire_status q_chunk_reader_next(q_chunk_reader *reader, const q_entry **entry, quire_error *error);

#endif
