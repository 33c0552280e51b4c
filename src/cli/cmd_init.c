/** @file `quire init`: an empty store. */
#include "base/environment.h"
#include "cli/commands.h"

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id;
    const char *value;
    const char *url = NULL;
    quire_status status = q_cli_next(cli, args, &id, &value);
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_take(cli, &url, value, "STORE");
        if (status == QUIRE_OK) {
            status = q_cli_next(cli, args, &id, &value);
        }
    }
    if (status == QUIRE_OK && url && cli->store) {
        status = q_cli_usage(cli, "both STORE and --store are given");
    }
    url = url ? url : cli->store;
    if (status == QUIRE_OK) {
        status = quire_store_init(url, NULL, &cli->error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    url = url ? url : q_environment_store();
    if (cli->json) {
        q_out_object(&cli->output, NULL);
        q_out_string(&cli->output, "store", url);
        q_out_end(&cli->output);
    } else {
        q_out_text(&cli->output, "%s\n", url);
    }
    return QUIRE_OK;
}

const q_command q_cmd_init = {
    .name = "init",
    .group = "Begin",
    .summary = "make an empty store",
    .examples = "quire init /data/store\n"
                "QUIRE_STORE=/data/store quire init\n",
    .usage = "[STORE]",
    .text = "A store that is there already is left as it is.\n",
    .run = run,
};
