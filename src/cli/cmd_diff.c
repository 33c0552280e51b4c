/** @file `quire diff`: what two versions of a store differ in. */
#include "cli/commands.h"

enum {
    EXIT_CODE = 1
};

static const q_option options[] = {
    {EXIT_CODE, "exit-code", 0, NULL, "exit with 1 when there is a difference"},
    {0},
};

typedef struct comparison {
    q_cli *cli;
    uint64_t count;
} comparison;

static quire_status print_difference(void *context, const quire_entry *before,
                                     const quire_entry *after) {
    comparison *diff = context;
    q_output *out = &diff->cli->output;
    const quire_entry *either = after ? after : before;
    if (!either) {
        return QUIRE_OK;
    }
    diff->count++;
    if (diff->cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "change", !before ? "added" : !after ? "removed" : "changed");
        q_out_string(out, "path", either->path);
        q_out_string(out, "before", before ? before->digest : NULL);
        q_out_string(out, "after", after ? after->digest : NULL);
        q_out_end(out);
    } else {
        q_out_text(out, "%c %s\n", !before ? 'A' : !after ? 'D' : 'M', either->path);
    }
    return q_out_check(out, &diff->cli->error);
}

static quire_status compare(q_cli *cli, const char *const *addresses, bool is_exit_code) {
    quire_store *store = NULL;
    quire_version *versions[2] = {NULL, NULL};
    comparison diff = {cli, 0};
    quire_status status = q_cli_open(cli, &store);
    for (int i = 0; status == QUIRE_OK && i < 2; i++) {
        status = quire_version_open(store, addresses[i], &versions[i], &cli->error);
    }
    if (status == QUIRE_OK) {
        if (cli->json) {
            q_out_array(&cli->output, NULL);
        }
        status = quire_version_diff(versions[0], versions[1], print_difference, &diff, &cli->error);
        if (cli->json && status == QUIRE_OK) {
            q_out_end(&cli->output);
        }
    }
    if (status == QUIRE_OK && is_exit_code && diff.count > 0) {
        cli->is_told = true;
        status = QUIRE_ERROR;
    }
    quire_version_free(versions[1]);
    quire_version_free(versions[0]);
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *addresses[2] = {NULL, NULL};
    bool is_exit_code = false;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &addresses[addresses[0] ? 1 : 0], value, "second version");
        }
        is_exit_code = is_exit_code || id == EXIT_CODE;
    }
    if (status == QUIRE_OK && !addresses[1]) {
        status = q_cli_usage(cli, "two versions to compare are needed");
    }
    return status == QUIRE_OK ? compare(cli, addresses, is_exit_code) : status;
}

const q_command q_cmd_diff = {
    .name = "diff",
    .group = "Look",
    .summary = "what two versions differ in",
    .examples = "quire diff digits:v3 digits:latest\n"
                "quire diff digits:v3 digits:v4 --exit-code --json\n",
    .usage = "NAME[:VERSION] NAME[:VERSION] [--exit-code]",
    .text = "One line a path: A added, D removed, M changed.\n",
    .options = options,
    .run = run,
};
