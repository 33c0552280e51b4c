/** @file Reading a manifest's entries in order, from any path on. Holds one chunk. */
#ifndef Q_MANIFEST_READER_H
#define Q_MANIFEST_READER_H

#include "manifest/chunk.h"

typedef struct q_manifest_reader q_manifest_reader;

/** @param root,io borrowed until the reader is freed */
quire_status q_manifest_reader_new(const q_manifest_io *io, const q_root *root,
                                   q_manifest_reader **reader, quire_error *error);
void q_manifest_reader_free(q_manifest_reader *reader);
/** Go to the first entry whose path is not less than `path`; only its chunk is loaded. Seeking
 *  forwards within the loaded chunk loads nothing; seeking backwards is allowed. */
quire_status q_manifest_reader_seek(q_manifest_reader *reader, const char *path,
                                    quire_error *error);
/** The next entry, borrowed until the next call; NULL at the end. */
quire_status q_manifest_reader_next(q_manifest_reader *reader, const q_entry **entry,
                                    quire_error *error);

/**
 * What comes next, for a caller that may leave chunks unread. Loads nothing.
 * @param path the next entry's, borrowed until the next call; NULL at the end
 * @param chunk its chunk, when the entry is the first of one that is not loaded; else NULL
 */
quire_status q_manifest_reader_peek(q_manifest_reader *reader, const char **path,
                                    const q_chunk_summary **chunk, quire_error *error);
/** Pass over the chunk that q_manifest_reader_peek() has just given. */
void q_manifest_reader_skip(q_manifest_reader *reader);

#endif
