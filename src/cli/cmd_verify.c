/** @file `quire verify`: read everything and check it. Faults are the data: they go to stdout. */
#include "cli/commands.h"
#include "cli/operands.h"
#include "cli/parse.h"
#include "cli/report.h"

enum {
    ALL = 1,
    PART
};

static const q_option options[] = {
    {ALL, "all", 0, NULL, "the whole store: each record, manifest, pack\nand version"},
    {PART, "part", 0, "K/N", "only share K (from 0) of N"},
    {0},
};

static void print_fault(void *context, const char *line) {
    q_cli *cli = context;
    if (cli->json) {
        q_out_string(&cli->output, NULL, line);
    } else {
        q_meter_clear(&cli->meter);
        q_out_text(&cli->output, "%s\n", line);
    }
}

/* With --json, the faults stream into an array that verify() opened. */
static void end_json(q_cli *cli, quire_status status, const quire_read_report *report) {
    q_out_end(&cli->output);
    q_out_bool(&cli->output, "sound", status == QUIRE_OK);
    if (report) {
        q_report_members(&cli->output, report);
    }
    q_out_end(&cli->output);
}

static quire_status verify_version(q_cli *cli, const char *address, quire_verify_options *verify) {
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_read_report report = {0};
    char spelled[Q_OPERANDS_SPELLED];
    quire_status status = q_operands_open(cli, address, &store, &version);
    if (status == QUIRE_OK) {
        q_operands_spell(version, spelled);
        if (cli->json) {
            q_out_object(&cli->output, NULL);
            q_out_string(&cli->output, "address", spelled);
            q_out_array(&cli->output, "faults");
        }
        status = quire_version_verify(version, verify, &report, &cli->error);
        if (cli->json) {
            end_json(cli, status, &report);
        }
    }
    if (status == QUIRE_OK) {
        q_report_sound(cli, spelled, &report);
    }
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

static quire_status verify_store(q_cli *cli) {
    quire_store *store = NULL;
    quire_status status = q_cli_open(cli, &store);
    if (status == QUIRE_OK) {
        if (cli->json) {
            q_out_object(&cli->output, NULL);
            q_out_array(&cli->output, "faults");
        }
        status = quire_store_verify(store, print_fault, cli, &cli->error);
        if (cli->json) {
            end_json(cli, status, NULL);
        }
    }
    if (status == QUIRE_OK) {
        q_cli_note(cli, "the store is sound");
    }
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *address = NULL;
    bool is_all = false;
    quire_verify_options verify = {.progress = q_meter_update,
                                   .progress_context = &cli->meter,
                                   .fault = print_fault,
                                   .fault_context = cli};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &address, value, "NAME:VERSION");
        } else if (status == QUIRE_OK && id == PART) {
            status = q_parse_part(cli, value, &verify.part, &verify.parts);
        }
        is_all = is_all || id == ALL;
    }
    if (status == QUIRE_OK && !address == !is_all) {
        status = q_cli_usage(cli, "either NAME:VERSION or --all is needed");
    }
    if (status == QUIRE_OK && is_all && verify.parts > 0) {
        status = q_cli_usage(cli, "--part is for one version, not for --all");
    }
    if (status != QUIRE_OK) {
        return status;
    }
    q_cli_meter(cli, "verifying");
    return is_all ? verify_store(cli) : verify_version(cli, address, &verify);
}

const q_command q_cmd_verify = {
    .name = "verify",
    .group = "Look after the store",
    .summary = "check every byte of a version, or of the store",
    .examples = "quire verify digits:latest\n"
                "quire verify --all\n",
    .usage = "NAME[:VERSION] [--part K/N]\n--all",
    .text = "Prints each fault on a line of its own and goes on. Exit code 6 when there is\n"
            "one. A version is read by as many threads as this process has processors,\n"
            "or $QUIRE_THREADS.\n",
    .options = options,
    .run = run,
};
