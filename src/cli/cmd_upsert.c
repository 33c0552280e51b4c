/** @file `quire upsert`: one writer's part of a collaborative version. */
#include <inttypes.h>

#include "cli/commands.h"
#include "cli/human.h"
#include "cli/making.h"

static const q_option options[] = {
    Q_COMPOSE_TYPE_ROW,
    {Q_COMPOSE_DISTRIBUTED_ID, "distributed-id", 0, "ID",
     "what the writers share; else WANDB_RUN_GROUP,\nthe Slurm or PBS job"},
    {Q_COMPOSE_WRITER, "writer", 0, "WRITER",
     "who this is; else the task of the Slurm or\nPBS array, or the MPI rank"},
    Q_COMPOSE_ENTRY_ROWS,
    Q_COMPOSE_NOTE_ROWS,
    Q_COMPOSE_STORING_ROWS,
    {0},
};

static void print_receipt(q_cli *cli, const q_composition *composition,
                          const quire_receipt *receipt) {
    q_output *out = &cli->output;
    q_meter_clear(&cli->meter);
    if (!cli->json) {
        char bytes[Q_HUMAN_SIZE];
        q_human_bytes(receipt->bytes, bytes);
        q_out_text(out, "%s draft %s\n", composition->address, composition->distributed_id);
        q_cli_note(cli, "writer %s: %" PRIu64 " entr%s, %s", composition->writer, receipt->entries,
                   q_human_ies(receipt->entries), bytes);
        if (receipt->entries == 0) {
            q_cli_note(cli, "warning: the part of writer %s holds no file", composition->writer);
        }
        return;
    }
    q_out_object(out, NULL);
    q_out_string(out, "name", composition->address);
    q_out_string(out, "distributed_id", composition->distributed_id);
    q_out_string(out, "writer", composition->writer);
    q_out_uint(out, "entries", receipt->entries);
    q_out_uint(out, "bytes", receipt->bytes);
    q_out_string(out, "digest", receipt->digest);
    q_out_end(out);
}

static quire_status upsert(q_cli *cli, const q_composition *composition) {
    q_making making = {0};
    quire_receipt receipt = {0};
    quire_status status = q_making_begin(cli, composition, "storing", &making);
    if (status == QUIRE_OK) {
        status = q_compose_artifact(cli, composition, composition->address, composition->type,
                                    &making.artifact);
    }
    if (status == QUIRE_OK) {
        status = quire_upsert_artifact(making.store, making.artifact, composition->distributed_id,
                                       composition->writer, &making.commit, &receipt, &cli->error);
    }
    if (status == QUIRE_OK) {
        print_receipt(cli, composition, &receipt);
    }
    q_making_free(&making);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    quire_status status = q_compose_read(cli, args, "NAME", &composition);
    if (status == QUIRE_OK) {
        status = q_compose_need_type(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = q_compose_need_id(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = q_compose_need_writer(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = upsert(cli, &composition);
    }
    q_compose_free(&composition);
    return status;
}

const q_command q_cmd_upsert = {
    .name = "upsert",
    .group = "Make one version with many writers",
    .summary = "add one writer's part to a draft",
    .examples = "quire upsert preds --type dataset --distributed-id run7 --writer 3 part-3/\n"
                "quire upsert preds --type dataset part-$SLURM_ARRAY_TASK_ID/\n",
    .usage = "NAME --type TYPE [--distributed-id ID] [--writer WRITER]\n    [OPTION]... [PATH]...",
    .text = "Nothing is to be seen in the collection before 'quire finish'. Repeating an\n"
            "upsert replaces this writer's part. Prints NAME draft ID.\n",
    .options = options,
    .run = run,
};
