/** @file Agreement of the ranks of quire-mpi, for what can fail on one of them outside the library.
 */
#ifndef Q_CLI_MPI_AGREE_H
#define Q_CLI_MPI_AGREE_H

#include "cli/operands.h"

/**
 * Agree that all ranks were given the same command line; QUIRE_USAGE on all when one was not.
 * Collective over MPI_COMM_WORLD, before everything else: what a command does next, and whether it
 * is collective, depends on its options.
 */
quire_status q_mpi_agree_command_line(q_cli *cli, char **argv);

/**
 * Collective over MPI_COMM_WORLD. All ranks return QUIRE_OK, or all return the status of the lowest
 * rank that failed, with its error in cli->error. Once that has happened, or after q_mpi_agreed(),
 * the ranks know that they end, and further calls return `status` at once.
 */
quire_status q_mpi_agree(q_cli *cli, quire_status status);

/**
 * Which version an address names: NAME:vN, on all ranks, as rank 0 finds it. Collective over
 * MPI_COMM_WORLD; a version that cannot be opened is an agreed failure.
 */
quire_status q_mpi_spell(q_cli *cli, quire_store *store, const char *address,
                         char spelled[Q_OPERANDS_SPELLED]);

/** Note that a collective library call has just given all ranks the same failure. */
quire_status q_mpi_agreed(q_cli *cli, quire_status status);

#endif
