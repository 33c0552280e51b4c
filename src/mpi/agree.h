/**
 * @file
 * Agreement: after a phase in which a rank can fail alone, either all ranks go on, or all return
 * the same status, message and failing rank. Between two collectives there is no other way out.
 *
 * A failure of MPI itself is translated and returned where it is met; what the other ranks then see
 * is up to the MPI library.
 */
#ifndef Q_MPI_AGREE_H
#define Q_MPI_AGREE_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/** Translate what an MPI function returned: QUIRE_ERROR with MPI's own words behind `call`. */
quire_status q_mpi_check(int code, const char *call, quire_error *error);

/**
 * Agree on whether all ranks succeeded. Collective; one Allreduce when they did.
 * @param status this rank's
 * @param error filled by this rank when `status` is a failure; on every rank, that of the lowest
 *        failing rank afterwards; not NULL
 */
quire_status q_agree(MPI_Comm comm, quire_status status, quire_error *error);

/**
 * An agreement that a rank takes part in without waiting for the others. Zeroed: not begun. All
 * ranks begin it; begin and test never block.
 */
typedef struct q_agreement {
    bool begun, ended;
    int mine, lowest; /* of the reduction under way */
    MPI_Request request;
} q_agreement;

/** Local. Begins it with this rank's outcome, once: later calls do nothing. */
quire_status q_agreement_begin(q_agreement *agreement, MPI_Comm comm, quire_status status,
                               quire_error *error);
/** Local. Whether all ranks have begun it. */
quire_status q_agreement_test(q_agreement *agreement, bool *all, quire_error *error);
/** Wait for the others; then as q_agree() with the same status as at the beginning. Collective. */
quire_status q_agreement_end(q_agreement *agreement, MPI_Comm comm, quire_status status,
                             quire_error *error);

/** Hand the error of a rank that all know to have failed to all. Collective. */
quire_status q_agree_failure(MPI_Comm comm, int failing, quire_status status, quire_error *error);

/** Room for what q_broadcast() carries. */
#define Q_BROADCAST_MAX 2048

/**
 * Hand the outcome of something that rank 0 did alone to all, in one message. Collective.
 * @param status rank 0's; ignored elsewhere
 * @param data at most Q_BROADCAST_MAX bytes; written on the others when rank 0 succeeded
 */
quire_status q_broadcast(MPI_Comm comm, quire_status status, void *data, size_t size,
                         quire_error *error);

/**
 * The same where rank 0 may also have found out that others failed: a rank that did hands its own
 * error to all. Collective.
 * @param failing rank 0: the lowest failing rank, 0 for itself, INT_MAX for none; ignored elsewhere
 * @param status,error this rank's own
 */
quire_status q_broadcast_outcome(MPI_Comm comm, int failing, quire_status status, void *data,
                                 size_t size, quire_error *error);

/** End a public function: hand the agreed error to a caller who wants it. Returns `status`. */
quire_status q_hand_back(quire_status status, const quire_error *agreed, quire_error *error);

#endif
