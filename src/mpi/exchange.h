/**
 * @file
 * Bytes between all ranks, however many: each rank sends each other what it likes. MPI counts in
 * `int`, so that what is longer travels in several messages.
 */
#ifndef Q_MPI_EXCHANGE_H
#define Q_MPI_EXCHANGE_H

#include "mpi/context.h"

/** The longest message; tests make it shorter. Longer ones are not faster. */
#define Q_EXCHANGE_MESSAGE ((size_t)4 << 20)
/** Ranks that one sends to, and receives from, at a time. */
#define Q_EXCHANGE_WINDOW 32

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
    char *bucket;      /**< of a message: takes what there is no memory for */
    MPI_Request requests[2 * Q_EXCHANGE_WINDOW];
} q_exchange;

/** Local: get memory for what there is of each rank. Free with q_exchange_free() in any case. */
quire_status q_exchange_begin(q_exchange *exchange, const q_context *context, size_t message,
                              quire_error *error);
void q_exchange_free(q_exchange *exchange);

/**
 * Tell each other how much comes, and whether all can go on. Collective, agreed; all ranks have
 * begun the exchange well.
 * @param before this rank's outcome so far, in `error` when it failed
 */
quire_status q_exchange_sizes(q_exchange *exchange, quire_status before, quire_error *error);

/**
 * Send and receive all. Collective, but not agreed: a rank that has no memory for what comes takes
 * its part and fails alone, so that it can go on to the next agreement. What is sent stays the
 * caller's, and must stay as it is until the call returns.
 */
quire_status q_exchange_move(q_exchange *exchange, quire_error *error);

/** Send, or receive, so many bytes from one rank to another. Not collective. */
quire_status q_exchange_send(const q_context *context, size_t message, int to, const q_parcel *what,
                             quire_error *error);
quire_status q_exchange_receive(const q_context *context, size_t message, int from, char *memory,
                                uint64_t size, quire_error *error);
/** Receive so many bytes and forget them: for who has no memory. Not collective. */
quire_status q_exchange_drain(const q_exchange *exchange, int from, uint64_t size,
                              quire_error *error);

#endif
