/** @file Reads the command line of `push` and `pull`; tells how it ended. */
#include "cli/push_request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/human.h"
#include "cli/making.h"
#include "cli/parse.h"

#define OPERANDS 3

/* Of two operands one is missing that --store or the environment stands for. */
static quire_status take_operands(q_cli *cli, const char *const *operands, size_t count,
                                  bool is_pull, q_push_request *request) {
    if (count == 0 || (is_pull && count == 1)) {
        return q_cli_usage(cli,
                           count == 0 && is_pull ? "URL is missing" : "NAME:VERSION is missing");
    }
    if (count == 1) {
        return q_cli_usage(cli, "URL is missing: where to push %.200s", operands[0]);
    }
    if (count == OPERANDS && cli->store) {
        return q_cli_usage(cli, "--store is given, and with it one store too many");
    }
    if (is_pull || count == OPERANDS) {
        request->from = operands[0];
        request->address = operands[1];
        request->to = count == OPERANDS ? operands[2] : cli->store;
    } else {
        request->from = cli->store;
        request->address = operands[0];
        request->to = operands[1];
    }
    return QUIRE_OK;
}

static quire_status take_option(q_cli *cli, q_push_request *request, int id, const char *value) {
    switch (id) {
    case Q_PUSH_AS:
        request->name = value;
        return QUIRE_OK;
    case Q_PUSH_ALIAS:
        return q_words_push(cli, &request->aliases, value);
    case Q_PUSH_NO_ALIASES:
        request->skip_aliases = true;
        return QUIRE_OK;
    case Q_PUSH_DURABILITY:
        return q_parse_durability(cli, value, &cli->durability);
    default:
        request->job = value;
        return QUIRE_OK;
    }
}

quire_status q_push_request_read(q_cli *cli, q_option_reader *args, bool is_pull,
                                 q_push_request *request) {
    const char *operands[OPERANDS] = {NULL};
    size_t count = 0;
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            if (count == OPERANDS) {
                return q_cli_usage(cli, "%.200s is one operand too many", value);
            }
            operands[count++] = value;
        } else if (status == QUIRE_OK && id != Q_OPTION_END) {
            status = take_option(cli, request, id, value);
        }
    }
    return status ? status : take_operands(cli, operands, count, is_pull, request);
}

void q_push_request_free(q_push_request *request) {
    free(request->aliases.items);
}

quire_push_options q_push_request_options(q_cli *cli, const q_push_request *request) {
    return (quire_push_options){.name = request->name,
                                .aliases = request->aliases.items,
                                .alias_count = request->aliases.count,
                                .skip_aliases = request->skip_aliases,
                                .job = request->job,
                                .progress = q_meter_update,
                                .progress_context = &cli->meter};
}

static void print_json(q_output *out, const char *url, const quire_version_id *version,
                       const quire_push_report *report) {
    q_out_object(out, NULL);
    q_making_version_members(out, version);
    q_out_string(out, "store", url);
    q_out_uint(out, "files", report->files);
    q_out_uint(out, "bytes", report->bytes);
    q_out_uint(out, "known_files", report->known_files);
    q_out_uint(out, "known_bytes", report->known_bytes);
    q_out_uint(out, "references", report->references);
    q_out_end(out);
}

void q_push_print(q_cli *cli, const char *url, const quire_version_id *version,
                  const quire_push_report *report) {
    char bytes[Q_HUMAN_SIZE];
    q_meter_clear(&cli->meter);
    if (cli->json) {
        print_json(&cli->output, url, version, report);
        return;
    }
    q_out_text(&cli->output, "%s:v%" PRId64 "\n", version->name, version->number);
    q_human_bytes(report->bytes, bytes);
    if (!version->created) {
        q_cli_note(cli, "unchanged: %s has the content as %s:v%" PRId64 " already", url,
                   version->name, version->number);
    } else {
        q_cli_note(cli, "%" PRIu64 " file%s, %s, to %s", report->files, q_human_s(report->files),
                   bytes, url);
    }
    if (version->created && report->known_files > 0) {
        q_human_bytes(report->known_bytes, bytes);
        q_cli_note(cli, "%" PRIu64 " file%s, %s, %s there already", report->known_files,
                   q_human_s(report->known_files), bytes,
                   report->known_files == 1 ? "was" : "were");
    }
}
