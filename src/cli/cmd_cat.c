/** @file `quire cat`: one file, or a range of it, to stdout. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/parse.h"

enum {
    RANGE = 1
};

static const q_option options[] = {
    {RANGE, "range", 0, "OFFSET:[LENGTH]", "only LENGTH bytes from OFFSET on"},
    {0},
};

static quire_status write_data(void *context, const void *data, size_t size) {
    q_cli *cli = context;
    q_out_bytes(&cli->output, data, size);
    return q_out_check(&cli->output, &cli->error);
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *place = NULL;
    const char *path = NULL;
    char *address = NULL;
    uint64_t offset = 0;
    uint64_t length = UINT64_MAX;
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &place, value, "NAME:VERSION/PATH");
        } else if (status == QUIRE_OK && id == RANGE) {
            status = q_parse_range(cli, value, &offset, &length);
        }
    }
    if (status == QUIRE_OK && !place) {
        status = q_cli_usage(cli, "NAME:VERSION/PATH is missing");
    }
    if (status == QUIRE_OK) {
        status = q_parse_place(cli, place, &address, &path);
    }
    if (status == QUIRE_OK) {
        status = q_operands_open(cli, address, &store, &version);
    }
    if (status == QUIRE_OK) {
        status = quire_version_read(version, path, offset, length, write_data, cli, &cli->error);
    }
    quire_version_free(version);
    quire_store_free(store);
    free(address);
    return status;
}

const q_command q_cmd_cat = {
    .name = "cat",
    .group = "Read",
    .summary = "write one file of a version to stdout",
    .examples = "quire cat digits:latest/README.txt\n"
                "quire cat model:best/weights.bin --range 4096:1024 | xxd\n",
    .usage = "NAME[:VERSION]/PATH [--range OFFSET:[LENGTH]]",
    .text = "",
    .options = options,
    .run = run,
};
