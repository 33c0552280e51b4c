/** @file `quire path`: where a large file lies, to be opened in place. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/parse.h"

/* What is there and is no reference has bytes: in a pack, with those of others. */
static bool is_packed(quire_version *version, const char *path) {
    quire_entry entry;
    return quire_version_get_entry(version, path, &entry, NULL) == QUIRE_OK && !entry.reference;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    static const char *const names[] = {"NAME:VERSION/PATH"};
    const char *place = NULL;
    const char *path = NULL;
    char *address = NULL;
    char *file = NULL;
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_status status = q_operands_read(cli, args, names, 1, &place);
    if (status == QUIRE_OK) {
        status = q_parse_place(cli, place, &address, &path);
    }
    if (status == QUIRE_OK) {
        status = q_operands_open(cli, address, &store, &version);
    }
    if (status == QUIRE_OK) {
        status = quire_version_local_path(version, path, &file, &cli->error);
        if (status == QUIRE_USAGE && is_packed(version, path)) {
            q_cli_hint(cli, status, "use 'quire cat' or 'quire get'");
        }
    }
    if (status == QUIRE_OK && cli->json) {
        q_out_object(&cli->output, NULL);
        q_out_string(&cli->output, "path", path);
        q_out_string(&cli->output, "file", file);
        q_out_end(&cli->output);
    } else if (status == QUIRE_OK) {
        q_out_bytes(&cli->output, file, strlen(file)); /* as it is: it is there to be opened */
        q_out_bytes(&cli->output, "\n", 1);
    }
    free(file);
    quire_version_free(version);
    quire_store_free(store);
    free(address);
    return status;
}

const q_command q_cmd_path = {
    .name = "path",
    .group = "Read",
    .summary = "where a large file lies, to be opened in place",
    .examples = "quire path model:best/weights.bin\n",
    .usage = "NAME[:VERSION]/PATH",
    .text = "The file is the store's own: read it, never write to it. Small files share a\n"
            "pack and have no path of their own; use 'quire cat' or 'quire get'.\n",
    .run = run,
};
