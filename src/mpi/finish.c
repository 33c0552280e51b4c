/**
 * @file
 * All ranks merge what they have upserted, then rank 0 turns the draft into a version. It stores no
 * entries by that: those of its artifact were upserted as the writer "0", like any other rank's.
 */
#include <string.h>

#include "mpi/agree.h"
#include "mpi/commit.h"
#include "mpi/merge.h"

quire_status q_commit_finish(q_commit *commit, quire_status before, quire_version_id *version,
                             quire_error *error) {
    const q_context *context = commit->context;
    quire_version_id made;
    quire_error barrier = {0};
    quire_merge *merge = NULL;
    memset(&made, 0, sizeof made);
    quire_status merged = q_merge_together(commit, &merge, &barrier);
    if (merged) {
        *error = barrier;
        return merged;
    }
    /* The commit comes after everything that any rank did for it. */
    quire_status status = q_mpi_check(MPI_Barrier(context->comm), "MPI_Barrier", &barrier);
    if (before) { /* the earlier failure is the one to tell */
        status = before;
    } else if (status) {
        q_error_set(error, status, "%s", barrier.message);
    }
    if (context->rank == 0 && status == QUIRE_OK) {
        quire_commit_options options = {0};
        options.job = commit->options->job;
        options.expect = context->size;
        options.notes_only = 1;
        options.receipts = commit->receipts;
        options.merge = merge;
        status = quire_finish_artifact(commit->store, commit->artifact, commit->distributed_id,
                                       &options, &made, error);
    }
    status = q_broadcast(context->comm, status, &made, sizeof made, error);
    quire_merge_free(merge);
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}

quire_status quire_mpi_finish_artifact(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                       const quire_mpi_options *options, quire_version_id *version,
                                       quire_error *error) {
    quire_error agreed = {0};
    q_commit commit;
    quire_status status = q_commit_begin(&commit, __func__, Q_COMMIT_ID_REQUIRED, comm, store,
                                         artifact, options, &agreed);
    if (status == QUIRE_OK) {
        status = q_commit_finish(&commit, QUIRE_OK, version, &agreed);
    }
    q_commit_end(&commit);
    return q_hand_back(status, &agreed, error);
}
