/** @file `quire-mpi get`: ranks share the work of a download. */
#include <mpi.h>
#include <quire/mpi.h>

#include "cli/commands.h"
#include "cli/get_request.h"
#include "cli/mpi_agree.h"
#include "cli/report.h"

enum {
    EACH_NODE = Q_GET_OWN
};

static const q_option options[] = {
    Q_GET_ROWS,
    {EACH_NODE, "each-node", 0, NULL, "DIR is local to each node: each gets a copy"},
    {0},
};

static quire_status get(q_cli *cli, const q_get_request *request, bool each_node) {
    quire_store *store = NULL;
    char spelled[Q_OPERANDS_SPELLED] = "";
    quire_read_report report = {0};
    q_cli_meter(cli, "getting");
    quire_mpi_read_options read = {.path = request->path,
                                   .skip_references = request->skip_references,
                                   .each_node = each_node,
                                   .progress = q_meter_update,
                                   .progress_context = &cli->meter};
    quire_status status = q_mpi_agree(cli, q_cli_open(cli, &store));
    if (status == QUIRE_OK) {
        status = q_mpi_spell(cli, store, request->address, spelled);
    }
    if (status == QUIRE_OK) {
        const char *exact = q_operands_exact(request->address, spelled);
        status = q_mpi_agreed(cli, quire_mpi_download(MPI_COMM_WORLD, store, exact, request->folder,
                                                      &read, &report, &cli->error));
    }
    if (status == QUIRE_OK) {
        q_report_print(cli, spelled, request->folder, &report);
    }
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = 0;
    const char *value = NULL;
    q_get_request request = {0};
    bool each_node = false;
    quire_status status;
    do {
        status = q_get_next(cli, args, &request, &id, &value);
        each_node = each_node || id == EACH_NODE;
    } while (status == QUIRE_OK && id != Q_OPTION_END);
    return status == QUIRE_OK ? get(cli, &request, each_node) : status;
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
