/** @file `quire alias`: move aliases to a version, or take them away. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/operands.h"

enum {
    REMOVE = 1
};

static const q_option options[] = {
    {REMOVE, "remove", 0, "NAME:ALIAS", "take this alias away; may be repeated"},
    {0},
};

typedef struct changes {
    const char *address;
    const char **aliases;
    size_t alias_count;
    const char **removals;
    size_t removal_count;
} changes;

static quire_status read_changes(q_cli *cli, q_option_reader *args, changes *asked) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK) {
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK || id == Q_OPTION_END) {
            break;
        }
        if (id == REMOVE) {
            status = q_cli_grow(cli, &asked->removals, sizeof value, asked->removal_count);
            if (status == QUIRE_OK) {
                asked->removals[asked->removal_count++] = value;
            }
        } else if (!asked->address) {
            asked->address = value;
        } else {
            status = q_cli_grow(cli, &asked->aliases, sizeof value, asked->alias_count);
            if (status == QUIRE_OK) {
                asked->aliases[asked->alias_count++] = value;
            }
        }
    }
    if (status == QUIRE_OK && asked->address && asked->alias_count == 0) {
        status = q_cli_usage(cli, "ALIAS is missing");
    }
    if (status == QUIRE_OK && !asked->address && asked->removal_count == 0) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && asked->address) {
        status = q_operands_need_version(cli, asked->address);
    }
    for (size_t i = 0; status == QUIRE_OK && i < asked->removal_count; i++) {
        status = q_operands_need_version(cli, asked->removals[i]);
    }
    return status;
}

static quire_status apply(q_cli *cli, const changes *asked) {
    quire_store *store = NULL;
    quire_status status = q_cli_open(cli, &store);
    for (size_t i = 0; status == QUIRE_OK && i < asked->removal_count; i++) {
        status = quire_alias_remove(store, asked->removals[i], &cli->error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < asked->alias_count; i++) {
        status = quire_alias_set(store, asked->address, asked->aliases[i], &cli->error);
    }
    quire_store_free(store);
    return status;
}

static void print_changes(q_cli *cli, const changes *asked) {
    q_output *out = &cli->output;
    if (!cli->json) {
        return;
    }
    q_out_object(out, NULL);
    q_out_string(out, "address", asked->address);
    q_out_array(out, "set");
    for (size_t i = 0; i < asked->alias_count; i++) {
        q_out_string(out, NULL, asked->aliases[i]);
    }
    q_out_end(out);
    q_out_array(out, "removed");
    for (size_t i = 0; i < asked->removal_count; i++) {
        q_out_string(out, NULL, asked->removals[i]);
    }
    q_out_end(out);
    q_out_end(out);
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    changes asked = {0};
    quire_status status = read_changes(cli, args, &asked);
    if (status == QUIRE_OK) {
        status = apply(cli, &asked);
    }
    if (status == QUIRE_OK) {
        print_changes(cli, &asked);
    }
    free(asked.aliases);
    free(asked.removals);
    return status;
}

const q_command q_cmd_alias = {
    .name = "alias",
    .group = "Annotate",
    .summary = "move aliases to a version, or take them away",
    .examples = "quire alias digits:v3 best clean\n"
                "quire alias --remove digits:clean\n",
    .usage = "NAME:VERSION ALIAS...\n--remove NAME:ALIAS",
    .text = "'latest' and 'vN' are the store's own.\n",
    .options = options,
    .run = run,
};
