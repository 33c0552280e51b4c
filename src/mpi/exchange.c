/**
 * @file
 * The exchange: sizes first, by one Alltoall, which also tells who cannot take part; then, for a
 * window of distances at a time, a message of each pair that far apart after another. A pair that
 * has nothing to send costs nothing. All memory but that of what arrives is got before; a rank that
 * has none for that takes it all the same, into a bucket, so that nobody waits for it in vain and
 * no agreement is needed in between.
 */
#include "mpi/exchange.h"

#include <stdlib.h>

#include "mpi/agree.h"
#include "mpi/tags.h"

#define WINDOW Q_EXCHANGE_WINDOW
#define FAILED UINT64_MAX /* instead of a size */

quire_status q_exchange_begin(q_exchange *exchange, const q_context *context, size_t message,
                              quire_error *error) {
    size_t ranks = (size_t)context->size;
    *exchange = (q_exchange){.context = context, .message = message};
    exchange->sent = calloc(ranks, sizeof *exchange->sent);
    exchange->got = calloc(ranks, sizeof *exchange->got);
    exchange->lengths = calloc(2 * ranks, sizeof *exchange->lengths);
    exchange->bucket = malloc(message);
    return exchange->sent && exchange->got && exchange->lengths && exchange->bucket
               ? QUIRE_OK
               : q_error_memory(error);
}

void q_exchange_free(q_exchange *exchange) {
    free(exchange->sent);
    free(exchange->got);
    free(exchange->lengths);
    free(exchange->memory);
    free(exchange->bucket);
    *exchange = (q_exchange){0};
}

/** The ranks at a distance: to whom this one sends, from whom it receives. */
static int rank_ahead(const q_exchange *exchange, int distance) {
    return (int)(((int64_t)exchange->context->rank + distance) % exchange->context->size);
}

static int rank_behind(const q_exchange *exchange, int distance) {
    int size = exchange->context->size;
    return (int)(((int64_t)exchange->context->rank + size - distance) % size);
}

/** Memory for what comes. On failure the sizes are known all the same. */
static quire_status place(q_exchange *exchange, quire_error *error) {
    int ranks = exchange->context->size;
    uint64_t sum = 0;
    bool fits = true;
    for (int r = 0; r < ranks; r++) {
        exchange->got[r].size = exchange->lengths[ranks + r];
        if (r != exchange->context->rank) {
            fits = !__builtin_add_overflow(sum, exchange->got[r].size, &sum) && fits;
        }
    }
    fits = fits && sum <= SIZE_MAX / 2;
    exchange->memory = fits ? malloc(sum > 0 ? (size_t)sum : 1) : NULL;
    char *at = exchange->memory;
    for (int r = 0; at && r < ranks; r++) {
        if (r == exchange->context->rank) {
            exchange->got[r] = exchange->sent[r];
        } else {
            exchange->got[r].data = at;
            at += exchange->got[r].size;
        }
    }
    return exchange->memory ? QUIRE_OK : q_error_memory(error);
}

/** The length of the message that begins at a byte. */
static int length_at(uint64_t size, uint64_t at, size_t message) {
    return (int)(size - at < message ? size - at : message);
}

static quire_status receive(const q_context *context, void *memory, int length, int from,
                            quire_error *error) {
    return q_mpi_check(
        MPI_Recv(memory, length, MPI_BYTE, from, Q_TAG_EXCHANGE, context->comm, MPI_STATUS_IGNORE),
        "MPI_Recv", error);
}

/** Begin to send and to receive one message of each pair; how many requests that are. */
static quire_status begin_step(q_exchange *exchange, int from, int end, uint64_t at, int *count,
                               quire_error *error) {
    MPI_Comm comm = exchange->context->comm;
    quire_status status = QUIRE_OK;
    *count = 0;
    for (int d = from; status == QUIRE_OK && exchange->memory && d < end; d++) {
        int behind = rank_behind(exchange, d);
        const q_parcel *in = &exchange->got[behind];
        if (at < in->size) {
            status = q_mpi_check(
                MPI_Irecv((char *)in->data + at, length_at(in->size, at, exchange->message),
                          MPI_BYTE, behind, Q_TAG_EXCHANGE, comm, &exchange->requests[*count]),
                "MPI_Irecv", error);
            *count += status == QUIRE_OK;
        }
    }
    for (int d = from; status == QUIRE_OK && d < end; d++) {
        int ahead = rank_ahead(exchange, d);
        const q_parcel *out = &exchange->sent[ahead];
        if (at < out->size) {
            status = q_mpi_check(
                MPI_Isend((const char *)out->data + at, length_at(out->size, at, exchange->message),
                          MPI_BYTE, ahead, Q_TAG_EXCHANGE, comm, &exchange->requests[*count]),
                "MPI_Isend", error);
            *count += status == QUIRE_OK;
        }
    }
    return status;
}

