/** @file The thread, and the little that it shares with who made it. */
#include "mpi/worker.h"

#include <signal.h>
#include <time.h>

static void *run(void *argument) {
    q_worker *worker = argument;
    worker->work(worker->context);
    pthread_mutex_lock(&worker->lock);
    worker->ended = true;
    pthread_cond_signal(&worker->end);
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

/** Signals are for the program's own threads. */
static bool make_thread(q_worker *worker) {
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return false;
    }
    bool made = pthread_create(&worker->thread, NULL, run, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return made;
}

bool q_worker_start(q_worker *worker, void (*work)(void *context), void *context) {
    *worker = (q_worker){.work = work, .context = context};
    pthread_condattr_t steady; /* these cannot fail here: a clock that is there, no limits */
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->end, &steady);
    pthread_condattr_destroy(&steady);
    worker->running = make_thread(worker);
    if (!worker->running) {
        pthread_cond_destroy(&worker->end);
        pthread_mutex_destroy(&worker->lock);
    }
    return worker->running;
}

void q_worker_join(q_worker *worker) {
    if (worker->running) {
        pthread_join(worker->thread, NULL);
        pthread_cond_destroy(&worker->end);
        pthread_mutex_destroy(&worker->lock);
        worker->running = false;
    }
}

void q_worker_tell(void *context, const quire_progress *progress) {
    q_worker *worker = context;
    pthread_mutex_lock(&worker->lock);
    worker->latest = *progress;
    worker->told = true;
    pthread_mutex_unlock(&worker->lock);
}

bool q_worker_progress(q_worker *worker, quire_progress *progress) {
    pthread_mutex_lock(&worker->lock);
    bool told = worker->told;
    *progress = worker->latest;
    pthread_mutex_unlock(&worker->lock);
    return told;
}

static struct timespec after(long milliseconds) {
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    long nanoseconds = t.tv_nsec + milliseconds % 1000 * 1000000;
    t.tv_sec += milliseconds / 1000 + nanoseconds / 1000000000;
    t.tv_nsec = nanoseconds % 1000000000;
    return t;
}

bool q_worker_has_ended(q_worker *worker, long milliseconds) {
    struct timespec until = after(milliseconds);
    int code = 0;
    pthread_mutex_lock(&worker->lock);
    while (!worker->ended && milliseconds > 0 && code == 0) {
        code = pthread_cond_timedwait(&worker->end, &worker->lock, &until);
    }
    bool ended = worker->ended;
    pthread_mutex_unlock(&worker->lock);
    return ended;
}
