/**
 * @file
 * `quire-mpi`: the collective commands. The one place of quire that knows MPI_COMM_WORLD. Every
 * rank reads the same command line, rank 0 speaks, and all exit with the same code after
 * MPI_Finalize().
 */
#include <mpi.h>
#include <signal.h>

#include "base/environment.h"
#include "cli/commands.h"
#include "cli/mpi_agree.h"

static const q_command *const commands[] = {&q_mpi_log,    &q_mpi_get,     &q_mpi_push,
                                            &q_mpi_verify, &q_mpi_version, NULL};

int main(int argc, char **argv) {
    q_cli_hold_descriptors();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit on file sizes fails, and says so */
    q_cli cli = {
        .program = "quire-mpi",
        .summary = "one version out of the files of all MPI ranks",
        .examples = "mpirun -n 4 quire-mpi log digits --type dataset /shared/data\n"
                    "mpirun -n 4 quire-mpi log preds --type dataset '/tmp/part-{rank}'\n"
                    "mpirun -n 4 quire-mpi get digits:latest -o /shared/digits\n",
        .commands = commands,
        .elsewhere = "All else is done by one process: see 'quire --help'.",
        .size = 1,
    };
    /* Outside of any job, help needs no MPI, which may be slow to start or not work here. */
    char room[Q_ENVIRONMENT_SIZE];
    bool needs_mpi = !q_cli_wants_help(argv) || q_environment_writer(room);
    if (needs_mpi) {
        int provided;
        MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
        MPI_Comm_rank(MPI_COMM_WORLD, &cli.rank);
        MPI_Comm_size(MPI_COMM_WORLD, &cli.size);
        cli.output.is_silent = cli.rank != 0;
    }
    cli.json = q_cli_wants_json(argv);
    quire_status status = needs_mpi ? q_mpi_agree_command_line(&cli, argv) : QUIRE_OK;
    status = q_cli_flush(&cli, status == QUIRE_OK ? q_cli_run(&cli, argv) : status);
    if (needs_mpi) {
        status = q_mpi_agree(&cli, status);
    }
    q_cli_report(&cli, status);
    if (needs_mpi) {
        MPI_Finalize();
    }
    return (int)status;
}
