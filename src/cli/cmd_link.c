/** @file `quire link`: a version in a collection of another project of W&B, a registry say. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/words.h"

static const q_option options[] = {
    {0},
};

static void show(q_cli *cli, const char *address, const char *target, int64_t number) {
    q_output *out = &cli->output;
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "address", address);
        q_out_string(out, "target", target);
        q_out_int(out, "number", number);
        q_out_end(out);
    } else {
        q_out_text(out, "%s:v%" PRId64 "\n", target, number);
    }
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    const char *address = NULL;
    q_words words = {0}, removed = {0}; /* the target, then aliases */
    quire_store *store = NULL;
    int64_t number = -1;
    quire_status status = q_words_read_change(cli, args, &address, &words, &removed);
    if (status == QUIRE_OK && (!address || words.count == 0)) {
        status = q_cli_usage(cli, address ? "[ENTITY/]PROJECT/COLLECTION is missing"
                                          : "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK) {
        status = q_operands_need_version(cli, address);
    }
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        status = quire_version_link(store, address, words.items[0], words.items + 1,
                                    words.count - 1, &number, &cli->error);
    }
    if (status == QUIRE_OK) {
        show(cli, address, words.items[0], number);
    }
    free(words.items);
    free(removed.items);
    quire_store_free(store);
    return status;
}

const q_command q_cmd_link = {
    .name = "link",
    .group = "Annotate",
    .summary = "link a version into a registry of W&B",
    .examples = "quire link forecast:v3 wandb-registry-model/forecasts production\n",
    .usage = "NAME:VERSION [ENTITY/]PROJECT/COLLECTION [ALIAS]...",
    .text = "The version is in both collections then, and has a number and aliases of its\n"
            "own there, which is printed. Only in stores wandb://.\n",
    .options = options,
    .run = run,
};
