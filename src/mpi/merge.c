/** @file The manifest, made by all ranks: see merge.h. */
#include "mpi/merge.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "mpi/agree.h"
#include "mpi/exchange.h"

/* Samples that rank 0 gathers, in all and of one rank; of so many ranks that those have room for a
 * path at least, not every one tells. */
#define SAMPLES_ALL ((size_t)64 << 20)
#define SAMPLE_MOST ((size_t)64 << 10)
#define SAMPLE_LEAST ((size_t)8 << 10)
/* Ranges that there may be: their first paths are broadcast as one message. */
#define RANGES_MAX 65536

typedef struct together {
    const q_commit *commit;
    const q_context *context;
    quire_merge *merge;
    const void *sample;
    size_t sample_size;
    char *samples;       /* rank 0 */
    int *sizes, *places; /* rank 0: of the samples */
    char *choice;        /* where ranges begin */
    size_t choice_size;
    size_t ranges;
    const void *told;
    size_t told_size;
    uint64_t *told_sizes; /* rank 0 */
    q_exchange exchange;
} together;

#define FAILED UINT64_MAX /* instead of the size of what is told */

/** Every `stride`-th rank samples, at most `room` bytes each. */
static size_t sample_room(int ranks, int *stride) {
    size_t room = SAMPLES_ALL / (size_t)ranks;
    *stride = room < SAMPLE_LEAST ? (int)(((size_t)ranks * SAMPLE_LEAST - 1) / SAMPLES_ALL + 1) : 1;
    room = room < SAMPLE_LEAST ? SAMPLE_LEAST : room;
    return room < SAMPLE_MOST ? room : SAMPLE_MOST;
}

static size_t ranges_most(int ranks) {
    return ranks < RANGES_MAX ? (size_t)ranks : RANGES_MAX;
}

/** Memory that is needed in the middle, where a rank without it could not tell the others. It is
 *  used only as far as there is something to put into it. */
static quire_status prepare(together *self, quire_error *error) {
    int stride = 1, ranks = self->context->size;
    size_t room = sample_room(ranks, &stride);
    quire_status status =
        q_exchange_begin(&self->exchange, self->context, Q_EXCHANGE_MESSAGE, error);
    if (status) {
        return status;
    }
    self->choice = malloc(ranges_most(ranks) * (Q_PATH_MAX + 1));
    if (self->context->rank == 0) {
        self->samples = malloc(((size_t)ranks / (size_t)stride + 1) * room);
        self->sizes = calloc((size_t)ranks, sizeof *self->sizes);
        self->places = calloc((size_t)ranks, sizeof *self->places);
        self->told_sizes = calloc((size_t)ranks, sizeof *self->told_sizes);
        if (!self->samples || !self->sizes || !self->places || !self->told_sizes) {
            return q_error_memory(error);
        }
    }
    return self->choice ? QUIRE_OK : q_error_memory(error);
}

static void clean(together *self) {
    free(self->samples);
    free(self->sizes);
    free(self->places);
    free(self->choice);
    free(self->told_sizes);
    q_exchange_free(&self->exchange);
}

/** Local: read the own part, and sample it. */
static quire_status open_own(together *self, quire_error *error) {
    const q_commit *commit = self->commit;
    int stride = 1, rank = self->context->rank;
    size_t room = sample_room(self->context->size, &stride);
    char writer[16];
    (void)snprintf(writer, sizeof writer, "%d", rank);
    quire_status status = prepare(self, error);
    if (status == QUIRE_OK) {
        status = quire_merge_open(commit->store, commit->artifact, commit->distributed_id, writer,
                                  rank == 0, &self->merge, error);
    }
    if (status == QUIRE_OK && self->merge && rank % stride == 0) {
        status = quire_merge_sample(self->merge, room, &self->sample, &self->sample_size, error);
    }
    if (status == QUIRE_OK && self->sample_size > room) { /* rank 0 has no more for it */
        status = q_error_set(error, QUIRE_ERROR, "a sample of paths is too large");
    }
    return status;
}

/** Whether all ranks have something to merge. Collective, agreed. */
static quire_status agree_open(const together *self, quire_status status, bool *all,
                               quire_error *error) {
    int mine[2] = {status == QUIRE_OK ? INT_MAX : self->context->rank, self->merge != NULL};
    int lowest[2] = {INT_MAX, 0};
    quire_status broken =
        q_mpi_check(MPI_Allreduce(mine, lowest, 2, MPI_INT, MPI_MIN, self->context->comm),
                    "MPI_Allreduce", error);
    if (broken) {
        return broken;
    }
    *all = lowest[1] != 0;
    return lowest[0] == INT_MAX ? QUIRE_OK
                                : q_agree_failure(self->context->comm, lowest[0], status, error);
}

