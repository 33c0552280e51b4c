/** @file `quire get`: write a version's files below a folder. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/parse.h"
#include "cli/report.h"

enum {
    OUTPUT = 1,
    PATH,
    SKIP_REFERENCES,
    PART
};

static const q_option options[] = {
    {OUTPUT, "output", 'o', "DIR", "the folder to write to; made if need be"},
    {PATH, "path", 0, "PATH", "only this file, or all below this folder"},
    {SKIP_REFERENCES, "skip-references", 0, NULL, "leave references where they are"},
    {PART, "part", 0, "K/N", "only share K (from 0) of N"},
    {0},
};

static quire_status get(q_cli *cli, const char *address, const char *folder,
                        quire_download_options *download) {
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_read_report report = {0};
    q_meter_start(&cli->meter, cli->program, "getting", cli->quiet || cli->no_progress);
    download->progress = q_meter_update;
    download->progress_context = &cli->meter;
    quire_status status = q_operands_open(cli, address, &store, &version);
    if (status == QUIRE_OK) {
        status = quire_version_download(version, folder, download, &report, &cli->error);
    }
    if (status == QUIRE_OK) {
        /* What an alias stood for is told, not the alias. */
        char resolved[sizeof(quire_version_id)];
        const quire_version_info *info = quire_version_get_info(version);
        snprintf(resolved, sizeof resolved, "%s:v%" PRId64, info->name, info->number);
        q_report_print(cli, resolved, folder, &report);
    }
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *address = NULL;
    const char *folder = NULL;
    quire_download_options download = {0};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            break;
        }
        if (id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &address, value, "NAME:VERSION");
        } else if (id == OUTPUT) {
            folder = value;
        } else if (id == PATH) {
            download.path = value;
        } else if (id == SKIP_REFERENCES) {
            download.skip_references = 1;
        } else if (id == PART) {
            status = q_parse_part(cli, value, &download.part, &download.parts);
        }
    }
    if (status == QUIRE_OK && !address) {
        status = q_cli_usage(cli, "NAME:VERSION is missing");
    }
    if (status == QUIRE_OK && (!folder || !*folder)) {
        status = q_cli_usage(cli, "-o DIR is missing");
    }
    return status == QUIRE_OK ? get(cli, address, folder, &download) : status;
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
            "and checked against its digest, or not at all.\n",
    .options = options,
    .run = run,
};
