/** @file `quire tag`: add tags to a version, or take them away. */
#include <stdlib.h>

#include "cli/annotate.h"
#include "cli/commands.h"
#include "cli/words.h"

static const q_option options[] = {
    {Q_WORDS_REMOVE, "remove", 0, "TAG", "take this tag away; may be repeated"},
    {0},
};

static quire_status run(q_cli *cli, q_option_reader *args) {
    const char *address = NULL;
    q_words added = {0};
    q_words removed = {0};
    quire_status status = q_words_read_change(cli, args, &address, &added, &removed);
    if (status == QUIRE_OK && !address) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && added.count + removed.count == 0) {
        status = q_cli_usage(cli, "TAG is missing");
    }
    if (status == QUIRE_OK) {
        quire_notes_change change = {.add_tags = added.items,
                                     .add_tag_count = added.count,
                                     .remove_tags = removed.items,
                                     .remove_tag_count = removed.count};
        status = q_annotate(cli, address, &change);
    }
    free(added.items);
    free(removed.items);
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