/** Without memory: receive one message of each pair, and forget it. */
static quire_status drain_step(const q_exchange *exchange, int from, int end, uint64_t at,
                               quire_error *error) {
    quire_status status = QUIRE_OK;
    for (int d = from; status == QUIRE_OK && d < end; d++) {
        int behind = rank_behind(exchange, d);
        uint64_t size = exchange->got[behind].size;
        if (at < size) {
            status = receive(exchange->context, exchange->bucket,
                             length_at(size, at, exchange->message), behind, error);
        }
    }
    return status;
}

/** The most that a pair of the window has to exchange. */
static uint64_t longest(const q_exchange *exchange, int from, int end) {
    uint64_t most = 0;
    for (int d = from; d < end; d++) {
        uint64_t out = exchange->sent[rank_ahead(exchange, d)].size;
        uint64_t in = exchange->got[rank_behind(exchange, d)].size;
        most = out > most ? out : most;
        most = in > most ? in : most;
    }
    return most;
}

static quire_status move(q_exchange *exchange, quire_error *error) {
    quire_status status = QUIRE_OK;
    int size = exchange->context->size;
    for (int from = 1; status == QUIRE_OK && from < size; from += WINDOW) {
        int count = 0, end = size - from < WINDOW ? size : from + WINDOW;
        uint64_t most = longest(exchange, from, end);
        for (uint64_t at = 0; status == QUIRE_OK && at < most; at += exchange->message) {
            status = begin_step(exchange, from, end, at, &count, error);
            if (status == QUIRE_OK && !exchange->memory) {
                status = drain_step(exchange, from, end, at, error);
            }
            if (status == QUIRE_OK && count > 0) {
                status = q_mpi_check(MPI_Waitall(count, exchange->requests, MPI_STATUSES_IGNORE),
                                     "MPI_Waitall", error);
            }
        }
    }
    return status;
}

quire_status q_exchange_sizes(q_exchange *exchange, quire_status before, quire_error *error) {
    MPI_Comm comm = exchange->context->comm;
    int ranks = exchange->context->size;
    for (int r = 0; r < ranks; r++) {
        exchange->lengths[r] = before ? FAILED : exchange->sent[r].size;
    }
    quire_status status =
        q_mpi_check(MPI_Alltoall(exchange->lengths, 1, MPI_UINT64_T, exchange->lengths + ranks, 1,
                                 MPI_UINT64_T, comm),
                    "MPI_Alltoall", error);
    for (int r = 0; status == QUIRE_OK && r < ranks; r++) {
        if (exchange->lengths[ranks + r] == FAILED) {
            return q_agree_failure(comm, r, before, error);
        }
    }
    return status;
}

quire_status q_exchange_move(q_exchange *exchange, quire_error *error) {
    quire_error moving = {0};
    quire_status status = place(exchange, error);
    quire_status moved = move(exchange, &moving);
    if (status == QUIRE_OK && moved) {
        *error = moving;
    }
    return status ? status : moved;
}

quire_status q_exchange_drain(const q_exchange *exchange, int from, uint64_t size,
                              quire_error *error) {
    quire_status status = QUIRE_OK;
    for (uint64_t at = 0; status == QUIRE_OK && at < size; at += exchange->message) {
        status = receive(exchange->context, exchange->bucket,
                         length_at(size, at, exchange->message), from, error);
    }
    return status;
}

quire_status q_exchange_send(const q_context *context, size_t message, int to, const q_parcel *what,
                             quire_error *error) {
    quire_status status = QUIRE_OK;
    for (uint64_t at = 0; status == QUIRE_OK && at < what->size; at += message) {
        status =
            q_mpi_check(MPI_Send((const char *)what->data + at, length_at(what->size, at, message),
                                 MPI_BYTE, to, Q_TAG_EXCHANGE, context->comm),
                        "MPI_Send", error);
    }
    return status;
}

quire_status q_exchange_receive(const q_context *context, size_t message, int from, char *memory,
                                uint64_t size, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (uint64_t at = 0; status == QUIRE_OK && at < size; at += message) {
        status = receive(context, memory + at, length_at(size, at, message), from, error);
    }
    return status;
}
