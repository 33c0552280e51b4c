/**
 * @file
 * One file, hashed and stored by all ranks. Each function is collective and ends in agreement.
 */
#ifndef Q_MPI_SHARED_FILE_H
#define Q_MPI_SHARED_FILE_H

#include "mpi/arguments.h"
#include "mpi/progress.h"

typedef struct q_shared_files {
    const q_context *context;
    quire_store *store;
    quire_artifact *artifact;
    const quire_mpi_add_options *options; /**< never NULL */
    bool wanted;                          /**< rank 0 has a callback for progress */
} q_shared_files;

/** Note what must agree besides the files: the store, the options. */
void q_shared_files_collect(q_shared_files *files, q_arguments *arguments);

/** Add a file, as quire_mpi_add_shared_file(). Its names are the same on all ranks by now. */
quire_status q_shared_files_add(const q_shared_files *files, const char *file, const char *path,
                                quire_error *error);

/** A rank's run of `blocks`: its first one; the first of rank `size` is `blocks`. */
uint64_t q_shared_first(uint64_t blocks, int rank, int size);

#endif
