/**
 * @file
 * Runs: consecutive lines of a shard, in memory. Bytes that another process has sent may be
 * anything, so that every line is checked as one of a stored shard is.
 */
#ifndef Q_MANIFEST_RUN_H
#define Q_MANIFEST_RUN_H

#include "manifest/entry.h"

/** Reads a run; an input of a merge. Zero-initialise with its text, which is borrowed. */
typedef struct q_run {
    const char *text;
    size_t size;
    size_t position;
    q_digest_kind digests; /**< of its entries */
    q_entry_box boxes[2];  /**< the last two entries, to check the order */
    uint64_t given;
} q_run;

void q_run_free(q_run *run);
/** The next entry, borrowed until the next call; NULL at the end. QUIRE_INTEGRITY.
 *  @param context a q_run */
quire_status q_run_next(void *context, const q_entry **entry, quire_error *error);

/** Where the first line begins whose path is not less than `path`; `size` when there is none. */
quire_status q_run_find(const char *text, size_t size, const char *path, size_t *at,
                        quire_error *error);

/** The path of the line at `at`, kept in `box` until its next use, and where the next line begins.
 */
quire_status q_run_path(const char *text, size_t size, size_t at, q_entry_box *box,
                        const char **path, size_t *next, quire_error *error);

#endif
