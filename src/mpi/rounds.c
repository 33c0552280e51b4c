/** @file A walk by all ranks: see rounds.h. */
#include "mpi/rounds.h"

#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/spread.h"

/* Names to look at in the shortest round, and in the longest. */
#define LEAST 64
#define MOST 4096

/* What a rank tells beside its number of names. */
enum {
    IS_READING = 1, /* it has a folder open */
    HAS_MET = 2,    /* something is wrong with the tree, that the others do not know of */
    HAS_FAILED = 4  /* it has no memory */
};

quire_status q_rounds_begin(q_rounds *rounds, const q_context *context, const char *folder,
                            uint64_t large, size_t message, quire_error *error) {
    size_t ranks = (size_t)context->size;
    *rounds = (q_rounds){.context = context, .message = message};
    rounds->told = calloc(2 * ranks, sizeof *rounds->told);
    rounds->have = calloc(ranks, sizeof *rounds->have);
    rounds->want = calloc(ranks, sizeof *rounds->want);
    if (!rounds->told || !rounds->have || !rounds->want) {
        return q_error_memory(error);
    }
    return q_scan_begin(&rounds->scan, folder, large, error);
}

void q_rounds_free(q_rounds *rounds) {
    q_scan_free(&rounds->scan);
    free(rounds->told);
    free(rounds->have);
    free(rounds->want);
    *rounds = (q_rounds){0};
}

/** All tell; a rank without memory ends the walk. Agreed. */
static quire_status tell(q_rounds *rounds, quire_error *error) {
    const q_context *context = rounds->context;
    const q_scan *scan = &rounds->scan;
    uint64_t own[2] = {scan->pending, 0};
    own[1] |= scan->stream ? IS_READING : 0;
    own[1] |= scan->is_new ? HAS_MET : 0;
    own[1] |= rounds->own != QUIRE_OK ? HAS_FAILED : 0;
    quire_status status = q_mpi_check(
        MPI_Allgather(own, 2, MPI_UINT64_T, rounds->told, 2, MPI_UINT64_T, context->comm),
        "MPI_Allgather", error);
    for (int r = 0; status == QUIRE_OK && r < context->size; r++) {
        rounds->have[r] = rounds->told[2 * r];
        if (rounds->told[2 * r + 1] & HAS_FAILED) {
            *error = rounds->error;
            status = q_agree_failure(context->comm, r, rounds->own, error);
        }
    }
    return status;
}

/** What a rank has met, all know; what comes after it in a walk need not be looked at by any. */
static quire_status tell_failures(q_rounds *rounds, quire_error *error) {
    const q_context *context = rounds->context;
    q_scan *scan = &rounds->scan;
    quire_status status = QUIRE_OK;
    q_scan_failure own = scan->first;
    for (int r = 0; status == QUIRE_OK && r < context->size; r++) {
        if (rounds->told[2 * r + 1] & HAS_MET) {
            q_scan_failure failure = own;
            failure.error.rank = r;
            status =
                q_mpi_check(MPI_Bcast(&failure, (int)sizeof failure, MPI_BYTE, r, context->comm),
                            "MPI_Bcast", error);
            if (r == context->rank && !q_scan_before(scan->first.path, own.path)) {
                scan->first = failure;
            } else {
                q_scan_fail(scan, &failure);
            }
        }
    }
    scan->is_new = false;
    return status;
}

/** How many names to look at in the next round: no more than each will have. A name may be that of
 * a folder, and stand for any number of others: in a longer round who has that one would look at
 * all of them, while the rest wait. */
static uint64_t next_round(q_rounds *rounds) {
    int ranks = rounds->context->size;
    uint64_t all = 0;
    for (int r = 0; r < ranks; r++) {
        all += rounds->have[r];
    }
    q_spread_evenly(rounds->want, ranks, all);
    uint64_t each = all / (uint64_t)ranks;
    if (each <= 1) { /* there is nothing to share out, as in a chain: see farther each time */
        return rounds->most < MOST / 2 ? 2 * rounds->most : MOST;
    }
    return each < LEAST ? LEAST : each < MOST ? each : MOST;
}

/** Whether names should move. While all have enough to do in the better part of the next round they
 * may stay, unless one has so many that they would be a burden. */
