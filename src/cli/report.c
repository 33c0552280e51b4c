/** @file Tells what was read: JSON on stdout, or a sentence on stderr. */
#include "cli/report.h"

#include <inttypes.h>

#include "cli/human.h"

void q_report_members(q_output *out, const quire_read_report *report) {
    q_out_uint(out, "files", report->files);
    q_out_uint(out, "bytes", report->bytes);
    q_out_uint(out, "references", report->references);
    q_out_uint(out, "skipped", report->skipped);
}

void q_report_print(q_cli *cli, const char *address, const char *folder,
                    const quire_read_report *report) {
    q_output *out = &cli->output;
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "address", address);
        q_out_string(out, "folder", folder);
        q_report_members(out, report);
        q_out_end(out);
        return;
    }
    char bytes[Q_HUMAN_SIZE];
    uint64_t files = report->files + report->references; /* what now is in the folder */
    q_human_bytes(report->bytes, bytes);
    q_cli_note(cli, "%s: %" PRIu64 " file%s, %s, to %s", address, files, q_human_s(files), bytes,
               folder);
    if (report->references > 0) {
        q_cli_note(cli, "%" PRIu64 " of them fetched by reference", report->references);
    }
    if (report->skipped > 0) {
        q_cli_note(cli, "%" PRIu64 " reference%s left where %s", report->skipped,
                   report->skipped == 1 ? " was" : "s were",
                   report->skipped == 1 ? "it is" : "they are");
    }
}

void q_report_sound(q_cli *cli, const char *address, const quire_read_report *report) {
    char bytes[Q_HUMAN_SIZE];
    q_human_bytes(report->bytes, bytes);
    q_cli_note(cli, "%s is sound: %" PRIu64 " file%s, %s", address, report->files,
               q_human_s(report->files), bytes);
    if (report->skipped > 0) {
        q_cli_note(cli, "what %" PRIu64 " reference%s to was not read", report->skipped,
                   report->skipped == 1 ? " points" : "s point");
    }
}
