/** @file `quire patch`: the differences to a version. */
#include <inttypes.h>
#include <stdio.h>

#include "base/name.h"
#include "cli/commands.h"
#include "cli/making.h"

static const q_option options[] = {
    {Q_COMPOSE_REMOVE, "remove", 0, "PATH", "take a path, or all below it, out; may be\nrepeated"},
    Q_COMPOSE_ENTRY_ROWS,
    Q_COMPOSE_NOTE_ROWS,
    Q_COMPOSE_STORING_ROWS,
    {0},
};

static quire_status patch(q_cli *cli, const q_composition *composition) {
    quire_version *base = NULL;
    q_making making = {0};
    q_address address;
    char number[32];
    quire_status status = q_name_parse_address(composition->address, &address, &cli->error);
    if (status == QUIRE_OK) {
        status = q_making_begin(cli, composition, "storing", &making);
    }
    if (status == QUIRE_OK) {
        status = quire_version_open(making.store, composition->address, &base, &cli->error);
    }
    if (status == QUIRE_OK) {
        status = q_compose_artifact(cli, composition, address.name,
                                    quire_version_get_info(base)->type, &making.artifact);
    }
    if (status == QUIRE_OK) {
        /* The number, because an alias may have moved since it was looked at. */
        snprintf(number, sizeof number, "v%" PRId64, quire_version_get_info(base)->number);
        status = quire_patch_artifact(making.store, number, making.artifact, &making.commit,
                                      &making.version, &cli->error);
    }
    if (status == QUIRE_OK) {
        q_making_print(cli, making.store, &making.version, composition);
    }
    quire_version_free(base);
    q_making_free(&making);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    quire_status status = q_compose_read(cli, args, "NAME:VERSION", &composition);
    if (status == QUIRE_OK && composition.addition_count == 0) {
        status = q_cli_usage(cli, "there is neither a PATH to add nor one to --remove");
    }
    if (status == QUIRE_OK) {
        status = patch(cli, &composition);
    }
    q_compose_free(&composition);
    return status;
}

const q_command q_cmd_patch = {
    .name = "patch",
    .group = "Make versions",
    .summary = "make a version out of the differences to another",
    .examples = "quire patch digits:latest new.csv --under parts part-3.csv\n"
                "quire patch digits:v4 --remove parts/old.csv --alias clean\n",
    .usage = "NAME[:VERSION] [--remove PATH]... [OPTION]... [PATH]...",
    .text = "PATHs are added to the version, or replace what it has. Costs what changes, not\n"
            "what the version holds.\n",
    .options = options,
    .run = run,
};
