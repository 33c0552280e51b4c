/** @file `quire use`: record that a job consumed a version. */
#include "cli/commands.h"
#include "cli/operands.h"

enum {
    JOB = 1
};

static const q_option options[] = {
    {JOB, "job", 0, "JOB", "who uses it; else the Slurm or PBS job"},
    {0},
};

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = 0;
    const char *value = NULL;
    const char *address = NULL;
    const char *job = NULL;
    quire_store *store = NULL;
    quire_status status = QUIRE_OK;
    do {
        status = q_operands_next(cli, args, "NAME:VERSION", &address, &id, &value);
        job = id == JOB ? value : job;
    } while (status == QUIRE_OK && id != Q_OPTION_END);
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        status = quire_version_use(store, address, job, &cli->error);
    }
    if (status == QUIRE_OK && cli->json) {
        q_out_object(&cli->output, NULL);
        q_out_string(&cli->output, "address", address);
        q_out_string(&cli->output, "job", job);
        q_out_end(&cli->output);
    }
    quire_store_free(store);
    return status;
}

const q_command q_cmd_use = {
    .name = "use",
    .group = "Annotate",
    .summary = "record that a job consumed a version",
    .examples = "quire use digits:v3 --job train-17\n",
    .usage = "NAME[:VERSION] [--job JOB]",
    .text = "'quire show' tells who used a version.\n",
    .options = options,
    .run = run,
};
