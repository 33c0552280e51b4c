/** @file `quire digest`: the digest that a file has, or would have, in a store. */
#include "cli/commands.h"

static quire_status print_digest(q_cli *cli, const char *file) {
    char digest[QUIRE_DIGEST_SIZE];
    q_output *out = &cli->output;
    quire_status status = quire_digest_file(file, digest, &cli->error);
    if (status == QUIRE_OK && cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "file", file);
        q_out_string(out, "digest", digest);
        q_out_end(out);
    } else if (status == QUIRE_OK) {
        q_out_text(out, "%s  %s\n", digest, file);
    }
    return status == QUIRE_OK ? q_out_check(out, &cli->error) : status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id;
    const char *file;
    quire_status status = q_cli_next(cli, args, &id, &file);
    if (status == QUIRE_OK && id == Q_OPTION_END) {
        status = q_cli_usage(cli, "FILE is missing");
    }
    if (status == QUIRE_OK && cli->json) {
        q_out_array(&cli->output, NULL);
    }
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = print_digest(cli, file);
        if (status == QUIRE_OK) {
            status = q_cli_next(cli, args, &id, &file);
        }
    }
    if (status == QUIRE_OK && cli->json) {
        q_out_end(&cli->output);
    }
    return status;
}

const q_command q_cmd_digest = {
    .name = "digest",
    .group = "Read",
    .summary = "the digest a file has in a store",
    .examples = "quire digest weights.bin\n",
    .usage = "FILE...",
    .text = "Of a file of at most 64 MiB: what sha256sum prints. Of a larger one: the SHA-256\n"
            "of the SHA-256 digests of its 64 MiB blocks, after 'sha256-64m:'.\n",
    .run = run,
};
