/** @file `quire ls`: collections, versions of one, entries of one of these. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/listing.h"

enum {
    LONG = 1,
    RECURSIVE
};

static const q_option options[] = {
    {LONG, "long", 'l', NULL, "more on each line: size, digest, ..."},
    {RECURSIVE, "recursive", 'r', NULL, "all files below, not one folder"},
    {0},
};

static quire_status list(q_cli *cli, quire_store *store, const char *address, const char *folder,
                         bool is_long, bool is_recursive) {
    if (!address) {
        return q_list_collections(cli, store, is_long);
    }
    if (!strchr(address, ':') && !folder) {
        return q_list_versions(cli, store, address, is_long);
    }
    quire_version *version = NULL;
    quire_status status = quire_version_open(store, address, &version, &cli->error);
    if (status == QUIRE_OK) {
        status = q_list_entries(cli, version, folder, is_long, is_recursive);
    }
    quire_version_free(version);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *address = NULL;
    const char *folder = NULL;
    bool is_long = false;
    bool is_recursive = false;
    quire_store *store = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, address ? &folder : &address, value, "FOLDER");
        }
        is_long = is_long || id == LONG;
        is_recursive = is_recursive || id == RECURSIVE;
    }
    if (status == QUIRE_OK && is_recursive && (!address || !strchr(address, ':')) && !folder) {
        status = q_cli_usage(cli, "--recursive needs NAME:VERSION");
    }
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        if (cli->json) {
            q_out_array(&cli->output, NULL);
        }
        status = list(cli, store, address, folder, is_long, is_recursive);
        if (cli->json && status == QUIRE_OK) {
            q_out_end(&cli->output);
        }
    }
    quire_store_free(store);
    return status;
}

const q_command q_cmd_ls = {
    .name = "ls",
    .group = "Look",
    .summary = "list collections, versions or files",
    .examples = "quire ls\n"
                "quire ls digits\n"
                "quire ls digits:latest parts -l\n"
                "quire ls digits:v3 -r --json\n",
    .usage = "[-l]\nNAME [-l]\nNAME:VERSION [FOLDER] [-l] [-r]",
    .text = "",
    .options = options,
    .run = run,
};
