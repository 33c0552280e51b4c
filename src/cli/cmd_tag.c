/** @file `quire tag`: add tags to a version, or take them away. */
#include <stdlib.h>

#include "cli/annotate.h"
#include "cli/commands.h"
#include "cli/operands.h"

enum {
    REMOVE = 1
};

static const q_option options[] = {
    {REMOVE, "remove", 0, "TAG", "take this tag away; may be repeated"},
    {0},
};

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *address = NULL;
    const char **added = NULL;
    const char **removed = NULL;
    quire_notes_change change = {0};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK) {
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK || id == Q_OPTION_END) {
            break;
        }
        if (id == REMOVE) {
            status = q_cli_grow(cli, &removed, sizeof value, change.remove_tag_count);
            if (status == QUIRE_OK) {
                removed[change.remove_tag_count++] = value;
            }
        } else if (!address) {
            address = value;
        } else {
            status = q_cli_grow(cli, &added, sizeof value, change.add_tag_count);
            if (status == QUIRE_OK) {
                added[change.add_tag_count++] = value;
            }
        }
    }
    if (status == QUIRE_OK && !address) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && change.add_tag_count + change.remove_tag_count == 0) {
        status = q_cli_usage(cli, "TAG is missing");
    }
    if (status == QUIRE_OK) {
        change.add_tags = added;
        change.remove_tags = removed;
        status = q_annotate(cli, address, &change);
    }
    free(added);
    free(removed);
    return status;
}

const q_command q_cmd_tag = {
    .name = "tag",
    .group = "Annotate",
    .summary = "add tags to a version, or take them away",
    .examples = "quire tag digits:v3 reviewed\n"
                "quire tag digits:v3 --remove draft\n",
    .usage = "NAME:VERSION [TAG]... [--remove TAG]...",
    .text = "",
    .options = options,
    .run = run,
};
