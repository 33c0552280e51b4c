/**
 * @file
 * Bytes between all ranks, however many: each rank sends each other what it likes. MPI counts in
 * `int`, so that what is longer travels in several messages.
 */
#ifndef Q_MPI_EXCHANGE_H
#define Q_MPI_EXCHANGE_H

#include "mpi/context.h"

/** The longest message; tests make it shorter. */
#define Q_EXCHANGE_MESSAGE ((size_t)64 << 20)

typedef struct q_parcel {
    const void *data;
    uint64_t size;
} q_parcel;

typedef struct q_exchange {
    const q_context *context;
    size_t message;    /**< the longest */
    q_parcel *sent;    /**< by the rank they go to; the caller fills them */
    q_parcel *got;     /**< by the rank they come from; of the own rank what it sent itself */
    uint64_t *lengths; /**< two for each rank: sent, got */
    char *memory;      /**< behind `got` */
    MPI_Request *requests;
} q_exchange;

/** Local: get memory for what there is of each rank. Free with q_exchange_free() in any case. */
quire_status q_exchange_begin(q_exchange *exchange, const q_context *context, size_t message,
                              quire_error *error);
void q_exchange_free(q_exchange *exchange);

/**
 * Send and receive all. Collective; ranks agree on whether there is memory before anything is sent.
 * What is sent stays the caller's, and must stay as it is until the call returns.
 */
quire_status q_exchange_run(q_exchange *exchange, quire_error *error);

/** Send, or receive, so many bytes from one rank to another. Not collective. */
quire_status q_exchange_send(const q_context *context, size_t message, int to, const q_parcel *what,
                             quire_error *error);
quire_status q_exchange_receive(const q_context *context, size_t message, int from, char *memory,
                                uint64_t size, quire_error *error);

#endif