/** Rank 0 chooses. */
static quire_status choose_first(together *self, quire_error *error) {
    const void *choice = NULL;
    int ranks = self->context->size;
    quire_status status =
        quire_merge_choose(self->merge, self->samples,
                           (size_t)self->places[ranks - 1] + (size_t)self->sizes[ranks - 1],
                           ranges_most(ranks), &choice, &self->choice_size, error);
    if (status == QUIRE_OK && self->choice_size > ranges_most(ranks) * (Q_PATH_MAX + 1)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "paths of a sample are too long");
    }
    if (status == QUIRE_OK && self->choice_size > 0) {
        memcpy(self->choice, choice, self->choice_size);
    }
    return status;
}

/** Tell all where ranges begin: a short choice goes with its size. Collective, agreed. */
static quire_status tell_choice(together *self, quire_status status, quire_error *error) {
    MPI_Comm comm = self->context->comm;
    struct {
        uint64_t size;
        char begin[Q_BROADCAST_MAX - sizeof(uint64_t)];
    } message;
    memset(&message, 0, sizeof message);
    message.size = self->choice_size;
    if (status == QUIRE_OK && message.size > 0 && message.size <= sizeof message.begin) {
        memcpy(message.begin, self->choice, self->choice_size);
    }
    status = q_broadcast(comm, status, &message, sizeof message, error);
    if (status) {
        return status;
    }
    self->choice_size = (size_t)message.size;
    if (message.size > sizeof message.begin) {
        return q_mpi_check(MPI_Bcast(self->choice, (int)message.size, MPI_BYTE, 0, comm),
                           "MPI_Bcast", error);
    }
    memcpy(self->choice, message.begin, self->choice_size);
    return QUIRE_OK;
}

/** Rank 0 gathers the samples and chooses; all hear of it. */
static quire_status choose(together *self, quire_error *error) {
    MPI_Comm comm = self->context->comm;
    int own = (int)self->sample_size;
    quire_status status = q_mpi_check(
        MPI_Gather(&own, 1, MPI_INT, self->sizes, 1, MPI_INT, 0, comm), "MPI_Gather", error);
    for (int r = 1; self->context->rank == 0 && r < self->context->size; r++) {
        self->places[r] = self->places[r - 1] + self->sizes[r - 1];
    }
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Gatherv(self->sample, own, MPI_BYTE, self->samples, self->sizes,
                                         self->places, MPI_BYTE, 0, comm),
                             "MPI_Gatherv", error);
    }
    if (status == QUIRE_OK && self->context->rank == 0) {
        status = choose_first(self, error);
    }
    return tell_choice(self, status, error);
}

/** The range that a rank merges: ranges go to ranks in their order, evenly spread. SIZE_MAX: none.
 */
static size_t range_of(const together *self, int rank) {
    uint64_t ranks = (uint64_t)self->context->size, ranges = self->ranges;
    uint64_t range = ((uint64_t)rank * ranges + ranks - 1) / ranks;
    return range < ranges && range * ranks / ranges == (uint64_t)rank ? (size_t)range : SIZE_MAX;
}

/** Cut the own part into what goes to each rank, and agree on its going. Collective, agreed. */
static quire_status divide(together *self, quire_error *error) {
    size_t ranges = 0;
    quire_status status =
        quire_merge_split(self->merge, self->choice, self->choice_size, &ranges, error);
    self->ranges = ranges;
    for (int r = 0; status == QUIRE_OK && r < self->context->size; r++) {
        const void *data = NULL;
        size_t size = 0;
        quire_merge_piece(self->merge, range_of(self, r), &data, &size);
        self->exchange.sent[r] = (q_parcel){data, size};
    }
    return q_exchange_sizes(&self->exchange, status, error);
}

/** Every rank gets its range and writes it. Collective, but not agreed. */
static quire_status merge_range(together *self, quire_error *error) {
    quire_status status = q_exchange_move(&self->exchange, error);
    for (int r = 0; status == QUIRE_OK && r < self->context->size; r++) {
        char writer[16];
        const q_parcel *got = &self->exchange.got[r];
        (void)snprintf(writer, sizeof writer, "%d", r);
        status = quire_merge_take(self->merge, writer, got->data, (size_t)got->size, error);
    }
    return status ? status
                  : quire_merge_write(self->merge, range_of(self, self->context->rank), &self->told,
                                      &self->told_size, error);
}

