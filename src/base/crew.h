/**
 * @file
 * A crew: threads that work on numbered pieces, whose results their caller takes in order.
 *
 * The caller fills a slot and puts it; a thread works on it; the caller takes the slots back in the
 * order in which it put them. So whatever must be in order, or on the caller's thread (callbacks,
 * manifests, what is not safe to share), is done between taking and putting, and what takes long is
 * done in between. Slots are bounded, hence so is memory. A crew of one works when a piece is put,
 * on the caller's thread: without threads nothing is different but the time.
 *
 *     while (there is more || q_crew_under_way(crew) > 0) {
 *         if (there is more && (slot = q_crew_slot(crew)) != NULL) { fill it; q_crew_put(crew); }
 *         else { q_crew_take(crew, &slot, …); use what it holds }
 *     }
 *
 * Threads exist from q_crew_new() to q_crew_free() and take no signals. One thread calls these
 * functions; only q_crew_tell(), q_crew_is_ending() and q_crew_share() are for workers.
 */
#ifndef Q_BASE_CREW_H
#define Q_BASE_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define Q_CREW_MAX 64
#define Q_CREW_FILES 32

typedef struct q_crew q_crew;

/** Work on a slot. `lane` is the number of the worker, from 0: what it needs for itself. */
typedef quire_status (*q_crew_work)(void *context, size_t lane, void *slot, quire_error *error);

/** Work on a part of a piece that is shared out. */
typedef quire_status (*q_crew_part)(void *context, size_t lane, uint64_t part, quire_error *error);

/**
 * @param lanes how many work at once, at least 1. Where the system gives fewer threads, fewer do
 * @param slot_size,slots zeroed memory for each piece, and how many pieces may be under way
 */
quire_status q_crew_new(size_t lanes, size_t slot_size, size_t slots, q_crew_work work,
                        void *context, q_crew **crew, quire_error *error);
/** Let no worker work any more: waits for what is under way, leaves what was not begun. The slots
 *  stay, for who has to clean them up. */
void q_crew_end(q_crew *crew);
/** Ends and frees; NULL is fine. */
void q_crew_free(q_crew *crew);

/** The slot to fill next, as it was left when it was taken last; NULL when all are under way. */
void *q_crew_slot(q_crew *crew);
/** Hand over the slot that q_crew_slot() gave. */
void q_crew_put(q_crew *crew);
/** Pieces that were put and not taken. */
size_t q_crew_under_way(const q_crew *crew);

/**
 * Wait for the oldest piece. `*slot` is its slot, whose status and error are returned; or NULL,
 * with QUIRE_OK, when it is not done but workers have told something meanwhile.
 * @param told the sum of what workers have told since the last call
 */
quire_status q_crew_take(q_crew *crew, void **slot, uint64_t *told, quire_error *error);

/** Whether pieces are worked on by the caller's thread, when they are put. */
bool q_crew_is_alone(const q_crew *crew);
/** A worker, within a piece: so much more is done; 0: it goes on. */
void q_crew_tell(q_crew *crew, uint64_t amount);
/** A worker, within a long piece: whether the result is still wanted. */
bool q_crew_is_ending(q_crew *crew);

/**
 * A worker, within a piece: do the parts 0 to `count` - 1 of it, with the help of workers that have
 * no piece to do, now or later. Parts are begun in order, and none is once one has failed; the
 * first in order of those that did is what is returned. A part shares nothing out itself.
 * @param number the worker's own; parts are told that of who does them
 */
quire_status q_crew_share(q_crew *crew, size_t number, uint64_t count, q_crew_part part,
                          void *context, quire_error *error);

/** How many may work at once in this process: `wanted` when that is not 0, else a fair share of the
 *  node's processors among its ranks, at most Q_CREW_MAX. */
size_t q_crew_size(size_t wanted);
/** The same for workers on files: as many as have something to do, of `worth`, and as descriptors
 *  are there for, of which each may have Q_CREW_FILES open. At least 1. */
size_t q_crew_lanes(size_t wanted, uint64_t worth);

#endif
