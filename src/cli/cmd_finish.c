/** @file `quire finish`: turn a draft into a version, from anywhere. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "cli/collection.h"
#include "cli/commands.h"
#include "cli/making.h"

static const q_option options[] = {
    {Q_COMPOSE_TYPE, "type", 't', "TYPE", "type of the collection; need not be given"},
    {Q_COMPOSE_DISTRIBUTED_ID, "distributed-id", 0, "ID",
     "what the writers share; else WANDB_RUN_GROUP,\nthe Slurm or PBS job"},
    {Q_COMPOSE_EXPECT, "expect", 0, "N",
     "refuse when fewer than N writers have upserted;\nof a finished draft it is not asked"},
    {Q_COMPOSE_WRITER, "writer", 0, "WRITER",
     "who the PATHs given here are from; else\n\"finish\""},
    Q_COMPOSE_ENTRY_ROWS,
    Q_COMPOSE_NOTE_ROWS,
    Q_COMPOSE_STORING_ROWS,
    {0},
};

/* The type, where it is not given. Expected writers that have not come are missing ones, whether or
 * not there is anything in the collection yet. */
static quire_status find_type(q_cli *cli, quire_store *store, const q_composition *composition,
                              char **type) {
    quire_status status = q_collection_type(cli, store, composition->address, type);
    if (status == QUIRE_NOT_FOUND && composition->expect > 0) {
        status =
            q_error_set(&cli->error, QUIRE_INCOMPLETE,
                        "no writer of %" PRId64
                        " has upserted to draft '%s' of '%s'; whether it was dropped is told "
                        "with --type",
                        composition->expect, composition->distributed_id, composition->address);
    }
    return status;
}

typedef struct search {
    const char *id;
    bool found;
} search;

static quire_status see_draft(void *context, const quire_draft *draft) {
    search *to = context;
    to->found = to->found || strcmp(draft->distributed_id, to->id) == 0;
    return QUIRE_OK;
}

/* The usual mistake of a job that follows another one: its own id is no draft's. */
static void hint_at_id(q_cli *cli, quire_store *store, const q_composition *composition,
                       quire_status status) {
    search to = {composition->distributed_id, false};
    if (!store || (status != QUIRE_NOT_FOUND && status != QUIRE_INCOMPLETE)) {
        return;
    }
    quire_status listed = quire_draft_list(store, composition->address, see_draft, &to, NULL);
    if (!to.found && (listed == QUIRE_OK || listed == QUIRE_NOT_FOUND)) {
        q_cli_hint(cli, status,
                   q_environment_run_group() ? "the id is WANDB_RUN_GROUP: give --distributed-id"
                                             : "the id is that of this job: give --distributed-id");
    }
}

static quire_status finish(q_cli *cli, const q_composition *composition, bool id_is_given) {
    q_making making = {0};
    char *type = NULL;
    quire_status status = q_making_begin(cli, composition, "finishing", &making);
    making.commit.expect = composition->expect;
    making.commit.writer = composition->writer;
    if (status == QUIRE_OK && !composition->type) {
        status = find_type(cli, making.store, composition, &type);
    }
    if (status == QUIRE_OK) {
        status = q_compose_artifact(cli, composition, composition->address,
                                    type ? type : composition->type, &making.artifact);
    }
    if (status == QUIRE_OK) {
        status = quire_finish_artifact(making.store, making.artifact, composition->distributed_id,
                                       &making.commit, &making.version, &cli->error);
    }
    if (status == QUIRE_OK) {
        q_making_print(cli, making.store, &making.version, composition);
    } else if (!id_is_given) {
        hint_at_id(cli, making.store, composition, status);
    }
    free(type);
    q_making_free(&making);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    quire_status status = q_compose_read(cli, args, "NAME", &composition);
    bool id_is_given = composition.distributed_id != NULL;
    if (status == QUIRE_OK) {
        status = q_compose_need_id(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = finish(cli, &composition, id_is_given);
    }
    q_compose_free(&composition);
    return status;
}

const q_command q_cmd_finish = {
    .name = "finish",
    .group = "Make one version with many writers",
    .summary = "turn a draft into a version",
    .examples = "quire finish preds --distributed-id run7 --expect 8\n"
                "quire finish preds --distributed-id run7 summary.json --alias best\n",
    .usage = "NAME [--distributed-id ID] [--expect N] [OPTION]... [PATH]...",
    .text = "Anyone may finish, as often as one likes: all get the same version. A draft\n"
            "whose writers died is finished in the same way, or dropped by 'quire drafts'.\n"
            "A job that finishes what others upserted has an id of its own: give it that of\n"
            "the array job, --distributed-id $ARRAY_JOB_ID. Let it run after them with\n"
            "--dependency=afterany: --expect is the guard, afterok would never start it.\n",
    .options = options,
    .run = run,
};
