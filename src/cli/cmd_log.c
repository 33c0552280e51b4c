/** @file `quire log`: the simple mode, one writer provides everything. */
#include "cli/commands.h"
#include "cli/compose.h"

static const q_option options[] = {
    Q_COMPOSE_TYPE_ROW, Q_COMPOSE_ENTRY_ROWS, Q_COMPOSE_NOTE_ROWS, Q_COMPOSE_DURABILITY_ROW, {0},
};

static quire_status log_artifact(q_cli *cli, const q_composition *composition) {
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version = {0};
    q_meter_start(&cli->meter, cli->program, "storing", cli->quiet || cli->no_progress);
    quire_commit_options commit = {
        .progress = q_meter_update, .progress_context = &cli->meter, .job = composition->job};
    quire_status status = q_cli_open(cli, &store);
    if (status == QUIRE_OK) {
        status = q_compose_artifact(cli, composition, composition->address, composition->type,
                                    &artifact);
    }
    if (status == QUIRE_OK) {
        status = quire_log_artifact(store, artifact, &commit, &version, &cli->error);
    }
    if (status == QUIRE_OK) {
        q_compose_print(cli, &version);
    }
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    quire_status status = q_compose_read(cli, args, "NAME", &composition);
    if (status == QUIRE_OK && !composition.type) {
        status = q_cli_usage(cli, "--type is missing");
    }
    if (status == QUIRE_OK && composition.addition_count == 0) {
        status = q_cli_usage(cli, "there is no PATH to log");
    }
    if (status == QUIRE_OK) {
        status = log_artifact(cli, &composition);
    }
    q_compose_free(&composition);
    return status;
}

const q_command q_cmd_log = {
    .name = "log",
    .group = "Make versions",
    .summary = "make a version out of files and folders",
    .examples = "quire log digits --type dataset data/\n"
                "quire log model --type model weights.bin --alias best --metadata @run.json\n"
                "quire log digits --type dataset a.csv --under parts b.csv c.csv\n"
                "quire log web --type dataset --reference page=https://example.org/p.html\n",
    .usage = "NAME --type TYPE [OPTION]... PATH...",
    .text = "The contents of a folder go to the artifact's root, a file under its own name.\n"
            "Prints NAME:vN. Content that a version has already makes no new version: that\n"
            "one is printed, and the aliases move to it.\n",
    .options = options,
    .run = run,
};
