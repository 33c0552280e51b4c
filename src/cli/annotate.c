/** @file Changes notes through the library; shows them read back, not as asked for. */
#include "cli/annotate.h"

#include "cli/listing.h"
#include "cli/operands.h"

static quire_status print_notes(q_cli *cli, quire_store *store, const char *address) {
    quire_version *version = NULL;
    quire_status status = quire_version_open(store, address, &version, &cli->error);
    if (status == QUIRE_OK) {
        q_out_object(&cli->output, NULL);
        q_list_version_members(&cli->output, quire_version_get_info(version));
        q_out_end(&cli->output);
    }
    quire_version_free(version);
    return status;
}

quire_status q_annotate(q_cli *cli, const char *address, const quire_notes_change *change) {
    quire_store *store = NULL;
    quire_status status = q_operands_need_version(cli, address);
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        status = quire_version_annotate(store, address, change, &cli->error);
    }
    if (status == QUIRE_OK && cli->json) {
        status = print_notes(cli, store, address);
    }
    quire_store_free(store);
    return status;
}
