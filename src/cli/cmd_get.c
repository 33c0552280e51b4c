/** @file `quire get`: write a version's files below a folder. */
#include "cli/commands.h"
#include "cli/get_request.h"
#include "cli/operands.h"
#include "cli/parse.h"
#include "cli/report.h"

enum {
    PART = Q_GET_OWN
};

static const q_option options[] = {
    Q_GET_ROWS,
    {PART, "part", 0, "K/N", "only share K (from 0) of N"},
    {0},
};

static quire_status get(q_cli *cli, const q_get_request *request, int64_t part, int64_t parts) {
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_read_report report = {0};
    q_cli_meter(cli, "getting");
    quire_download_options download = {.path = request->path,
                                       .skip_references = request->skip_references,
                                       .part = part,
                                       .parts = parts,
                                       .progress = q_meter_update,
                                       .progress_context = &cli->meter};
    quire_status status = q_operands_open(cli, request->address, &store, &version);
    if (status == QUIRE_OK) {
        status = quire_version_download(version, request->folder, &download, &report, &cli->error);
    }
    if (status == QUIRE_OK) {
        char spelled[Q_OPERANDS_SPELLED];
        q_operands_spell(version, spelled);
        q_report_print(cli, spelled, request->folder, &report);
    }
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = 0;
    const char *value = NULL;
    q_get_request request = {0};
    int64_t part = 0;
    int64_t parts = 0;
    quire_status status;
    do {
        status = q_get_next(cli, args, &request, &id, &value);
        if (status == QUIRE_OK && id == PART) {
            status = q_parse_part(cli, value, &part, &parts);
        }
    } while (status == QUIRE_OK && id != Q_OPTION_END);
    return status == QUIRE_OK ? get(cli, &request, part, parts) : status;
}

const q_command q_cmd_get = {
    .name = "get",
    .group = "Read",
    .summary = "write a version's files to a folder",
    .examples = "quire get digits:latest -o ./digits\n"
                "quire get digits:v3 -o ./digits --path parts\n"
                "quire get digits:v3 -o ./digits --part $SLURM_ARRAY_TASK_ID/8\n",
    .usage = "NAME[:VERSION] -o DIR [OPTION]...",
    .text = "Files that are there are replaced, others left alone. Each file appears whole\n"
            "and checked against its digest, or not at all. A file: reference without the\n"
            "digest of its content is left where it is.\n"
            "\n"
            "As many threads as this process has processors, or $QUIRE_THREADS, share\n"
            "the work.\n",
    .options = options,
    .run = run,
};