static bool is_uneven(const q_rounds *rounds) {
    uint64_t least = UINT64_MAX, largest = 0;
    for (int r = 0; r < rounds->context->size; r++) {
        uint64_t here = rounds->have[r];
        least = here < least ? here : least;
        largest = here > largest ? here : largest;
    }
    return largest > rounds->want[0] &&
           (least < rounds->most / 4 * 3 || largest > 2 * rounds->want[0]);
}

/** Take what this rank has too many of, and note who gets what. */
static quire_status pack(q_rounds *rounds, q_parcel *sent, q_buffer *out, quire_error *error) {
    int rank = rounds->context->rank, ranks = rounds->context->size;
    uint64_t have = rounds->have[rank], want = rounds->want[rank];
    q_spread spread;
    quire_status status = QUIRE_OK;
    q_spread_begin(&spread, rounds->have, rounds->want, ranks, rank);
    for (uint64_t left = have > want ? have - want : 0; status == QUIRE_OK && left > 0;) {
        uint64_t count = 0;
        size_t before = out->size;
        int to = q_spread_some(&spread, left, &count);
        status = q_scan_give(&rounds->scan, count, out, error);
        sent[to].size += out->size - before;
        rounds->handed += count;
        left -= count;
    }
    /* Ranks come in their order, so that one's parcel follows another's. */
    size_t at = 0;
    for (int r = 0; r < ranks; r++) {
        sent[r].size = status == QUIRE_OK ? sent[r].size : 0;
        sent[r].data = sent[r].size > 0 ? out->data + at : NULL;
        at += sent[r].size;
    }
    return status;
}

/** Who fails here alone tells when all tell again: before that nothing is waited for. */
static quire_status move(q_rounds *rounds, q_exchange *exchange, quire_error *error) {
    q_buffer out = {0};
    quire_error moving = {0};
    rounds->own = pack(rounds, exchange->sent, &out, &rounds->error);
    quire_status status = q_exchange_sizes(exchange, QUIRE_OK, error);
    quire_status moved = status ? status : q_exchange_move(exchange, &moving);
    if (rounds->own == QUIRE_OK && moved) {
        rounds->own = moved;
        rounds->error = moving;
    }
    for (int r = 0; status == QUIRE_OK && r < rounds->context->size; r++) {
        if (rounds->own == QUIRE_OK && r != rounds->context->rank) {
            rounds->own = q_scan_receive(&rounds->scan, exchange->got[r].data,
                                         (size_t)exchange->got[r].size, &rounds->error);
        }
    }
    q_buffer_free(&out);
    return status;
}

static quire_status run_one(q_rounds *rounds, bool *is_over, quire_error *error) {
    q_exchange exchange = {0};
    if (rounds->own == QUIRE_OK) {
        rounds->own = q_scan_run(&rounds->scan, rounds->most, &rounds->error);
    }
    if (rounds->own == QUIRE_OK) {
        rounds->own = q_exchange_begin(&exchange, rounds->context, rounds->message, &rounds->error);
    }
    rounds->count++;
    quire_status status = tell(rounds, error);
    status = status ? status : tell_failures(rounds, error);
    *is_over = true;
    for (int r = 0; status == QUIRE_OK && r < rounds->context->size; r++) {
        *is_over = *is_over && rounds->have[r] == 0 && !(rounds->told[2 * r + 1] & IS_READING);
    }
    rounds->most = next_round(rounds);
    /* Who could not begin the exchange has told so, and nobody comes here. */
    if (status == QUIRE_OK && exchange.sent && !*is_over && is_uneven(rounds)) {
        status = move(rounds, &exchange, error);
    }
    q_exchange_free(&exchange);
    return status;
}

quire_status q_rounds_run(q_rounds *rounds, quire_error *error) {
    bool is_over = false;
    quire_status status = QUIRE_OK;
    if (rounds->context->rank == 0) {
        rounds->own = q_scan_root(&rounds->scan, &rounds->error);
    }
    rounds->most = LEAST;
    while (status == QUIRE_OK && !is_over) {
        status = run_one(rounds, &is_over, error);
    }
    if (status == QUIRE_OK && rounds->scan.failed) {
        *error = rounds->scan.first.error;
        status = (quire_status)error->status;
    }
    return status;
}
