/** @file `quire version`: which quire this is. */
#include "cli/commands.h"
#include "cli/operands.h"

static quire_status run(q_cli *cli, q_option_reader *args) {
    quire_status status = q_operands_read(cli, args, NULL, 0, NULL);
    if (status == QUIRE_OK && cli->json) {
        q_out_raw(&cli->output, NULL, quire_build_info());
        q_out_text(&cli->output, "\n");
    } else if (status == QUIRE_OK) {
        q_out_text(&cli->output, "%s %s\n", cli->program, quire_version_string());
    }
    return status;
}

const q_command q_cmd_version = {
    .name = "version",
    .group = "Begin",
    .summary = "which quire this is, and how it was built",
    .examples = "quire version --json\n",
    .usage = "[--json]",
    .text = "",
    .run = run,
};

const q_command q_mpi_version = {
    .name = "version",
    .group = "Commands",
    .summary = "which quire this is, and how it was built",
    .examples = "quire-mpi version --json\n",
    .usage = "[--json]",
    .text = "",
    .run = run,
};
