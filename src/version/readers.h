/**
 * @file
 * Reading many entries of a version by several threads at once.
 *
 * The share of a version goes to a crew (base/crew.h) in batches of neighbouring entries. Each
 * worker has a copier of its own, through which it reads. What became of each entry is taken in the
 * order of the entries and on the caller's thread, where alone callers are called back.
 */
#ifndef Q_VERSION_READERS_H
#define Q_VERSION_READERS_H

#include "base/crew.h"
#include "version/work.h"

typedef struct q_readers q_readers;

/** What a reader of entries does. */
typedef struct q_readers_task {
    /** On a worker: read the entry. `lane` is below the `lanes` given. */
    quire_status (*read)(void *context, q_readers *readers, size_t lane, const q_entry *entry,
                         quire_error *error);
    /** On the caller's thread, in order: what came of it. May change the status; another than
     *  QUIRE_OK ends the reading with it. */
    quire_status (*taken)(void *context, const q_entry *entry, quire_status status,
                          quire_error *error);
    /** Whether entries behind one that could not be read are read, too. If not, that failure ends
     * the reading whatever `taken` makes of it. */
    bool goes_on;
    void *context;
} q_readers_task;

/**
 * How many workers are worth having for a share of the version: one for a small one.
 * @param parts how many parts it is shared out among; 0 is 1
 * @param most how many the caller wants at most; 0: as the store's options say
 */
size_t q_readers_lanes(const quire_version *version, int64_t parts, unsigned most);

/** Read all files of the share, by at most `lanes` workers. References are not read: `read` is not
 *  called for them, `taken` is, in their place. */
quire_status q_readers_run(q_work *work, size_t lanes, const q_readers_task *task,
                           quire_error *error);

/** The worker's own copier. */
q_copier *q_readers_copier(const q_readers *readers, size_t lane);
/** Whether there are others who could read blocks of an entry. */
bool q_readers_can_share(const q_readers *readers);
/** As q_crew_share(), by the worker `lane`. */
quire_status q_readers_share(q_readers *readers, size_t lane, uint64_t count, q_crew_part part,
                             void *context, quire_error *error);
/** So many bytes more were read by this worker. Another status than QUIRE_OK when nobody wants the
 *  rest any more, so that a failure does not wait for the large files under way elsewhere. */
quire_status q_readers_tell(q_readers *readers, size_t lane, uint64_t bytes);

#endif
