/** @file Versions in the making: see making.h. */
#include "cli/making.h"

#include <inttypes.h>
#include <stdio.h>

quire_status q_making_begin(q_cli *cli, const q_composition *composition, const char *verb,
                            q_making *making) {
    q_cli_meter(cli, verb);
    making->commit = (quire_commit_options){
        .progress = q_meter_update, .progress_context = &cli->meter, .job = composition->job};
    return q_cli_open(cli, &making->store);
}

void q_making_free(q_making *making) {
    quire_artifact_free(making->artifact);
    quire_store_free(making->store);
}

void q_making_print(q_cli *cli, const quire_version_id *version) {
    q_output *out = &cli->output;
    char number[32];
    q_meter_clear(&cli->meter);
    snprintf(number, sizeof number, "v%" PRId64, version->number);
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "name", version->name);
        q_out_string(out, "version", number);
        q_out_int(out, "number", version->number);
        q_out_string(out, "digest", version->digest);
        q_out_bool(out, "created", version->created);
        q_out_end(out);
        return;
    }
    q_out_text(out, "%s:%s\n", version->name, number);
    if (!version->created) {
        q_cli_note(cli, "unchanged: content is %s:%s already", version->name, number);
    }
}
