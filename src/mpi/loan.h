/**
 * @file
 * What a log under way has been lent: an artifact and a store's handle, which its thread works on.
 * The context of the caller's communicator knows the loans, so that the mistake to use one of them
 * meanwhile is found where it costs nothing to look: in the next call on the same communicator.
 */
#ifndef Q_MPI_LOAN_H
#define Q_MPI_LOAN_H

#include "mpi/arguments.h"

typedef struct q_loan {
    q_context *context; /**< NULL: not lent; or its communicator was freed meanwhile */
    const quire_store *store;
    const quire_artifact *artifact;
    struct q_loan *next;
} q_loan;

void q_loan_begin(q_loan *loan, q_context *context, const quire_store *store,
                  const quire_artifact *artifact);
/** One that was not begun is fine. */
void q_loan_end(q_loan *loan);
/** The context ends before its loans. */
void q_loan_orphan(q_context *context);

/** Note it as this rank's failure when one of the two is lent. NULL is fine. */
void q_loan_check(const q_context *context, const quire_store *store,
                  const quire_artifact *artifact, q_arguments *arguments);

#endif
