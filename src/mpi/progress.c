/**
 * @file
 * Progress over ranks. The final messages double as the sign that a rank has come to the agreement:
 * rank 0 polls for them instead of blocking in the reduction, and enters it when all have come.
 */
#include "mpi/progress.h"

#include <stdlib.h>
#include <time.h>

#include "mpi/agree.h"
#include "mpi/tags.h"

#define SEND_INTERVAL 1000000 /* microseconds between messages of a rank */
#define TELL_INTERVAL 200000  /* between reports of rank 0: each goes over all ranks */

static int64_t now(void) {
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

quire_status q_progress_begin(q_progress *progress, const q_context *context,
                              quire_progress_callback callback, void *callback_context,
                              quire_error *error) {
    *progress = (q_progress){.context = context, .request = MPI_REQUEST_NULL};
    if (context->rank != 0 || !callback) {
        return QUIRE_OK;
    }
    progress->callback = callback;
    progress->callback_context = callback_context;
    progress->table = calloc((size_t)context->size, sizeof *progress->table);
    return progress->table ? QUIRE_OK : q_error_memory(error);
}

void q_progress_free(q_progress *progress) {
    free(progress->table);
    progress->table = NULL;
}

#define THROUGH 2

/** The share of its work that a rank has done; above 1 when it is through with all that ends it. */
static double share(const q_progress_message *message) {
    const quire_progress *p = &message->progress;
    if (message->final) {
        return THROUGH;
    }
    if (p->bytes_total > 0) {
        return (double)p->bytes_done / (double)p->bytes_total;
    }
    return p->files_total > 0 ? (double)p->files_done / (double)p->files_total : 0;
}

static void report(q_progress *progress) {
    quire_progress sum = {0};
    double least = THROUGH;
    sum.slowest_rank = progress->latest;
    for (int r = 0; r < progress->context->size; r++) {
        const q_progress_message *message = &progress->table[r];
        sum.files_done += message->progress.files_done;
        sum.files_total += message->progress.files_total;
        sum.bytes_done += message->progress.bytes_done;
        sum.bytes_total += message->progress.bytes_total;
        if (share(message) < least) {
            least = share(message);
            sum.slowest_rank = r;
        }
    }
    progress->told = now();
    progress->callback(progress->callback_context, &sum);
}

/** Rank 0: take in what has come. Returns whether anything had. */
static bool receive(q_progress *progress) {
    bool any = false;
    while (progress->status == QUIRE_OK) {
        int there = 0;
        MPI_Status from;
        MPI_Comm comm = progress->context->comm;
        progress->status =
            q_mpi_check(MPI_Iprobe(MPI_ANY_SOURCE, Q_TAG_PROGRESS, comm, &there, &from),
                        "MPI_Iprobe", &progress->error);
        if (progress->status || !there) {
            break;
        }
        q_progress_message message = {0};
        progress->status = q_mpi_check(MPI_Recv(&message, (int)sizeof message, MPI_BYTE,
                                                from.MPI_SOURCE, Q_TAG_PROGRESS, comm, &from),
                                       "MPI_Recv", &progress->error);
        if (progress->status == QUIRE_OK) {
            progress->table[from.MPI_SOURCE] = message;
            progress->finals += message.final ? 1 : 0;
            progress->latest = message.final ? from.MPI_SOURCE : progress->latest;
            any = true;
        }
    }
    return any;
}

/** The other ranks: send what is known, unless the last message is still under way. */
static void send(q_progress *progress, const quire_progress *latest) {
    int done = 1;
    if (progress->status == QUIRE_OK && progress->request != MPI_REQUEST_NULL) {
        progress->status = q_mpi_check(MPI_Test(&progress->request, &done, MPI_STATUS_IGNORE),
                                       "MPI_Test", &progress->error);
    }
    if (progress->status || !done) {
        return;
    }
    progress->outgoing.progress = *latest;
    progress->told = now();
    progress->status =
        q_mpi_check(MPI_Isend(&progress->outgoing, (int)sizeof progress->outgoing, MPI_BYTE, 0,
                              Q_TAG_PROGRESS, progress->context->comm, &progress->request),
                    "MPI_Isend", &progress->error);
}

static void hook(void *context, const quire_progress *latest) {
    q_progress *progress = context;
    if (progress->context->rank == 0) {
        progress->table[0].progress = *latest;
        if (now() - progress->told >= TELL_INTERVAL) {
            (void)receive(progress);
            report(progress);
        }
        return;
    }
    progress->last = *latest;
    if (now() - progress->told >= SEND_INTERVAL) {
        send(progress, latest);
    }
}

quire_progress_callback q_progress_hook(const q_progress *progress) {
    return progress->wanted ? hook : NULL;
}

void q_progress_relay(q_progress *progress, const quire_progress *latest) {
    if (!latest) {
        latest = progress->context->rank == 0 && progress->table ? &progress->table[0].progress
                                                                 : &progress->last;
    }
    if (progress->wanted) {
        hook(progress, latest);
    }
}

/** Rank 0 waits for the final messages of all others. */
static void collect(q_progress *progress) {
    const struct timespec pause = {0, 1000000};
    (void)receive(progress); /* who has come before rank 0 */
    progress->table[0].final = 1;
    progress->latest = 0;
    while (progress->status == QUIRE_OK && progress->finals < progress->context->size - 1) {
        bool any = receive(progress);
        if (now() - progress->told >= TELL_INTERVAL) {
            report(progress);
        } else if (!any) {
            (void)nanosleep(&pause, NULL);
        }
    }
}

/** The others say that they are done; rank 0 receives that sooner or later. */
static void conclude(q_progress *progress) {
    if (progress->request != MPI_REQUEST_NULL) {
        progress->status = q_mpi_check(MPI_Wait(&progress->request, MPI_STATUS_IGNORE), "MPI_Wait",
                                       &progress->error);
    }
    q_progress_message message = {.progress = progress->last, .final = 1};
    quire_status status = q_mpi_check(MPI_Send(&message, (int)sizeof message, MPI_BYTE, 0,
                                               Q_TAG_PROGRESS, progress->context->comm),
                                      "MPI_Send", &progress->error);
    if (status) {
        progress->status = status;
    }
}

quire_status q_progress_end(q_progress *progress, quire_error *error) {
    if (progress->wanted && progress->context->rank == 0) {
        collect(progress);
        report(progress);
    } else if (progress->wanted) {
        conclude(progress);
    }
    if (progress->status) {
        *error = progress->error;
    }
    return progress->status;
}

void q_progress_again(q_progress *progress) {
    for (int r = 0; progress->table && r < progress->context->size; r++) {
        progress->table[r].final = 0;
    }
    progress->finals = 0;
}

quire_status q_progress_agree(q_progress *progress, quire_status status, quire_error *error) {
    quire_error own = {0};
    quire_status broken = q_progress_end(progress, &own);
    if (status == QUIRE_OK && broken) {
        status = broken;
        *error = own;
    }
    return q_agree(progress->context->comm, status, error);
}
