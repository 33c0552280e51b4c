/**
 * @file
 * A thread that works while the caller's thread computes. It takes no signals and calls nothing of
 * MPI. What both see is whether it has ended and how far it is; all else is the thread's until it
 * was joined.
 */
#ifndef Q_MPI_WORKER_H
#define Q_MPI_WORKER_H

#include <pthread.h>
#include <quire/commit.h>
#include <stdbool.h>

typedef struct q_worker {
    void (*work)(void *context);
    void *context;
    bool running; /**< there is a thread to be joined */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
    bool ended, told;      /* under the lock */
    quire_progress latest; /* under the lock */
} q_worker;

/** Begin. Returns whether there is a thread; without one, nothing will be done. */
bool q_worker_start(q_worker *worker, void (*work)(void *context), void *context);
/** Wait for the thread, if there is one, and let go of it. */
void q_worker_join(q_worker *worker);

/** A callback for the thread itself: the context is the worker. */
void q_worker_tell(void *worker, const quire_progress *progress);

/** How far it is. Returns whether it has told. */
bool q_worker_progress(q_worker *worker, quire_progress *progress);
/** Whether the work is done, waiting for that at most so many milliseconds; 0: just looking. */
bool q_worker_has_ended(q_worker *worker, long milliseconds);

#endif
