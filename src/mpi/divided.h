/**
 * @file
 * Large files of a version, each written by all ranks that share the folder. They are noted, in the
 * same order on all of these, while the other files are written, and come after them.
 */
#ifndef Q_MPI_DIVIDED_H
#define Q_MPI_DIVIDED_H

#include "mpi/read.h"

/** The ranks that write one folder. */
typedef struct q_group {
    MPI_Comm comm;
    int part, parts; /**< this rank's number among them */
} q_group;

typedef struct q_divided_file {
    char *path; /**< owned */
    uint64_t size, blocks;
} q_divided_file;

/** Set read, group, folder and own; all else is zero. */
typedef struct q_divided {
    q_read *read;
    const q_group *group;
    const char *folder;
    quire_read_report *own; /**< of this rank; added to */
    q_divided_file *files;
    size_t count, capacity;
    uint64_t blocks;                  /**< of all of them */
    char (*places)[QUIRE_PLACE_SIZE]; /**< one a file */
    size_t begun, ended;              /**< by this rank, the first of its group */
    quire_error failure;              /**< of a note */
} q_divided;

/** Local. */
quire_status q_divided_begin(q_divided *divided, quire_error *error);
void q_divided_free(q_divided *divided);
/** For quire_download_options: note a file. */
quire_status q_divided_note(void *context, const quire_entry *entry);
/** Write those that were noted. Collective over all ranks, whatever their groups; agreed. */
quire_status q_divided_write(q_divided *divided, quire_error *error);

#endif
