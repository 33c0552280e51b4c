/**
 * @file
 * Writing a manifest from sorted entries: cuts chunks, saves them, builds the root. Holds one
 * chunk, besides what saving holds.
 *
 * Whole chunks of another manifest may be passed instead of their entries. The result is, byte for
 * byte of every logical digest, what passing all entries one by one would give: where a passed
 * chunk does not begin at a cut it is opened and its entries are added one by one until cuts agree
 * again.
 */
#ifndef Q_MANIFEST_WRITER_H
#define Q_MANIFEST_WRITER_H

#include "manifest/chunk.h"

typedef struct q_manifest_writer q_manifest_writer;

/** @param io borrowed until the writer is freed */
quire_status q_manifest_writer_new(const q_manifest_io *io, q_manifest_writer **writer,
                                   quire_error *error);
/** The same with other limits (copied); versions cut so are not canonical: for tests. */
quire_status q_manifest_writer_new_limited(const q_manifest_io *io, const q_chunk_limits *limits,
                                           q_manifest_writer **writer, quire_error *error);
/** Any failure leaves the writer fit for this alone. */
void q_manifest_writer_free(q_manifest_writer *writer);
/** Add an entry; its path must be greater than the one before. QUIRE_USAGE otherwise. */
quire_status q_manifest_writer_add(q_manifest_writer *writer, const q_entry *entry,
                                   quire_error *error);
/** The same for an entry that has been checked: q_entry_parse() does so. */
quire_status q_manifest_writer_add_checked(q_manifest_writer *writer, const q_entry *entry,
                                           quire_error *error);
/**
 * Add all entries of a saved chunk, by reference where the cuts allow it. What is added next must
 * come after all of them, which is checked only where the chunk has to be opened.
 * @param summary copied
 */
quire_status q_manifest_writer_add_chunk(q_manifest_writer *writer, const q_chunk_summary *summary,
                                         quire_error *error);
/**
 * End: save the last chunk and the root.
 * @param root receives the root; the caller frees it with q_root_free()
 * @param object receives the root object's name, `*size` its size; both NULL: the root is not
 *        saved, for a part of a manifest whose chunks another root will list
 */
quire_status q_manifest_writer_finish(q_manifest_writer *writer, q_root *root,
                                      char object[Q_SHA256_HEX_SIZE], uint64_t *size,
                                      quire_error *error);

/** Save a sealed root whose chunks are saved: what ends a manifest that was written in parts. */
quire_status q_manifest_save_root(const q_manifest_io *io, const q_root *root,
                                  char object[Q_SHA256_HEX_SIZE], uint64_t *size,
                                  quire_error *error);

#endif
