/** @file `quire-mpi get`: ranks share the work of a download. */
#include <mpi.h>
#include <quire/mpi.h>

#include "cli/commands.h"
#include "cli/mpi_agree.h"
#include "cli/report.h"

enum {
    OUTPUT = 1,
    PATH,
    SKIP_REFERENCES,
    EACH_NODE
};

static const q_option options[] = {
    {OUTPUT, "output", 'o', "DIR", "the folder to write to; made if need be"},
    {PATH, "path", 0, "PATH", "only this file, or all below this folder"},
    {SKIP_REFERENCES, "skip-references", 0, NULL, "leave references where they are"},
    {EACH_NODE, "each-node", 0, NULL, "DIR is local to each node: each gets a copy"},
    {0},
};

static quire_status get(q_cli *cli, const char *address, const char *folder,
                        quire_mpi_read_options *read) {
    quire_store *store = NULL;
    quire_read_report report = {0};
    q_meter_start(&cli->meter, cli->program, "getting", cli->quiet || cli->no_progress);
    read->progress = q_meter_update;
    read->progress_context = &cli->meter;
    quire_status status = q_mpi_agree(cli, q_cli_open(cli, &store));
    if (status == QUIRE_OK) {
        status = q_mpi_agreed(cli, quire_mpi_download(MPI_COMM_WORLD, store, address, folder, read,
                                                      &report, &cli->error));
    }
    if (status == QUIRE_OK) {
        q_report_print(cli, address, folder, &report);
    }
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *address = NULL;
    const char *folder = NULL;
    quire_mpi_read_options read = {0};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            break;
        }
        if (id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &address, value, "NAME:VERSION");
        } else if (id == OUTPUT) {
            folder = value;
        } else if (id == PATH) {
            read.path = value;
        } else if (id == SKIP_REFERENCES) {
            read.skip_references = 1;
        } else if (id == EACH_NODE) {
            read.each_node = 1;
        }
    }
    if (status == QUIRE_OK && !address) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && (!folder || !*folder)) {
        status = q_cli_usage(cli, "-o DIR is missing");
    }
    return status == QUIRE_OK ? get(cli, address, folder, &read) : status;
}

const q_command q_mpi_get = {
    .name = "get",
    .group = "Commands",
    .summary = "write a version's files to a folder",
    .examples = "mpirun -n 4 quire-mpi get digits:latest -o /shared/digits\n"
                "mpirun -n 8 quire-mpi get model:best -o /tmp/model --each-node\n",
    .usage = "NAME[:VERSION] -o DIR [OPTION]...",
    .text = "Files that are there are replaced, others left alone.\n",
    .options = options,
    .run = run,
};
