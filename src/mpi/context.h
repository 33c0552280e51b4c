/**
 * @file
 * What quire keeps with a communicator of the caller: a duplicate for its own messages, an id, and
 * a count of the calls. It lives as an attribute of the communicator: found again on each call,
 * not inherited by a duplicate, and freed with the communicator.
 */
#ifndef Q_MPI_CONTEXT_H
#define Q_MPI_CONTEXT_H

#include <quire/mpi.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct q_context {
    MPI_Comm comm; /**< the duplicate; returns errors; the only one that messages go over */
    int rank, size;
    bool several_hosts; /**< not all ranks share memory */
    bool leads_host;    /**< the lowest rank of its host */
    uint64_t calls;     /**< of the functions that begin a draft; the same on all ranks */
    char id[QUIRE_MPI_ID_SIZE];
    struct q_loan *loans; /**< of the logs under way on this communicator: mpi/loan.h */
} q_context;

/**
 * Find or make the context of a communicator. Collective when it is made: all ranks agree on the
 * outcome.
 * @param context borrowed; lives as long as `comm`
 * @return QUIRE_USAGE, without any communication, when MPI does not run or `comm` is none that will
 *         do, which every rank sees alike
 */
quire_status q_context_get(MPI_Comm comm, q_context **context, quire_error *error);

/** Whether MPI was initialized so that there may be threads beside the caller's. Local. */
bool q_context_allows_threads(void);

#endif
