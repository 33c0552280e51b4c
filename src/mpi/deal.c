/** @file Dealing out files: see deal.h. */
#include "mpi/deal.h"

#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/spread.h"
#include "mpi/tags.h"

quire_status q_deal_begin(q_deal *deal, const q_context *context, bool divides, size_t message,
                          quire_error *error) {
    *deal = (q_deal){.context = context, .divides = divides};
    quire_status status = q_exchange_begin(&deal->exchange, context, message, error);
    if (status == QUIRE_OK) {
        status = q_shares_begin(&deal->shares, context->size, error);
    }
    if (status == QUIRE_OK && divides) {
        status = q_held_begin(&deal->held, error);
    }
    if (status == QUIRE_OK && divides) {
        status = q_held_begin(&deal->coming, error);
    }
    deal->have = calloc((size_t)context->size, sizeof *deal->have);
    deal->want = calloc((size_t)context->size, sizeof *deal->want);
    return status != QUIRE_OK || (deal->have && deal->want) ? status : q_error_memory(error);
}

void q_deal_free(q_deal *deal) {
    q_exchange_free(&deal->exchange);
    q_shares_free(&deal->shares);
    q_held_free(&deal->held);
    q_held_free(&deal->coming);
    free(deal->have);
    free(deal->want);
}

/** Each rank takes in what a higher one holds, till rank 0 has the largest of all. */
static quire_status gather_held(q_deal *deal, quire_error *error) {
    MPI_Comm comm = deal->context->comm;
    const int rank = deal->context->rank, ranks = deal->context->size;
    const int room = Q_HELD_MAX * (int)sizeof(q_held_file);
    quire_status status = QUIRE_OK;
    for (int64_t step = 1; status == QUIRE_OK && step < ranks; step *= 2) {
        if (rank & step) {
            return q_mpi_check(MPI_Send(deal->held.files,
                                        (int)(deal->held.count * sizeof(q_held_file)), MPI_BYTE,
                                        (int)(rank - step), Q_TAG_HELD, comm),
                               "MPI_Send", error);
        }
        if (rank + step >= ranks) {
            continue;
        }
        int size = 0;
        MPI_Status message;
        status = q_mpi_check(MPI_Recv(deal->coming.files, room, MPI_BYTE, (int)(rank + step),
                                      Q_TAG_HELD, comm, &message),
                             "MPI_Recv", error);
        if (status == QUIRE_OK) {
            status = q_mpi_check(MPI_Get_count(&message, MPI_BYTE, &size), "MPI_Get_count", error);
        }
        for (size_t i = 0; i < (size_t)size / sizeof(q_held_file); i++) {
            q_held_add(&deal->held, &deal->coming.files[i]);
        }
    }
    return status;
}

/** All know which files are held. */
static quire_status share_held(q_deal *deal, const q_finds *large, quire_error *error) {
    MPI_Comm comm = deal->context->comm;
    uint64_t own = large->count, all = 0;
    for (size_t i = 0; i < large->count; i++) {
        const q_held_file file = {large->files[i].seen.size, i, deal->context->rank, 0};
        q_held_add(&deal->held, &file);
    }
    quire_status status = q_mpi_check(MPI_Allreduce(&own, &all, 1, MPI_UINT64_T, MPI_SUM, comm),
                                      "MPI_Allreduce", error);
    if (status != QUIRE_OK || all == 0) {
        return status;
    }
    status = gather_held(deal, error);
    uint64_t count = deal->held.count;
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Bcast(&count, 1, MPI_UINT64_T, 0, comm), "MPI_Bcast", error);
    }
    deal->held.count = (size_t)count;
    return status ? status
                  : q_mpi_check(MPI_Bcast(deal->held.files, (int)(count * sizeof(q_held_file)),
                                          MPI_BYTE, 0, comm),
                                "MPI_Bcast", error);
}

/** Large files that are not held are as any other. */
static quire_status let_go(const q_deal *deal, q_finds *files, const q_finds *large,
                           quire_error *error) {
    if (large->count == 0) {
        return QUIRE_OK;
    }
    bool *held = calloc(large->count, sizeof *held);
    quire_status status = held ? QUIRE_OK : q_error_memory(error);
    for (size_t i = 0; status == QUIRE_OK && i < deal->held.count; i++) {
        const q_held_file *file = &deal->held.files[i];
        if (file->finder == deal->context->rank && file->index < large->count) {
            held[file->index] = true;
        }
    }
    for (size_t i = 0; status == QUIRE_OK && i < large->count; i++) {
        if (!held[i]) {
            status = q_finds_add(files, q_finds_path(large, i), &large->files[i].seen, error);
        }
    }
    free(held);
    return status;
}

