/**
 * @file
 * A collective reading: what download and verify share. Each function is collective and ends in
 * agreement.
 */
#ifndef Q_MPI_READ_H
#define Q_MPI_READ_H

#include "mpi/arguments.h"
#include "mpi/progress.h"

typedef struct q_read {
    q_context *context;
    const quire_mpi_read_options *options; /**< never NULL */
    unsigned
        threads; /**< for the options of libquire: one where MPI has the process have no more */
    quire_version *version;
    q_progress progress;
} q_read;

/**
 * Agree on the arguments; rank 0 resolves the address, and all open what it found. Free with
 * q_read_end() in any case.
 * @param missing what this rank finds wrong with an argument of its own, or NULL
 */
quire_status q_read_begin(q_read *read, const char *function, MPI_Comm comm, quire_store *store,
                          const char *address, const quire_mpi_read_options *options,
                          const char *missing, quire_error *error);
void q_read_end(q_read *read);

/** Rank 0 resolves the address, the others open what it found: QUIRE_INTEGRITY where that is
 * another version than rank 0's.
 *  @param version freed by the caller in any case */
quire_status q_read_open(const q_context *context, quire_store *store, const char *address,
                         quire_version **version, quire_error *error);

/** Sum the ranks' reports, and `faults` with them. `total` may be NULL. */
quire_status q_read_sum(const q_read *read, const quire_read_report *own, uint64_t *faults,
                        quire_read_report *total, quire_error *error);

#endif
