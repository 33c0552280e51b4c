/** @file `quire show`: what is known of a version, who made it and from what. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/human.h"
#include "cli/listing.h"
#include "cli/operands.h"

static void print_words(q_output *out, const char *title, const char *const *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        q_out_text(out, "%-18s%s", i == 0 ? title : "", items[i]);
        q_out_text(out, "\n");
    }
}

/* One line a member of the object; nested values as compact JSON. */
static void print_maker(q_output *out, const char *json) {
    cJSON *object = cJSON_Parse(json);
    const cJSON *member;
    cJSON_ArrayForEach(member, object) {
        char *text = cJSON_IsString(member) ? NULL : cJSON_PrintUnformatted(member);
        const char *shown = cJSON_IsString(member) ? member->valuestring : text;
        if (shown && !cJSON_IsNull(member)) {
            q_out_text(out, "  %-16s%s\n", member->string, shown);
        }
        cJSON_free(text);
    }
    cJSON_Delete(object);
}

static void print_info(q_output *out, const quire_version_info *info) {
    char bytes[Q_HUMAN_SIZE];
    char ttl[Q_HUMAN_SIZE];
    q_human_bytes(info->bytes, bytes);
    q_out_text(out, "version           %s:v%" PRId64 "\n", info->name, info->number);
    q_out_text(out, "type              %s\n", info->type);
    q_out_text(out, "digest            %s\n", info->digest);
    q_out_text(out, "entries           %" PRIu64 "\n", info->entries);
    q_out_text(out, "bytes             %" PRIu64, info->bytes);
    if (info->bytes >= 1000) {
        q_out_text(out, " (%s)", bytes);
    }
    q_out_text(out, "\n");
    q_out_text(out, "mode              %s\n", info->mode);
    print_words(out, "aliases", info->aliases, info->alias_count);
    print_words(out, "tags", info->tags, info->tag_count);
    if (info->description && *info->description) {
        q_out_text(out, "description       %s\n", info->description);
    }
    if (info->metadata && strcmp(info->metadata, "{}") != 0) {
        q_out_text(out, "metadata          %s\n", info->metadata);
    }
    if (info->ttl > 0) {
        q_human_seconds(info->ttl, ttl);
        q_out_text(out, "kept for          %s\n", ttl);
    }
    q_out_text(out, "created at        %s\n", info->created_at);
    q_out_text(out, "created by\n");
    print_maker(out, info->created_by);
}

typedef struct lineage {
    q_cli *cli;
    const char *kind; /* only these, or NULL */
} lineage;

static quire_status print_step(void *context, const quire_lineage *step) {
    const lineage *wanted = context;
    q_output *out = &wanted->cli->output;
    bool is_input = strcmp(step->kind, "input") == 0;
    if (!wanted->kind) {
        q_out_text(out, "%-18s", is_input ? "made from" : "used by");
        q_out_text(out, "%s%s%s%s", step->other ? step->other : "",
                   step->other && step->job ? ", " : "", step->job ? "job " : "",
                   step->job ? step->job : "");
        if (!step->other && !step->job) {
            q_out_text(out, "%s@%s", step->user ? step->user : "", step->host ? step->host : "");
        }
        q_out_text(out, "  %s\n", step->at ? step->at : "");
    } else if (strcmp(step->kind, wanted->kind) == 0) {
        q_out_object(out, NULL);
        q_out_string(out, "other", step->other);
        q_out_string(out, "job", step->job);
        q_out_string(out, "user", step->user);
        q_out_string(out, "host", step->host);
        q_out_string(out, "at", step->at);
        q_out_end(out);
    }
    return q_out_check(out, &wanted->cli->error);
}

static quire_status print_json(q_cli *cli, quire_version *version) {
    q_output *out = &cli->output;
    lineage inputs = {cli, "input"};
    lineage uses = {cli, "use"};
    q_out_object(out, NULL);
    q_list_version_members(out, quire_version_get_info(version));
    q_out_object(out, "lineage");
    q_out_array(out, "inputs");
    quire_status status = quire_version_lineage(version, print_step, &inputs, &cli->error);
    if (status == QUIRE_OK) {
        q_out_end(out);
        q_out_array(out, "uses");
        status = quire_version_lineage(version, print_step, &uses, &cli->error);
    }
    if (status == QUIRE_OK) {
        q_out_end(out);
        q_out_end(out);
        q_out_end(out);
    }
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    static const char *const names[] = {"NAME:VERSION"};
    const char *address = NULL;
    quire_store *store = NULL;
    quire_version *version = NULL;
    quire_status status = q_operands_read(cli, args, names, 1, &address);
    if (status == QUIRE_OK) {
        status = q_operands_open(cli, address, &store, &version);
    }
    if (status == QUIRE_OK && cli->json) {
        status = print_json(cli, version);
    } else if (status == QUIRE_OK) {
        lineage all = {cli, NULL};
        print_info(&cli->output, quire_version_get_info(version));
        status = quire_version_lineage(version, print_step, &all, &cli->error);
    }
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

const q_command q_cmd_show = {
    .name = "show",
    .group = "Look",
    .summary = "what is known of a version, who made it, from what",
    .examples = "quire show digits:latest\n"
                "quire show digits:v3 --json\n",
    .usage = "NAME[:VERSION]",
    .text = "VERSION is vN, an alias or the digest; without it, latest.\n",
    .run = run,
};
