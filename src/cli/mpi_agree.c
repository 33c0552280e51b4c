/**
 * @file
 * One reduction finds the lowest failing rank, one broadcast tells everybody its error. A rank that
 * fails in reading its command line meets the others in the first agreement they come to, so every
 * command has one before its first other collective call.
 */
#include "cli/mpi_agree.h"

#include <mpi.h>
#include <string.h>

quire_status q_mpi_agree(q_cli *cli, quire_status status) {
    if (cli->is_agreed) {
        return status;
    }
    int mine = status == QUIRE_OK ? cli->size : cli->rank;
    int lowest = cli->size;
    int failed = status != QUIRE_OK;
    int failures = 0;
    MPI_Allreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&failed, &failures, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (lowest == cli->size) {
        return QUIRE_OK;
    }
    quire_error error = cli->error;
    error.status = (int32_t)status;
    /* When all fail, as they do on a mistake in the command line, it is no rank's own fault. */
    error.rank = failures == cli->size ? -1 : lowest;
    MPI_Bcast(&error, (int)sizeof error, MPI_BYTE, lowest, MPI_COMM_WORLD);
    cli->error = error;
    cli->is_agreed = true;
    return (quire_status)error.status;
}

quire_status q_mpi_agreed(q_cli *cli, quire_status status) {
    cli->is_agreed = cli->is_agreed || status != QUIRE_OK;
    return status;
}
