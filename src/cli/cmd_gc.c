/** @file `quire gc`: free what nothing needs. */
#include <inttypes.h>

#include "cli/commands.h"
#include "cli/human.h"
#include "cli/parse.h"

enum {
    DRY_RUN = 1,
    GRACE
};

static const q_option options[] = {
    {DRY_RUN, "dry-run", 'n', NULL, "only count"},
    {GRACE, "grace", 0, "SPAN",
     "leave alone what is younger than 3600, 90s,\n30m, 12h, 7d; one day if not given. 0 is for\na "
     "store that nobody else uses now"},
    {0},
};

static void print_report(q_cli *cli, bool is_dry, const quire_gc_report *report) {
    q_output *out = &cli->output;
    char bytes[Q_HUMAN_SIZE];
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_bool(out, "dry_run", is_dry);
        q_out_uint(out, "objects_kept", report->objects_kept);
        q_out_uint(out, "objects_deleted", report->objects_deleted);
        q_out_uint(out, "bytes_deleted", report->bytes_deleted);
        q_out_uint(out, "versions_expired", report->versions_expired);
        q_out_end(out);
        return;
    }
    q_human_bytes(report->bytes_deleted, bytes);
    q_out_text(
        out,
        "%s %" PRIu64 " object%s, %s; %" PRIu64 " version%s expired; %" PRIu64 " object%s kept\n",
        is_dry ? "would delete" : "deleted", report->objects_deleted,
        q_human_s(report->objects_deleted), bytes, report->versions_expired,
        q_human_s(report->versions_expired), report->objects_kept, q_human_s(report->objects_kept));
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    quire_store *store = NULL;
    quire_gc_options gc = {0};
    quire_gc_report report = {0};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            break;
        }
        if (id == Q_OPTION_OPERAND) {
            status = q_cli_usage(cli, "%.200s: gc takes no operand", value);
        } else if (id == DRY_RUN) {
            gc.dry_run = 1;
        } else if (id == GRACE) {
            status = q_parse_duration(cli, "--grace", value, &gc.grace);
            /* To the library 0 is the default and -1 none at all. */
            gc.grace = gc.grace == 0 ? -1 : gc.grace;
        }
    }
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        status = quire_store_gc(store, &gc, &report, &cli->error);
    }
    if (status == QUIRE_OK) {
        print_report(cli, gc.dry_run, &report);
    }
    quire_store_free(store);
    return status;
}

const q_command q_cmd_gc = {
    .name = "gc",
    .group = "Look after the store",
    .summary = "delete what no version, draft or writer needs",
    .examples = "quire gc --dry-run\n"
                "quire gc --grace 7d\n",
    .usage = "[--dry-run] [--grace SPAN]",
    .text = "Safe beside readers and writers. Deletes versions whose time to live has passed.\n"
            "The lease of a writer that was killed holds back objects younger than it for up\n"
            "to 7 days. --grace 0 is for a store that nobody else uses now.\n",
    .options = options,
    .run = run,
};
