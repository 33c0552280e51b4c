/**
 * @file
 * The exchange: sizes first, by one Alltoall; then, for a window of distances at a time, everything
 * between ranks that far apart. A pair that has nothing to send costs nothing.
 */
#include "mpi/exchange.h"

#include <stdlib.h>

#include "mpi/agree.h"
#include "mpi/tags.h"

#define WINDOW 32 /* distances at a time */

quire_status q_exchange_begin(q_exchange *exchange, const q_context *context, size_t message,
                              quire_error *error) {
    size_t ranks = (size_t)context->size;
    *exchange = (q_exchange){.context = context, .message = message};
    exchange->sent = calloc(ranks, sizeof *exchange->sent);
    exchange->got = calloc(ranks, sizeof *exchange->got);
    exchange->lengths = calloc(2 * ranks, sizeof *exchange->lengths);
    return exchange->sent && exchange->got && exchange->lengths ? QUIRE_OK : q_error_memory(error);
}

void q_exchange_free(q_exchange *exchange) {
    free(exchange->sent);
    free(exchange->got);
    free(exchange->lengths);
    free(exchange->memory);
    free(exchange->requests);
    *exchange = (q_exchange){0};
}

static uint64_t messages(uint64_t size, size_t message) {
    return size / message + (size % message > 0);
}

/** The ranks at a distance: to whom this one sends, from whom it receives. */
static int rank_ahead(const q_exchange *exchange, int distance) {
    return (int)(((int64_t)exchange->context->rank + distance) % exchange->context->size);
}

static int rank_behind(const q_exchange *exchange, int distance) {
    int size = exchange->context->size;
    return (int)(((int64_t)exchange->context->rank + size - distance) % size);
}

static quire_status place(q_exchange *exchange, quire_error *error) {
    int ranks = exchange->context->size;
    uint64_t sum = 0;
    for (int r = 0; r < ranks; r++) {
        exchange->got[r].size = exchange->lengths[ranks + r];
        if (r != exchange->context->rank &&
            __builtin_add_overflow(sum, exchange->got[r].size, &sum)) {
            return q_error_memory(error);
        }
    }
    if (sum > SIZE_MAX / 2) {
        return q_error_memory(error);
    }
    exchange->memory = malloc(sum > 0 ? (size_t)sum : 1);
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

/** Room for the requests of the fullest window. */
static quire_status make_requests(q_exchange *exchange, quire_error *error) {
    uint64_t most = 1, here = 0;
    for (int distance = 1; distance < exchange->context->size; distance++) {
        here = distance % WINDOW == 1 ? 0 : here;
        here += messages(exchange->sent[rank_ahead(exchange, distance)].size, exchange->message);
        here += messages(exchange->got[rank_behind(exchange, distance)].size, exchange->message);
        most = here > most ? here : most;
    }
    if (most > INT32_MAX) {
        return q_error_memory(error);
    }
    exchange->requests = calloc((size_t)most, sizeof(MPI_Request));
    return exchange->requests ? QUIRE_OK : q_error_memory(error);
}

/** The length of the message that begins at a byte. */
static int length_at(uint64_t size, uint64_t at, size_t message) {
    return (int)(size - at < message ? size - at : message);
}

static quire_status begin_distance(q_exchange *exchange, int distance, int *count,
                                   quire_error *error) {
    MPI_Comm comm = exchange->context->comm;
    int ahead = rank_ahead(exchange, distance), behind = rank_behind(exchange, distance);
    const q_parcel *in = &exchange->got[behind];
    const q_parcel *out = &exchange->sent[ahead];
    quire_status status = QUIRE_OK;
    for (uint64_t at = 0; status == QUIRE_OK && at < in->size; at += exchange->message) {
        status = q_mpi_check(MPI_Irecv((char *)in->data + at,
                                       length_at(in->size, at, exchange->message), MPI_BYTE, behind,
                                       Q_TAG_EXCHANGE, comm, &exchange->requests[*count]),
                             "MPI_Irecv", error);
        *count += status == QUIRE_OK;
    }
    for (uint64_t at = 0; status == QUIRE_OK && at < out->size; at += exchange->message) {
        status = q_mpi_check(MPI_Isend((const char *)out->data + at,
                                       length_at(out->size, at, exchange->message), MPI_BYTE, ahead,
                                       Q_TAG_EXCHANGE, comm, &exchange->requests[*count]),
                             "MPI_Isend", error);
        *count += status == QUIRE_OK;
    }
    return status;
}

static quire_status move(q_exchange *exchange, quire_error *error) {
    quire_status status = QUIRE_OK;
    int size = exchange->context->size;
    for (int from = 1; status == QUIRE_OK && from < size; from += WINDOW) {
        int count = 0;
        for (int d = from; status == QUIRE_OK && d < size && d < from + WINDOW; d++) {
            status = begin_distance(exchange, d, &count, error);
        }
        if (status == QUIRE_OK && count > 0) {
            status = q_mpi_check(MPI_Waitall(count, exchange->requests, MPI_STATUSES_IGNORE),
                                 "MPI_Waitall", error);
        }
    }
    return status;
}

quire_status q_exchange_run(q_exchange *exchange, quire_error *error) {
    MPI_Comm comm = exchange->context->comm;
    int ranks = exchange->context->size;
    for (int r = 0; r < ranks; r++) {
        exchange->lengths[r] = exchange->sent[r].size;
    }
    quire_status status =
        q_mpi_check(MPI_Alltoall(exchange->lengths, 1, MPI_UINT64_T, exchange->lengths + ranks, 1,
                                 MPI_UINT64_T, comm),
                    "MPI_Alltoall", error);
    status = status ? status : place(exchange, error);
    status = status ? status : make_requests(exchange, error);
    status = q_agree(comm, status, error);
    return status ? status : move(exchange, error);
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
        status = q_mpi_check(MPI_Recv(memory + at, length_at(size, at, message), MPI_BYTE, from,
                                      Q_TAG_EXCHANGE, context->comm, MPI_STATUS_IGNORE),
                             "MPI_Recv", error);
    }
    return status;
}
