/**
 * @file
 * Going through the entries of a version that are this part's to read: those below a path, shared
 * out among parts. Keeps count for whoever watches.
 */
#ifndef Q_VERSION_WORK_H
#define Q_VERSION_WORK_H

#include "version/range.h"
#include "version/share.h"

typedef struct q_work {
    quire_version *version;
    const char *path; /* "": everything */
    q_share share;
    /** Where there are several parts: called instead for files that are too large for one of them,
     *  and thus for all parts. NULL: never. */
    quire_entry_callback divided;
    void *divided_context;
    uint64_t divide_above, divided_count;
    quire_progress_callback callback;
    void *context;
    quire_progress progress;
    bool any; /* an entry was there, this part's or not */
} q_work;

typedef quire_status (*q_work_callback)(void *context, const q_entry *entry, quire_error *error);

/** So many files are divided at most: those who are told keep them in memory. */
#define Q_WORK_DIVIDED_MAX 1024

/** Begin: checks the share, and counts what there will be to do when somebody watches.
 *  @param work zeroed but for version, path, divided, callback and their contexts; end with
 * q_work_free() */
quire_status q_work_begin(q_work *work, int64_t part, int64_t parts, quire_error *error);
void q_work_free(q_work *work);

/** Call back for each entry of the share, in their order, until one fails. */
quire_status q_work_each(q_work *work, q_work_callback callback, void *context, quire_error *error);

/** One entry more is done. */
void q_work_done(q_work *work);
/** So many more bytes of files are done. */
void q_work_advance(q_work *work, uint64_t bytes);

#endif
