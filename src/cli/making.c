/** @file Versions in the making: see making.h. */
#include "cli/making.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

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

/* A version knows the draft that made it: finishing that one again is no news about the content. */
static bool is_made_from(const quire_version_info *info, const char *distributed_id) {
    cJSON *maker = cJSON_Parse(info->created_by);
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(maker, "distributed_id"));
    bool is_same = id && distributed_id && strcmp(id, distributed_id) == 0;
    cJSON_Delete(maker);
    return is_same;
}

/* A version without files has the digest of a manifest without chunks (docs/format.md). */
static bool is_empty(const quire_version_id *version) {
    static const char manifest[] = "quire-manifest-1\n";
    char digest[Q_SHA256_HEX_SIZE];
    return q_sha256_hex(manifest, sizeof manifest - 1, digest, NULL) == QUIRE_OK &&
           strcmp(version->digest, digest) == 0;
}

/* Notes are of the version's maker: content that is found keeps its own, whatever was asked for. */
static bool has_notes(const q_composition *composition) {
    return composition->tags.count > 0 || composition->inputs.count > 0 ||
           composition->description || composition->metadata || composition->ttl;
}

/* What one may want to know of the version. It is there whether this can be found out or not; and
 * it is read only where a draft may have made it before. */
static void note_version(q_cli *cli, quire_store *store, const quire_version_id *version,
                         const q_composition *composition) {
    const char *distributed_id = composition->distributed_id;
    char address[sizeof version->name + 32];
    quire_version *opened = NULL;
    const quire_version_info *info = NULL;
    bool is_asked = !version->created && distributed_id;
    snprintf(address, sizeof address, "%s:v%" PRId64, version->name, version->number);
    if (is_asked && quire_version_open(store, address, &opened, NULL) == QUIRE_OK) {
        info = quire_version_get_info(opened);
    }
    if (!version->created && info && is_made_from(info, distributed_id)) {
        q_cli_note(cli, "draft '%s' was finished before, as %s", distributed_id, address);
    } else if (!version->created) {
        q_cli_note(cli, "unchanged: content is %s already", address);
        if (has_notes(composition)) {
            q_cli_note(cli, "its tags, inputs, description, metadata and ttl stay as they are; "
                            "'quire tag' and 'quire note' change them");
        }
    }
    if (is_empty(version)) {
        q_cli_note(cli, "warning: %s holds no file", address);
    }
    quire_version_free(opened);
}

void q_making_version_members(q_output *out, const quire_version_id *version) {
    char number[32];
    snprintf(number, sizeof number, "v%" PRId64, version->number);
    q_out_string(out, "name", version->name);
    q_out_string(out, "version", number);
    q_out_int(out, "number", version->number);
    q_out_string(out, "digest", version->digest);
    q_out_bool(out, "created", version->created);
}

void q_making_print(q_cli *cli, quire_store *store, const quire_version_id *version,
                    const q_composition *composition) {
    q_output *out = &cli->output;
    q_meter_clear(&cli->meter);
    if (cli->json) {
        q_out_object(out, NULL);
        q_making_version_members(out, version);
        q_out_end(out);
        return;
    }
    q_out_text(out, "%s:v%" PRId64 "\n", version->name, version->number);
    if (cli->rank == 0 && !cli->quiet) {
        note_version(cli, store, version, composition);
    }
}
