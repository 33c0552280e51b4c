/** @file `quire drafts`: what was upserted and not finished; dropping it. */
#include <inttypes.h>

#include "cli/commands.h"
#include "cli/human.h"

enum {
    DROP = 1,
    DISTRIBUTED_ID,
    LONG
};

static const q_option options[] = {
    {LONG, "long", 'l', NULL, "list the writers, too"},
    {DROP, "drop", 0, "NAME", "give a draft of this collection up"},
    {DISTRIBUTED_ID, "distributed-id", 0, "ID", "which draft to drop"},
    {0},
};

typedef struct listing {
    q_cli *cli;
    bool is_long;
} listing;

static quire_status print_json(q_cli *cli, const quire_draft *draft) {
    q_output *out = &cli->output;
    q_out_object(out, NULL);
    q_out_string(out, "name", draft->name);
    q_out_string(out, "type", draft->type);
    q_out_string(out, "distributed_id", draft->distributed_id);
    q_out_string(out, "created_at", draft->created_at);
    q_out_bool(out, "sealed", draft->sealed);
    q_out_array(out, "writers");
    for (size_t i = 0; i < draft->writer_count; i++) {
        q_out_object(out, NULL);
        q_out_string(out, "name", draft->writers[i].name);
        q_out_uint(out, "entries", draft->writers[i].entries);
        q_out_uint(out, "bytes", draft->writers[i].bytes);
        q_out_end(out);
    }
    q_out_end(out);
    q_out_end(out);
    return q_out_check(out, &cli->error);
}

static quire_status print_draft(void *context, const quire_draft *draft) {
    const listing *shown = context;
    q_cli *cli = shown->cli;
    q_output *out = &cli->output;
    char bytes[Q_HUMAN_SIZE];
    uint64_t entries = 0;
    uint64_t size = 0;
    if (cli->json) {
        return print_json(cli, draft);
    }
    for (size_t i = 0; i < draft->writer_count; i++) {
        entries += draft->writers[i].entries;
        size += draft->writers[i].bytes;
    }
    q_human_bytes(size, bytes);
    q_out_text(out, "%s draft %s  %s, %s, %zu writer%s, %" PRIu64 " entr%s, %s, since %s\n",
               draft->name, draft->distributed_id, draft->type, draft->sealed ? "sealed" : "open",
               draft->writer_count, draft->writer_count == 1 ? "" : "s", entries,
               q_human_ies(entries), bytes, draft->created_at);
    for (size_t i = 0; shown->is_long && i < draft->writer_count; i++) {
        q_human_bytes(draft->writers[i].bytes, bytes);
        q_out_text(out, "  %s  %" PRIu64 " entr%s, %s\n", draft->writers[i].name,
                   draft->writers[i].entries, q_human_ies(draft->writers[i].entries), bytes);
    }
    return q_out_check(out, &cli->error);
}

static quire_status list(q_cli *cli, quire_store *store, const char *name, bool is_long) {
    listing shown = {cli, is_long};
    if (cli->json) {
        q_out_array(&cli->output, NULL);
    }
    quire_status status = quire_draft_list(store, name, print_draft, &shown, &cli->error);
    if (cli->json && status == QUIRE_OK) {
        q_out_end(&cli->output);
    }
    return status;
}

static quire_status drop(q_cli *cli, quire_store *store, const char *name, const char *id) {
    quire_status status = quire_draft_drop(store, name, id, &cli->error);
    if (status != QUIRE_OK) {
        return status;
    }
    q_cli_note(cli, "dropped %s draft %s", name, id);
    if (cli->json) {
        q_out_object(&cli->output, NULL);
        q_out_string(&cli->output, "name", name);
        q_out_string(&cli->output, "distributed_id", id);
        q_out_bool(&cli->output, "dropped", true);
        q_out_end(&cli->output);
    }
    return QUIRE_OK;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    int id = Q_OPTION_OPERAND;
    const char *value = NULL;
    const char *name = NULL;
    const char *dropped = NULL;
    const char *distributed_id = NULL;
    bool is_long = false;
    quire_store *store = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        status = q_cli_next(cli, args, &id, &value);
        if (status == QUIRE_OK && id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, &name, value, "NAME");
        }
        dropped = id == DROP ? value : dropped;
        distributed_id = id == DISTRIBUTED_ID ? value : distributed_id;
        is_long = is_long || id == LONG;
    }
    if (status == QUIRE_OK && (!dropped != !distributed_id || (dropped && name))) {
        status = q_cli_usage(cli, "to drop a draft, give --drop NAME --distributed-id ID");
    }
    if (status == QUIRE_OK) {
        status = q_cli_open(cli, &store);
    }
    if (status == QUIRE_OK) {
        status =
            dropped ? drop(cli, store, dropped, distributed_id) : list(cli, store, name, is_long);
    }
    quire_store_free(store);
    return status;
}

const q_command q_cmd_drafts = {
    .name = "drafts",
    .group = "Make one version with many writers",
    .summary = "list drafts that are not finished, or drop one",
    .examples = "quire drafts\n"
                "quire drafts preds -l\n"
                "quire drafts --drop preds --distributed-id run7\n",
    .usage = "[NAME] [-l]\n--drop NAME --distributed-id ID",
    .text = "",
    .options = options,
    .run = run,
};