/** All know how much each rank has found, hence how much each should have. */
static quire_status weigh(q_deal *deal, const q_finds *files, quire_error *error) {
    int ranks = deal->context->size;
    uint64_t own = 0, all = 0;
    for (size_t i = 0; i < files->count; i++) {
        own += q_shares_cost(files->files[i].seen.size);
    }
    quire_status status = q_mpi_check(
        MPI_Allgather(&own, 1, MPI_UINT64_T, deal->have, 1, MPI_UINT64_T, deal->context->comm),
        "MPI_Allgather", error);
    for (int r = 0; r < ranks; r++) {
        all += deal->have[r];
    }
    q_held_decide(&deal->held, &deal->shares, all);
    for (int r = 0; r < ranks; r++) {
        deal->want[deal->shares.heap[r].rank] = deal->shares.heap[r].load;
    }
    q_spread_level(deal->want, ranks, all);
    return status;
}

/** The own files from one to another. */
static quire_status append_run(const q_finds *files, size_t from, size_t to, q_buffer *out,
                               quire_error *error) {
    size_t size = 0;
    const char *text = q_finds_text(files, from, to, &size);
    return text ? q_buffer_append(out, text, size, error) : QUIRE_OK;
}

/** Held files that this rank has found, of another. */
static quire_status append_held(const q_deal *deal, const q_finds *large, int rank, q_buffer *out,
                                quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < deal->held.count; i++) {
        const q_held_file *file = &deal->held.files[i];
        if (file->finder == deal->context->rank && file->rank == rank) {
            const size_t at = (size_t)file->index;
            status = append_run(large, at, at + 1, out, error);
        }
    }
    return status;
}

/** What goes to whom. */
static quire_status pack(q_deal *deal, const q_finds *files, const q_finds *large, q_buffer *out,
                         quire_error *error) {
    q_spread spread;
    quire_status status = QUIRE_OK;
    int rank = deal->context->rank, ranks = deal->context->size;
    size_t at = 0;
    for (uint64_t load = 0; at < files->count && load < deal->want[rank]; at++) {
        load += q_shares_cost(files->files[at].seen.size);
    }
    deal->kept = at;
    q_spread_begin(&spread, deal->have, deal->want, ranks, rank);
    for (int r = 0; status == QUIRE_OK && r < ranks; r++) {
        size_t from = at, before = out->size;
        while (at < files->count && spread.to == r) {
            (void)q_spread_one(&spread, q_shares_cost(files->files[at++].seen.size));
        }
        status = append_run(files, from, at, out, error);
        status = status ? status : append_held(deal, large, r, out, error);
        deal->exchange.sent[r].size = out->size - before;
    }
    size_t begin = 0;
    for (int r = 0; r < ranks; r++) {
        q_parcel *sent = &deal->exchange.sent[r];
        sent->size = status == QUIRE_OK ? sent->size : 0;
        sent->data = sent->size > 0 ? out->data + begin : NULL;
        begin += sent->size;
    }
    return status;
}

static quire_status add_parcel(const q_parcel *parcel, q_deal_callback callback, void *context,
                               quire_error *error) {
    quire_status status = QUIRE_OK;
    const char *text = parcel->data;
    for (uint64_t at = 0; status == QUIRE_OK && at < parcel->size;) {
        const char *path = NULL;
        quire_seen seen = {0};
        at = (uint64_t)(q_finds_next(text + at, &path, &seen.size) - text);
        status = callback(context, path, &seen, error);
    }
    return status;
}

static quire_status add(const q_deal *deal, const q_finds *files, q_deal_callback callback,
                        void *context, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < deal->kept; i++) {
        status = callback(context, q_finds_path(files, i), &files->files[i].seen, error);
    }
    for (int r = 0; status == QUIRE_OK && r < deal->context->size; r++) {
        status = add_parcel(&deal->exchange.got[r], callback, context, error);
    }
    return status;
}

quire_status q_deal_run(q_deal *deal, q_finds *files, const q_finds *large,
                        q_deal_callback callback, void *context, quire_error *error) {
    q_buffer out = {0};
    quire_status status = deal->divides ? share_held(deal, large, error) : QUIRE_OK;
    if (status == QUIRE_OK) {
        deal->own = let_go(deal, files, large, &deal->error);
        status = weigh(deal, files, error);
    }
    if (status == QUIRE_OK) {
        if (deal->own == QUIRE_OK) {
            deal->own = pack(deal, files, large, &out, &deal->error);
        }
        *error = deal->error;
        status = q_exchange_sizes(&deal->exchange, deal->own, error);
    }
    if (status == QUIRE_OK) {
        deal->own = q_exchange_move(&deal->exchange, error);
        if (deal->own == QUIRE_OK) {
            deal->own = add(deal, files, callback, context, error);
        }
        status = q_agree(deal->context->comm, deal->own, error);
    }
    q_buffer_free(&out);
    return status;
}
