/**
 * @file
 * Merging sorted streams of entries into one. A path with the same identity in several streams
 * comes out once (the first stream's placement); with different ones it is QUIRE_CONFLICT, and the
 * message names the path and both streams. Holds one entry a stream.
 */
#ifndef Q_MANIFEST_MERGE_H
#define Q_MANIFEST_MERGE_H

#include "manifest/entry.h"

/** One stream. The entry that `next` gives is borrowed until its next call; NULL at the end. */
typedef struct q_merge_input {
    void *context;
    quire_status (*next)(void *context, const q_entry **entry, quire_error *error);
    const char *name; /**< for messages: a writer */
} q_merge_input;

typedef struct q_merge q_merge;
/** @param inputs copied; what they point to is borrowed */
quire_status q_merge_new(const q_merge_input *inputs, size_t count, q_merge **merge,
                         quire_error *error);
void q_merge_free(q_merge *merge);
/** The next entry, borrowed until the next call; NULL at the end. */
quire_status q_merge_next(q_merge *merge, const q_entry **entry, quire_error *error);

#endif
