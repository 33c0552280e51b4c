/** @file `quire rm`: delete a version. */
#include "cli/commands.h"
#include "cli/operands.h"

enum {
    DELETE_ALIASES = 1
};

static const q_option options[] = {
    {DELETE_ALIASES, "delete-aliases", 0, NULL, "even when an alias points to it"},
    {0},
};

/* Which one an alias stands for is told, and deleted, even if the alias moves meanwhile. One that
 * cannot be opened, for it is damaged, may still be deleted. */
static const char *look_up(quire_store *store, const char *address,
                           char spelled[Q_OPERANDS_SPELLED]) {
    quire_error ignored;
    quire_version *version = NULL;
    if (quire_version_open(store, address, &version, &ignored) != QUIRE_OK) {
        return address;
    }
    q_operands_spell(version, spelled);
    quire_version_free(version);
    return spelled;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = 0;
    const char *value = NULL;
    const char *address = NULL;
    char spelled[Q_OPERANDS_SPELLED];
    int delete_aliases = 0;
    quire_store *store = NULL;
    quire_status status = QUIRE_OK;
    do {
        status = q_operands_next(cli, args, "NAME:VERSION", &address, &id, &value);
        delete_aliases = delete_aliases || id == DELETE_ALIASES;
    } while (status == QUIRE_OK && id != Q_OPTION_END);
    if (status == QUIRE_OK) {
        status = q_operands_need_version(cli, address);
    }
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        address = look_up(store, address, spelled);
        status = quire_version_delete(store, address, delete_aliases, &cli->error);
        if (status == QUIRE_CONFLICT) {
            q_cli_hint(cli, status, "'quire alias --remove' and --delete-aliases do so");
        }
    }
    if (status == QUIRE_OK && cli->json) {
        q_out_object(&cli->output, NULL);
        q_out_string(&cli->output, "address", address);
        q_out_bool(&cli->output, "deleted", true);
        q_out_end(&cli->output);
    }
    if (status == QUIRE_OK) {
        q_cli_note(cli, "deleted %s", address);
    }
    quire_store_free(store);
    return status;
}

const q_command q_cmd_rm = {
    .name = "rm",
    .group = "Look after the store",
    .summary = "delete a version",
    .examples = "quire rm digits:v3\n",
    .usage = "NAME:VERSION [--delete-aliases]",
    .text = "'quire gc' frees the space. The number is never used again.\n"
            "Once no version and no draft is left, the next one may have another type.\n",
    .options = options,
    .run = run,
};
