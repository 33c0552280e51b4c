/** @file Each rank upserts its part of a draft, as the writer with its rank's number. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/commit.h"

quire_status q_commit_store(const q_commit *commit, quire_progress_callback progress,
                            void *progress_context, quire_receipt *receipt, quire_error *error) {
    char writer[16];
    (void)snprintf(writer, sizeof writer, "%d", commit->context->rank);
    quire_commit_options options = {0};
    options.job = commit->options->job;
    options.threads = commit->threads;
    options.progress = progress;
    options.progress_context = progress_context;
    return quire_upsert_artifact(commit->store, commit->artifact, commit->distributed_id, writer,
                                 &options, receipt, error);
}

quire_status q_commit_upsert(q_commit *commit, quire_receipt *receipt, quire_error *error) {
    quire_status status = q_commit_store(commit, q_progress_hook(&commit->progress),
                                         &commit->progress, receipt, error);
    return q_progress_agree(&commit->progress, status, error);
}

/** Sum the ranks' receipts. Collective. */
static quire_status sum(const q_commit *commit, const quire_receipt *own,
                        quire_mpi_receipt *receipt, quire_error *error) {
    uint64_t mine[2] = {own->entries, own->bytes};
    uint64_t all[2] = {0, 0};
    quire_status status =
        q_mpi_check(MPI_Allreduce(mine, all, 2, MPI_UINT64_T, MPI_SUM, commit->context->comm),
                    "MPI_Allreduce", error);
    if (status == QUIRE_OK && receipt) {
        memset(receipt, 0, sizeof *receipt);
        memcpy(receipt->distributed_id, commit->distributed_id, sizeof receipt->distributed_id);
        receipt->entries = all[0];
        receipt->bytes = all[1];
    }
    return status;
}

quire_status quire_mpi_upsert_artifact(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                       const quire_mpi_options *options, quire_mpi_receipt *receipt,
                                       quire_error *error) {
    quire_error agreed = {0};
    quire_receipt own = {0};
    q_commit commit;
    quire_status status = q_commit_begin(&commit, __func__, Q_COMMIT_ID_OPTIONAL, comm, store,
                                         artifact, options, &agreed);
    if (status == QUIRE_OK) {
        status = q_commit_upsert(&commit, &own, &agreed);
    }
    if (status == QUIRE_OK) {
        status = sum(&commit, &own, receipt, &agreed);
    }
    q_commit_end(&commit);
    return q_hand_back(status, &agreed, error);
}
