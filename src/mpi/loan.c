/** @file The loans of a communicator: a list, as short as the logs that are under way at once. */
#include "mpi/loan.h"

void q_loan_begin(q_loan *loan, q_context *context, const quire_store *store,
                  const quire_artifact *artifact) {
    *loan =
        (q_loan){.context = context, .store = store, .artifact = artifact, .next = context->loans};
    context->loans = loan;
}

void q_loan_end(q_loan *loan) {
    q_loan **link = loan->context ? &loan->context->loans : NULL;
    while (link && *link != loan) {
        link = &(*link)->next;
    }
    if (link) {
        *link = loan->next;
    }
    loan->context = NULL;
}

void q_loan_orphan(q_context *context) {
    for (q_loan *loan = context->loans; loan; loan = loan->next) {
        loan->context = NULL;
    }
    context->loans = NULL;
}

void q_loan_check(const q_context *context, const quire_store *store,
                  const quire_artifact *artifact, q_arguments *arguments) {
    for (const q_loan *loan = context->loans; loan; loan = loan->next) {
        if (artifact && loan->artifact == artifact) {
            q_arguments_fail(arguments, "the artifact is lent to a log that is under way");
        }
        if (store && loan->store == store) {
            q_arguments_fail(arguments, "the store's handle is lent to a log that is under way");
        }
    }
}
