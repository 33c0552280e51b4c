/**
 * @file
 * One version out of all ranks' entries: upsert, agree, gather receipts, merge, barrier, finish,
 * broadcast.
 */
#include <string.h>

#include "mpi/agree.h"
#include "mpi/commit.h"

/**
 * Gather the receipts; rank 0 looks at them. The outcome is not agreed on: the finish that follows
 * does nothing when rank 0 has failed, and tells all.
 */
static quire_status gather(const q_commit *commit, const quire_receipt *own, quire_error *error) {
    const q_context *context = commit->context;
    quire_receipt *receipts = commit->receipts;
    quire_status status = q_mpi_check(MPI_Gather(own, (int)sizeof *own, MPI_BYTE, receipts,
                                                 (int)sizeof *own, MPI_BYTE, 0, context->comm),
                                      "MPI_Gather", error);
    for (int r = 0; status == QUIRE_OK && context->rank == 0 && r < context->size; r++) {
        if (receipts[r].digest[0] == '\0') {
            status = q_error_set(error, QUIRE_INCOMPLETE,
                                 "rank %d has no receipt for its part of draft %s", r,
                                 commit->distributed_id);
        }
    }
    return status;
}

quire_status q_commit_complete(q_commit *commit, const quire_receipt *own,
                               quire_version_id *version, quire_error *error) {
    quire_status gathered = gather(commit, own, error);
    return q_commit_finish(commit, gathered, version, error);
}

quire_status quire_mpi_log_artifact(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                    const quire_mpi_options *options, quire_version_id *version,
                                    quire_error *error) {
    quire_error agreed = {0};
    quire_receipt own;
    memset(&own, 0, sizeof own);
    q_commit commit;
    quire_status status = q_commit_begin(&commit, __func__, Q_COMMIT_ID_OPTIONAL, comm, store,
                                         artifact, options, &agreed);
    if (status == QUIRE_OK) {
        status = q_commit_upsert(&commit, &own, &agreed);
    }
    if (status == QUIRE_OK) {
        status = q_commit_complete(&commit, &own, version, &agreed);
    }
    q_commit_end(&commit);
    return q_hand_back(status, &agreed, error);
}
