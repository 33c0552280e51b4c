/** @file `quire alias`: move aliases to a version, or take them away. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/words.h"

static const q_option options[] = {
    {Q_WORDS_REMOVE, "remove", 0, "NAME:ALIAS", "take this alias away; may be repeated"},
    {0},
};

typedef struct changes {
    const char *address;
    q_words aliases, removals;
} changes;

static quire_status read_changes(q_cli *cli, q_option_reader *args, changes *asked) {
    quire_status status =
        q_words_read_change(cli, args, &asked->address, &asked->aliases, &asked->removals);
    if (status == QUIRE_OK && asked->address && asked->aliases.count == 0) {
        status = q_cli_usage(cli, "ALIAS is missing");
    }
    if (status == QUIRE_OK && !asked->address && asked->removals.count == 0) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && asked->address) {
        status = q_operands_need_version(cli, asked->address);
    }
    for (size_t i = 0; status == QUIRE_OK && i < asked->removals.count; i++) {
        status = q_operands_need_version(cli, asked->removals.items[i]);
    }
    return status;
}

static quire_status apply(q_cli *cli, const changes *asked) {
    quire_store *store = NULL;
    quire_status status = q_cli_open(cli, &store);
    for (size_t i = 0; status == QUIRE_OK && i < asked->removals.count; i++) {
        status = quire_alias_remove(store, asked->removals.items[i], &cli->error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < asked->aliases.count; i++) {
        status = quire_alias_set(store, asked->address, asked->aliases.items[i], &cli->error);
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
    for (size_t i = 0; i < asked->aliases.count; i++) {
        q_out_string(out, NULL, asked->aliases.items[i]);
    }
    q_out_end(out);
    q_out_array(out, "removed");
    for (size_t i = 0; i < asked->removals.count; i++) {
        q_out_string(out, NULL, asked->removals.items[i]);
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
    free(asked.aliases.items);
    free(asked.removals.items);
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
