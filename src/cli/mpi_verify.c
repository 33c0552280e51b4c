/** @file `quire-mpi verify`: ranks share the work of checking a version. */
#include <mpi.h>
#include <quire/mpi.h>

#include "cli/commands.h"
#include "cli/mpi_agree.h"
#include "cli/operands.h"
#include "cli/report.h"

static void print_outcome(q_cli *cli, const char *address, const quire_read_report *report) {
    q_output *out = &cli->output;
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "address", address);
        q_out_bool(out, "sound", true);
        q_report_members(out, report);
        q_out_end(out);
    }
    q_report_sound(cli, address, report);
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    static const char *const names[] = {"NAME:VERSION"};
    const char *address = NULL;
    char spelled[Q_OPERANDS_SPELLED] = "";
    quire_store *store = NULL;
    quire_read_report report = {0};
    quire_mpi_read_options read = {.progress = q_meter_update, .progress_context = &cli->meter};
    quire_status status = q_operands_read(cli, args, names, 1, &address);
    if (status != QUIRE_OK) {
        return status;
    }
    q_cli_meter(cli, "verifying");
    status = q_mpi_agree(cli, q_cli_open(cli, &store));
    if (status == QUIRE_OK) {
        status = q_mpi_spell(cli, store, address, spelled);
    }
    if (status == QUIRE_OK) {
        status = q_mpi_agreed(cli, quire_mpi_verify(MPI_COMM_WORLD, store,
                                                    q_operands_exact(address, spelled), &read,
                                                    &report, &cli->error));
    }
    if (status == QUIRE_OK) {
        print_outcome(cli, spelled, &report);
    }
    quire_store_free(store);
    return status;
}

const q_command q_mpi_verify = {
    .name = "verify",
    .group = "Commands",
    .summary = "check every byte of a version",
    .examples = "mpirun -n 4 quire-mpi verify digits:latest\n",
    .usage = "NAME[:VERSION]",
    .text = "Exit code 6 when there is a fault; 'quire verify' lists all of them.\n",
    .run = run,
};
