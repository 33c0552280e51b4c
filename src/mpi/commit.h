/**
 * @file
 * A collective commit: what upsert, finish and log share. Each function is collective and ends in
 * agreement, so that a caller may stop after any of them.
 */
#ifndef Q_MPI_COMMIT_H
#define Q_MPI_COMMIT_H

#include "mpi/arguments.h"
#include "mpi/progress.h"

#define Q_DISTRIBUTED_ID_SIZE 136

typedef struct q_commit {
    q_context *context;
    quire_store *store;
    quire_artifact *artifact;
    const quire_mpi_options *options; /**< never NULL */
    char distributed_id[Q_DISTRIBUTED_ID_SIZE];
    unsigned threads; /**< for the options of libquire: 1 where MPI has the process have no more */
    quire_receipt *receipts; /**< rank 0, unless the id is required: room for all ranks' */
    q_progress progress;
} q_commit;

/** Whether a call brings its draft's id or may have one made. */
typedef enum q_commit_id {
    Q_COMMIT_ID_OPTIONAL,
    Q_COMMIT_ID_REQUIRED
} q_commit_id;

/** Check the arguments, agree on them and on the draft's id. Free with q_commit_end() in any case.
 */
quire_status q_commit_begin(q_commit *commit, const char *function, q_commit_id id, MPI_Comm comm,
                            quire_store *store, quire_artifact *artifact,
                            const quire_mpi_options *options, quire_error *error);
void q_commit_end(q_commit *commit);

/** This rank upserts its part. Local, and may run on a thread of its own: it calls nothing of MPI,
 *  save what `progress` does. @param receipt this rank's */
quire_status q_commit_store(const q_commit *commit, quire_progress_callback progress,
                            void *progress_context, quire_receipt *receipt, quire_error *error);
/** Each rank upserts its part, all agree. @param receipt this rank's */
quire_status q_commit_upsert(q_commit *commit, quire_receipt *receipt, quire_error *error);
/** Once all have upserted: gather the receipts and finish. @param version may be NULL */
quire_status q_commit_complete(q_commit *commit, const quire_receipt *own,
                               quire_version_id *version, quire_error *error);

/**
 * All ranks merge their parts; after a barrier rank 0 finishes, and tells.
 * @param before what rank 0 has found until now, in `error`; ignored elsewhere
 * @param version may be NULL
 */
quire_status q_commit_finish(q_commit *commit, quire_status before, quire_version_id *version,
                             quire_error *error);

#endif
