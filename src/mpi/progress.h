/**
 * @file
 * How far all ranks are, told to rank 0's callback. Others send rank 0 a small message about once a
 * second, one under way at most, and a final one when their share is done; rank 0 looks for them
 * now and then when its own work reports, and while it waits for the others. When rank 0 has no
 * callback, nothing is sent.
 */
#ifndef Q_MPI_PROGRESS_H
#define Q_MPI_PROGRESS_H

#include <stdbool.h>

#include "mpi/context.h"

typedef struct q_progress_message {
    quire_progress progress;
    int32_t final; /**< the last one of this rank */
} q_progress_message;

typedef struct q_progress {
    const q_context *context;
    bool wanted;
    quire_progress_callback callback; /**< rank 0 */
    void *callback_context;
    q_progress_message *table; /**< rank 0: the latest of each rank */
    int finals;                /**< rank 0: ranks that are done, itself not counted */
    int latest;                /**< rank 0: who was done last, till now */
    quire_progress last;       /**< the others: what they know by now */
    q_progress_message outgoing;
    MPI_Request request;
    int64_t told;        /**< microseconds, when a message was sent or the callback called */
    quire_status status; /**< of MPI */
    quire_error error;
} q_progress;

/** Local; on rank 0 with a callback it needs memory. */
quire_status q_progress_begin(q_progress *progress, const q_context *context,
                              quire_progress_callback callback, void *callback_context,
                              quire_error *error);
void q_progress_free(q_progress *progress);

/** What to hand to the calls below: NULL when nobody wants to be told. Set `wanted` before. */
quire_progress_callback q_progress_hook(const q_progress *progress);

/** Take in what is known of this rank's work, as the hook does, for work that could not call it.
 *  NULL: nothing new. */
void q_progress_relay(q_progress *progress, const quire_progress *latest);

/** End a long phase: rank 0 goes on reporting until all others have come here, too. Collective. All
 *  messages have been received afterwards. Returns what MPI has failed with until now. */
quire_status q_progress_end(q_progress *progress, quire_error *error);

/** Begin a further phase after q_progress_agree(). Local. */
void q_progress_again(q_progress *progress);

/**
 * End a long phase: as q_agree(), and rank 0 goes on reporting while it waits. Collective. All
 * messages have been received afterwards.
 */
quire_status q_progress_agree(q_progress *progress, quire_status status, quire_error *error);

#endif
