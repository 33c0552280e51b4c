/**
 * @file
 * Bringing a file of the source to where a target's load can read it: a q_source. A large one that
 * has a path is opened where it lies; a small one is read into memory; any other is kept in a
 * temporary file, which has no name, so that nothing is left of it whatever happens.
 *
 * What comes through the source's copier is checked by it. What is opened in place is not: where
 * the target has the same digests, it finds out as it reads; else it is read once more.
 */
#ifndef Q_PUSH_FETCH_H
#define Q_PUSH_FETCH_H

#include "base/crew.h"
#include "base/temporary.h"
#include "push/push.h"

/** Files up to this size are held in memory; larger ones may have a path. */
#define Q_PUSH_HELD ((uint64_t)1 << 20)

/** What one worker needs for itself. */
typedef struct q_push_lane {
    q_copier *copier;
    q_buffer memory;
    char path[Q_TEMPORARY_PATH]; /**< of the temporary file */
} q_push_lane;

/** What fetching needs to know. The last lane, behind those of the workers, is that of the caller.
 */
typedef struct q_push_fetching {
    const quire_push *push;
    q_crew *crew; /**< NULL: the caller works alone */
    q_push_lane *lanes;
    size_t lane_count; /**< of the workers */
    /** So many bytes more, perhaps 0. Another status than QUIRE_OK ends the fetching. */
    quire_status (*told)(void *context, uint64_t bytes, quire_error *error);
    void *context;
} q_push_fetching;

/** A file of the source that is open. */
typedef struct q_push_fetched {
    q_source source;
    q_temporary temporary; /**< what it is read from, if it was fetched into one */
} q_push_fetched;

/** @param local its path, or NULL
 *  @param told receives whether its bytes were told of, so that reading it is no more progress */
quire_status q_push_fetch(const q_push_fetching *fetching, size_t lane, const q_entry *entry,
                          const char *local, q_push_fetched *fetched, bool *told,
                          quire_error *error);
/** Write a file of the source to a stream of the target, on the caller's thread. */
quire_status q_push_pour(const q_push_fetching *fetching, const q_entry *entry,
                         q_stage_stream *stream, quire_error *error);
void q_push_fetched_close(q_push_fetched *fetched);

#endif
