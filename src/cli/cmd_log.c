/** @file `quire log`: the simple mode, one writer provides everything. */
#include "base/environment.h"
#include "cli/commands.h"
#include "cli/making.h"

static const q_option options[] = {
    Q_COMPOSE_TYPE_ROW, Q_COMPOSE_ENTRY_ROWS, Q_COMPOSE_NOTE_ROWS, Q_COMPOSE_STORING_ROWS, {0},
};

static quire_status log_artifact(q_cli *cli, const q_composition *composition) {
    q_making making = {0};
    quire_status status = q_making_begin(cli, composition, "storing", &making);
    if (status == QUIRE_OK) {
        status = q_compose_artifact(cli, composition, composition->address, composition->type,
                                    &making.artifact);
    }
    if (status == QUIRE_OK) {
        status = quire_log_artifact(making.store, making.artifact, &making.commit, &making.version,
                                    &cli->error);
    }
    if (status == QUIRE_OK) {
        q_making_print(cli, making.store, &making.version, composition);
    }
    q_making_free(&making);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    quire_status status = q_compose_read(cli, args, "NAME", &composition);
    if (status == QUIRE_OK) {
        status = q_compose_need_type(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = q_compose_need_additions(cli, &composition);
    }
    if (status == QUIRE_OK && q_environment_is_rank()) {
        q_cli_note(cli, "warning: every rank logs for itself; quire-mpi log makes one version");
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
            "one is printed, the aliases move to it, and what else is said of it stays.\n"
            "\n"
            "As many threads as this process has processors, or $QUIRE_THREADS, read the\n"
            "files.\n",
    .options = options,
    .run = run,
};
