/** @file `quire-mpi push`: ranks share the work of a push. */
#include <mpi.h>
#include <quire/mpi.h>

#include "cli/commands.h"
#include "cli/mpi_agree.h"
#include "cli/push_request.h"

static const q_option options[] = {
    Q_PUSH_ROWS,
    {0},
};

static quire_status push(q_cli *cli, const q_push_request *request) {
    quire_store *from = NULL, *to = NULL;
    quire_version_id made = {0};
    quire_push_report report = {0};
    q_cli_meter(cli, "pushing");
    const quire_mpi_push_options asked = {.name = request->name,
                                          .aliases = request->aliases.items,
                                          .alias_count = request->aliases.count,
                                          .skip_aliases = request->skip_aliases,
                                          .job = request->job,
                                          .progress = q_meter_update,
                                          .progress_context = &cli->meter};
    quire_status status = q_cli_open_url(cli, request->from, &from);
    if (status == QUIRE_OK) {
        status = q_cli_open_url(cli, request->to, &to);
    }
    status = q_mpi_agree(cli, status);
    if (status == QUIRE_OK) {
        status = q_mpi_agreed(cli, quire_mpi_push(MPI_COMM_WORLD, from, request->address, to,
                                                  &asked, &report, &made, &cli->error));
    }
    if (status == QUIRE_OK) {
        q_push_print(cli, quire_store_url(to), &made, &report);
    }
    quire_store_free(to);
    quire_store_free(from);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_push_request request = {0};
    quire_status status = q_push_request_read(cli, args, false, &request);
    if (status == QUIRE_OK) {
        status = push(cli, &request);
    }
    q_push_request_free(&request);
    return status;
}

const q_command q_mpi_push = {
    .name = "push",
    .group = "Commands",
    .summary = "copy a version into another store",
    .examples = "mpirun -n 4 quire-mpi push digits:v3 /archive/store\n"
                "mpirun -n 4 quire-mpi push /scratch/store model:best /archive/store\n",
    .usage = "NAME[:VERSION] URL [OPTION]...\n"
             "SOURCE NAME[:VERSION] URL [OPTION]...",
    .text = "Ranks share the files out. What is there already is not sent again; a push\n"
            "that was killed goes on when it is given again, by any number of ranks.\n",
    .options = options,
    .run = run,
};
