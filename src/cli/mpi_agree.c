/**
 * @file
 * One reduction finds the lowest failing rank, one broadcast tells everybody its error. A rank that
 * fails in reading its command line meets the others in the first agreement they come to, so every
 * command has one before its first other collective call.
 */
#include "cli/mpi_agree.h"

#include <mpi.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a over the words with their ends; without the program's name, which may be a path. */
static uint64_t hash_words(char **argv) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (char **word = argv[0] ? argv + 1 : argv; *word; word++) {
        for (const char *c = *word;; c++) {
            hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
            if (!*c) {
                break;
            }
        }
    }
    return hash;
}

quire_status q_mpi_agree_command_line(q_cli *cli, char **argv) {
    uint64_t mine = hash_words(argv);
    uint64_t first = mine;
    MPI_Bcast(&first, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    int differing = mine == first ? cli->size : cli->rank;
    int lowest = cli->size;
    MPI_Allreduce(&differing, &lowest, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (lowest == cli->size) {
        return QUIRE_OK;
    }
    quire_status status = q_error_set(
        &cli->error, QUIRE_USAGE,
        "the command line is not that of rank 0; use {rank} to name a rank's own files");
    cli->error.rank = lowest;
    return q_mpi_agreed(cli, status);
}

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

quire_status q_mpi_spell(q_cli *cli, quire_store *store, const char *address,
                         char spelled[Q_OPERANDS_SPELLED]) {
    quire_status status = QUIRE_OK;
    if (cli->rank == 0) {
        quire_version *version = NULL;
        status = quire_version_open(store, address, &version, &cli->error);
        if (status == QUIRE_OK) {
            q_operands_spell(version, spelled);
        }
        quire_version_free(version);
    }
    status = q_mpi_agree(cli, status);
    if (status == QUIRE_OK) {
        MPI_Bcast(spelled, Q_OPERANDS_SPELLED, MPI_CHAR, 0, MPI_COMM_WORLD);
    }
    return status;
}
