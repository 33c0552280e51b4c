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
} together;

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

/** Rank 0 gathers the samples and chooses. Its outcome is broadcast. */
static quire_status choose_first(together *self, uint64_t *size, quire_error *error) {
    size_t all = 0, chosen = 0;
    const void *choice = NULL;
    int ranks = self->context->size;
    quire_status status =
        quire_merge_choose(self->merge, self->samples,
                           (size_t)self->places[ranks - 1] + (size_t)self->sizes[ranks - 1],
                           ranges_most(ranks), &choice, &chosen, error);
    all = ranges_most(ranks) * (Q_PATH_MAX + 1);
    if (status == QUIRE_OK && chosen > all) {
        status = q_error_set(error, QUIRE_INTEGRITY, "paths of a sample are too long");
    }
    if (status == QUIRE_OK && chosen > 0) {
        memcpy(self->choice, choice, chosen);
    }
    *size = chosen;
    return status;
}

static quire_status choose(together *self, quire_error *error) {
    MPI_Comm comm = self->context->comm;
    uint64_t size = 0;
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
        status = choose_first(self, &size, error);
    }
    status = q_broadcast(comm, status, &size, sizeof size, error);
    if (status == QUIRE_OK && size > 0) {
        status =
            q_mpi_check(MPI_Bcast(self->choice, (int)size, MPI_BYTE, 0, comm), "MPI_Bcast", error);
    }
    self->choice_size = (size_t)size;
    return status;
}

/** The range that a rank merges: ranges go to ranks in their order, evenly spread. SIZE_MAX: none.
 */
static size_t range_of(const together *self, int rank) {
    uint64_t ranks = (uint64_t)self->context->size, ranges = self->ranges;
    uint64_t range = ((uint64_t)rank * ranges + ranks - 1) / ranks;
    return range < ranges && range * ranks / ranges == (uint64_t)rank ? (size_t)range : SIZE_MAX;
}

static quire_status take(together *self, const q_exchange *exchange, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (int r = 0; status == QUIRE_OK && r < self->context->size; r++) {
        char writer[16];
        (void)snprintf(writer, sizeof writer, "%d", r);
        status = quire_merge_take(self->merge, writer, exchange->got[r].data,
                                  (size_t)exchange->got[r].size, error);
    }
    return status;
}

/** Every rank gets its range and writes it. Collective, agreed. */
static quire_status merge_range(together *self, quire_error *error) {
    q_exchange exchange;
    const q_context *context = self->context;
    quire_status status = q_exchange_begin(&exchange, context, Q_EXCHANGE_MESSAGE, error);
    if (status == QUIRE_OK) {
        status =
            quire_merge_split(self->merge, self->choice, self->choice_size, &self->ranges, error);
    }
    status = q_agree(context->comm, status, error);
    for (int r = 0; status == QUIRE_OK && r < context->size; r++) {
        const void *data = NULL;
        size_t size = 0;
        quire_merge_piece(self->merge, range_of(self, r), &data, &size);
        exchange.sent[r] = (q_parcel){data, size};
    }
    if (status == QUIRE_OK) {
        status = q_exchange_run(&exchange, error);
        status = status ? status : take(self, &exchange, error);
        status = status ? status
                        : quire_merge_write(self->merge, range_of(self, context->rank), &self->told,
                                            &self->told_size, error);
        status = q_agree(context->comm, status, error);
    }
    q_exchange_free(&exchange);
    return status;
}

/** One rank of each host but rank 0's makes durable what all of it have written: rank 0 does so
 *  for its own when it finishes. Collective, agreed. */
static quire_status sync_hosts(const together *self, quire_error *error) {
    const q_context *context = self->context;
    if (!context->several_hosts) {
        return QUIRE_OK;
    }
    quire_status status =
        context->leads_host && context->rank != 0 ? quire_merge_sync(self->merge, error) : QUIRE_OK;
    return q_agree(context->comm, status, error);
}

/** Rank 0: take what the others tell, to the end whatever is wrong with some of it. */
static quire_status collect_from(const together *self, char *memory, quire_error *error) {
    quire_status status = quire_merge_collect(self->merge, self->told, self->told_size, error);
    for (int r = 1; r < self->context->size; r++) {
        quire_error ignored = {0};
        quire_status one = q_exchange_receive(self->context, Q_EXCHANGE_MESSAGE, r, memory,
                                              self->told_sizes[r], status ? &ignored : error);
        if (one == QUIRE_OK && status == QUIRE_OK) {
            one = quire_merge_collect(self->merge, memory, (size_t)self->told_sizes[r], error);
        }
        status = status ? status : one;
    }
    return status;
}

/** Rank 0 gets the summaries, in the order of ranks, which is that of the ranges. Collective; what
 *  rank 0 thinks of them, all know afterwards. */
static quire_status collect(const together *self, quire_error *error) {
    const q_context *context = self->context;
    uint64_t own = self->told_size, most = 1;
    char *memory = NULL;
    quire_status status = q_mpi_check(
        MPI_Gather(&own, 1, MPI_UINT64_T, self->told_sizes, 1, MPI_UINT64_T, 0, context->comm),
        "MPI_Gather", error);
    for (int r = 0; context->rank == 0 && r < context->size; r++) {
        most = self->told_sizes[r] > most ? self->told_sizes[r] : most;
    }
    if (status == QUIRE_OK && context->rank == 0) {
        memory = malloc((size_t)most);
        status = memory ? QUIRE_OK : q_error_memory(error);
    }
    status = q_broadcast(context->comm, status, &own, 0, error);
    if (status == QUIRE_OK && context->rank == 0) {
        status = collect_from(self, memory, error);
    } else if (status == QUIRE_OK) {
        const q_parcel told = {self->told, self->told_size};
        status = q_exchange_send(context, Q_EXCHANGE_MESSAGE, 0, &told, error);
    }
    free(memory);
    return q_agree(context->comm, status, error);
}

quire_status q_merge_together(const q_commit *commit, quire_merge **merge, quire_error *error) {
    together self = {.commit = commit, .context = commit->context};
    bool all = false;
    *merge = NULL;
    if (self.context->size == 1) {
        return QUIRE_OK;
    }
    quire_status status = open_own(&self, error);
    status = agree_open(&self, status, &all, error);
    if (status == QUIRE_OK && all) {
        status = choose(&self, error);
        status = status ? status : merge_range(&self, error);
        status = status ? status : sync_hosts(&self, error);
        status = status ? status : collect(&self, error);
    }
    clean(&self);
    if (status || !all) {
        quire_merge_free(self.merge);
        return status;
    }
    *merge = self.merge;
    return QUIRE_OK;
}