/** One rank of each host but rank 0's makes durable what all of it have written: rank 0 does so
 *  for its own when it finishes. Collective; of several hosts, agreed on up to the syncing. */
static quire_status sync_hosts(const together *self, quire_status status, bool *agreed,
                               quire_error *error) {
    const q_context *context = self->context;
    if (!context->several_hosts) {
        return status;
    }
    *agreed = true;
    status = q_agree(context->comm, status, error);
    if (status) {
        return status;
    }
    *agreed = false;
    return context->leads_host && context->rank != 0 ? quire_merge_sync(self->merge, error)
                                                     : QUIRE_OK;
}

/** Rank 0: take what a rank tells, in any case. @param memory NULL: there is none */
static quire_status collect_from(const together *self, int rank, char *memory, quire_status before,
                                 quire_error *error) {
    quire_error ignored = {0};
    uint64_t size = self->told_sizes[rank];
    quire_status status = memory ? q_exchange_receive(self->context, Q_EXCHANGE_MESSAGE, rank,
                                                      memory, size, before ? &ignored : error)
                                 : q_exchange_drain(&self->exchange, rank, size, &ignored);
    if (before || status) {
        return before ? before : status;
    }
    return memory ? quire_merge_collect(self->merge, memory, (size_t)size, error)
                  : q_error_memory(error);
}

/** Rank 0: the summaries of all, in the order of ranks, which is that of the ranges. */
static quire_status collect_all(const together *self, quire_status before, int *failing,
                                quire_error *error) {
    uint64_t most = 1;
    for (int r = 0; r < self->context->size; r++) {
        bool failed = self->told_sizes[r] == FAILED;
        *failing = failed && *failing == INT_MAX ? r : *failing;
        most = !failed && self->told_sizes[r] > most ? self->told_sizes[r] : most;
    }
    quire_status status =
        before ? before : quire_merge_collect(self->merge, self->told, self->told_size, error);
    char *memory = malloc((size_t)most);
    for (int r = 1; r < self->context->size; r++) {
        if (self->told_sizes[r] != FAILED) {
            status = collect_from(self, r, memory, status, error);
        }
    }
    free(memory);
    return status;
}

/** Rank 0 gets the summaries, and hears who failed. Collective, not agreed. */
static quire_status collect(together *self, quire_status before, int *failing, quire_error *error) {
    quire_error gathering = {0};
    uint64_t own = before ? FAILED : self->told_size;
    quire_status status = q_mpi_check(MPI_Gather(&own, 1, MPI_UINT64_T, self->told_sizes, 1,
                                                 MPI_UINT64_T, 0, self->context->comm),
                                      "MPI_Gather", &gathering);
    if (status) {
        *error = before ? *error : gathering;
        return before ? before : status;
    }
    if (self->context->rank == 0) {
        return collect_all(self, before, failing, error);
    }
    const q_parcel told = {self->told, self->told_size};
    return before ? before : q_exchange_send(self->context, Q_EXCHANGE_MESSAGE, 0, &told, error);
}

/** All steps; `*agreed` tells whether the last outcome is that of all ranks. */
static quire_status run(together *self, bool *all, int *failing, bool *agreed, quire_error *error) {
    *agreed = true;
    quire_status status = open_own(self, error);
    status = agree_open(self, status, all, error);
    if (status || !*all) {
        return status;
    }
    status = choose(self, error);
    status = status ? status : divide(self, error);
    if (status) {
        return status;
    }
    *agreed = false;
    status = merge_range(self, error);
    status = sync_hosts(self, status, agreed, error);
    return *agreed ? status : collect(self, status, failing, error);
}

quire_status q_merge_together(const q_commit *commit, q_together *made, bool *agreed,
                              quire_error *error) {
    together self = {.commit = commit, .context = commit->context};
    bool all = false;
    *made = (q_together){.failing = INT_MAX};
    *agreed = true;
    if (self.context->size == 1) {
        return QUIRE_OK;
    }
    quire_status status = run(&self, &all, &made->failing, agreed, error);
    clean(&self);
    if ((status && *agreed) || !all) {
        quire_merge_free(self.merge);
        return status;
    }
    made->merge = self.merge;
    return status;
}
