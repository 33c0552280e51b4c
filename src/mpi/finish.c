/**
 * @file
 * All ranks merge what they have upserted, then rank 0 turns the draft into a version. It stores no
 * entries by that: those of its artifact were upserted as the writer "0", like any other rank's.
 */
#include <limits.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/commit.h"
#include "mpi/merge.h"

/** Rank 0: everything is there. */
static quire_status finish(const q_commit *commit, quire_merge *merge, quire_version_id *made,
                           quire_error *error) {
    quire_commit_options options = {0};
    options.job = commit->options->job;
    options.expect = commit->context->size;
    options.notes_only = 1;
    options.receipts = commit->receipts;
    options.merge = merge;
    return quire_finish_artifact(commit->store, commit->artifact, commit->distributed_id, &options,
                                 made, error);
}

quire_status q_commit_finish(q_commit *commit, quire_status before, quire_version_id *version,
                             quire_error *error) {
    const q_context *context = commit->context;
    quire_version_id made;
    quire_error mine = {0}, barrier = {0};
    q_together together;
    bool agreed = false;
    memset(&made, 0, sizeof made);
    quire_status status = q_merge_together(commit, &together, &agreed, &mine);
    if (status && agreed) {
        *error = mine;
        return status;
    }
    /* The commit comes after everything that any rank did for it. */
    quire_status passed = q_mpi_check(MPI_Barrier(context->comm), "MPI_Barrier", &barrier);
    if (status == QUIRE_OK && passed) {
        status = passed;
        mine = barrier;
    }
    if (context->rank == 0) {
        if (before) { /* the earlier failure is the one to tell */
            status = before;
            mine = *error;
        } else if (status == QUIRE_OK && together.failing == INT_MAX) {
            status = finish(commit, together.merge, &made, &mine);
        }
        together.failing = status ? 0 : together.failing;
    }
    status =
        q_broadcast_outcome(context->comm, together.failing, status, &made, sizeof made, &mine);
    quire_merge_free(together.merge);
    if (status) {
        *error = mine;
    } else if (version) {
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
