/** @file `quire push` and `quire pull`: a version of one store becomes a version of another. */
#include "cli/commands.h"
#include "cli/push_request.h"

static const q_option options[] = {
    Q_PUSH_ROWS,
    {0},
};

static quire_status push(q_cli *cli, const q_push_request *request, const char *verb) {
    quire_store *from = NULL, *to = NULL;
    quire_version *version = NULL;
    quire_version_id made = {0};
    quire_push_report report = {0};
    q_cli_meter(cli, verb);
    const quire_push_options asked = q_push_request_options(cli, request);
    quire_status status = q_cli_open_url(cli, request->from, &from);
    if (status == QUIRE_OK) {
        status = q_cli_open_url(cli, request->to, &to);
    }
    if (status == QUIRE_OK) {
        status = quire_version_open(from, request->address, &version, &cli->error);
    }
    if (status == QUIRE_OK) {
        status = quire_push_version(version, to, &asked, &report, &made, &cli->error);
    }
    if (status == QUIRE_OK) {
        q_push_print(cli, quire_store_url(to), &made, &report);
    }
    quire_version_free(version);
    quire_store_free(to);
    quire_store_free(from);
    return status;
}

static quire_status read_and_push(q_cli *cli, q_option_reader *args, bool is_pull) {
    q_push_request request = {0};
    quire_status status = q_push_request_read(cli, args, is_pull, &request);
    if (status == QUIRE_OK) {
        status = push(cli, &request, is_pull ? "pulling" : "pushing");
    }
    q_push_request_free(&request);
    return status;
}

static quire_status run_push(q_cli *cli, q_option_reader *args) {
    return read_and_push(cli, args, false);
}

static quire_status run_pull(q_cli *cli, q_option_reader *args) {
    return read_and_push(cli, args, true);
}

#define TEXT                                                                                       \
    "What is there already is not sent again: a version with that content is found,\n"             \
    "and nothing is done but to set the aliases; a push that was killed goes on\n"                 \
    "when it is given again. Each file is checked by its digest on the way.\n"                     \
    "\n"                                                                                           \
    "Files, references, type, description, metadata, tags, time to live and aliases\n"             \
    "come along; 'latest' there is the version that came last.\n"

const q_command q_cmd_push = {
    .name = "push",
    .group = "Transfer",
    .summary = "copy a version into another store",
    .examples = "quire push digits:v3 /archive/store\n"
                "quire push model:best /archive/store --as model-2026 --alias base\n"
                "quire push /scratch/store digits:latest /archive/store\n",
    .usage = "NAME[:VERSION] URL [OPTION]...\n"
             "SOURCE NAME[:VERSION] URL [OPTION]...",
    .text = TEXT,
    .options = options,
    .run = run_push,
};

const q_command q_cmd_pull = {
    .name = "pull",
    .group = "Transfer",
    .summary = "copy a version out of another store",
    .examples = "quire pull /archive/store digits:v3\n"
                "quire pull /archive/store model:best --no-aliases\n"
                "quire pull /archive/store digits:latest /scratch/store\n",
    .usage = "URL NAME[:VERSION] [OPTION]...\n"
             "URL NAME[:VERSION] TARGET [OPTION]...",
    .text = TEXT,
    .options = options,
    .run = run_pull,
};
