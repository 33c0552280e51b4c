/** @file `quire note`: change the description, metadata or time to live of a version. */
#include <stdlib.h>

#include "cli/annotate.h"
#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/parse.h"

enum {
    DESCRIPTION = 1,
    METADATA,
    TTL
};

static const q_option options[] = {
    {DESCRIPTION, "description", 0, "TEXT", "what it is; '' takes it away"},
    {METADATA, "metadata", 0, "JSON|@FILE",
     "a JSON object, or a file with one; replaces\nall there was"},
    {TTL, "ttl", 0, "SPAN",
     "gc may delete it when it is older than 3600,\n90s, 30m, 12h, 7d; 0: it is kept"},
    {0},
};

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = 0;
    const char *value = NULL;
    const char *address = NULL;
    const char *metadata = NULL;
    char *json = NULL;
    int64_t ttl = 0;
    quire_notes_change change = {0};
    quire_status status = QUIRE_OK;
    do {
        status = q_operands_next(cli, args, "NAME:VERSION", &address, &id, &value);
        if (status == QUIRE_OK && id == DESCRIPTION) {
            change.description = value;
        } else if (status == QUIRE_OK && id == METADATA) {
            metadata = value;
        } else if (status == QUIRE_OK && id == TTL) {
            status = q_parse_duration(cli, "--ttl", value, &ttl);
            change.ttl = &ttl;
        }
    } while (status == QUIRE_OK && id != Q_OPTION_END);
    if (status == QUIRE_OK && !change.description && !metadata && !change.ttl) {
        status = q_cli_usage(cli, "nothing to change is given");
    }
    if (status == QUIRE_OK && metadata) {
        status = q_parse_text(cli, "--metadata", metadata, &json);
    }
    if (status == QUIRE_OK) {
        change.metadata = json;
        status = q_annotate(cli, address, &change);
    }
    free(json);
    return status;
}

const q_command q_cmd_note = {
    .name = "note",
    .group = "Annotate",
    .summary = "change a version's description, metadata or ttl",
    .examples = "quire note digits:v3 --description 'without the blurred ones'\n"
                "quire note digits:v3 --metadata @metrics.json --ttl 30d\n",
    .usage = "NAME:VERSION [--description TEXT] [--metadata JSON|@FILE]\n    [--ttl SPAN]",
    .text = "",
    .options = options,
    .run = run,
};
