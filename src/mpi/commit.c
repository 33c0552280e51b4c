/**
 * @file
 * How a collective commit begins: arguments, then the id of the draft, which the caller gives or
 * rank 0 alone decides on, since ranks may see different environments.
 */
#include "mpi/commit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/name.h"
#include "mpi/agree.h"
#include "mpi/loan.h"

static const quire_mpi_options defaults = {0};

/** Note what must agree, and what is wrong with it here. */
static void collect(q_commit *commit, q_arguments *arguments, q_commit_id id) {
    const quire_mpi_options *options = commit->options;
    quire_error error = {0};
    if (commit->artifact) {
        q_arguments_add(arguments, "the artifact's name", quire_artifact_name(commit->artifact));
        q_arguments_add(arguments, "the artifact's type", quire_artifact_type(commit->artifact));
    } else {
        q_arguments_fail(arguments, "no artifact was given");
        q_arguments_unknown(arguments, "the artifact's name");
        q_arguments_unknown(arguments, "the artifact's type");
    }
    if (commit->store) {
        q_arguments_add(arguments, "the store", quire_store_url(commit->store));
    } else {
        q_arguments_fail(arguments, "no store was given");
        q_arguments_unknown(arguments, "the store");
    }
    q_loan_check(commit->context, commit->store, commit->artifact, arguments);
    if (options->version != 0) {
        q_arguments_fail(arguments, "the options have an unknown layout version");
        q_arguments_unknown(arguments, "the distributed_id");
        return;
    }
    q_arguments_add(arguments, "the distributed_id", options->distributed_id);
    if (options->distributed_id) {
        q_arguments_check(
            arguments, q_name_check_id("distributed_id", options->distributed_id, &error), &error);
    } else if (id == Q_COMMIT_ID_REQUIRED) {
        q_arguments_fail(arguments, "a finish needs the distributed_id of its draft");
    }
    quire_status status = q_progress_begin(&commit->progress, commit->context, options->progress,
                                           options->progress_context, &error);
    q_arguments_check(arguments, status, &error);
    arguments->progress = commit->progress.callback != NULL;
    if (id == Q_COMMIT_ID_OPTIONAL && commit->context->rank == 0) {
        commit->receipts = calloc((size_t)commit->context->size, sizeof *commit->receipts);
        status = commit->receipts ? QUIRE_OK : q_error_memory(&error);
        q_arguments_check(arguments, status, &error);
    }
}

/** Rank 0: the id of a draft that the caller gives none. */
static quire_status decide(const q_commit *commit, char id[Q_DISTRIBUTED_ID_SIZE],
                           quire_error *error) {
    const q_context *context = commit->context;
    const char *group = q_environment_run_group();
    quire_status status = QUIRE_OK;
    if (group && context->calls == 1) {
        status = q_name_check_id("WANDB_RUN_GROUP", group, error);
        (void)snprintf(id, Q_DISTRIBUTED_ID_SIZE, "%s", group);
    } else {
        /* The draft of an earlier call is finished by now: each call has one of its own. */
        const char *stem = group ? group : context->id;
        int length = snprintf(id, Q_DISTRIBUTED_ID_SIZE, "%s-%" PRIu64, stem, context->calls);
        if (length < 0 || length >= Q_DISTRIBUTED_ID_SIZE) {
            return q_error_set(error, QUIRE_USAGE, "WANDB_RUN_GROUP is too long");
        }
        status = q_name_check_id("WANDB_RUN_GROUP", id, error);
    }
    return status;
}

/** What rank 0 tells all before they store. */
typedef struct beginning {
    char id[Q_DISTRIBUTED_ID_SIZE];
    quire_store_session session;
} beginning;

/** Rank 0 decides on the id, and finds out of the store what nobody else has to ask for, too. */
static quire_status begin_first(const q_commit *commit, beginning *told, quire_error *error) {
    const char *given = commit->options->distributed_id;
    quire_status status = QUIRE_OK;
    if (given) { /* the same on all ranks, as they have just agreed */
        (void)snprintf(told->id, sizeof told->id, "%s", given);
    } else {
        status = decide(commit, told->id, error);
    }
    return status ? status
                  : quire_store_prepare(commit->store, quire_artifact_name(commit->artifact),
                                        told->id, &told->session, error);
}

/** The others join. Collective, agreed; where a store has nothing to tell all know it. */
static quire_status join(const q_commit *commit, const beginning *told, quire_error *error) {
    const q_context *context = commit->context;
    if (told->session.text[0] == '\0') {
        return QUIRE_OK;
    }
    quire_status status =
        context->rank == 0 ? QUIRE_OK
                           : quire_store_join(commit->store, &told->session, context->size, error);
    return q_agree(context->comm, status, error);
}

quire_status q_commit_begin(q_commit *commit, const char *function, q_commit_id id, MPI_Comm comm,
                            quire_store *store, quire_artifact *artifact,
                            const quire_mpi_options *options, quire_error *error) {
    memset(commit, 0, sizeof *commit);
    commit->store = store;
    commit->artifact = artifact;
    commit->options = options ? options : &defaults;
    quire_status status = q_context_get(comm, &commit->context, error);
    if (status) {
        return status;
    }
    q_arguments arguments;
    q_arguments_begin(&arguments, function);
    collect(commit, &arguments, id);
    status = q_arguments_agree(&arguments, commit->context, &commit->progress.wanted, error);
    if (status) {
        return status;
    }
    if (id == Q_COMMIT_ID_OPTIONAL) {
        commit->context->calls++;
    }
    commit->threads = q_context_allows_threads() ? 0 : 1;
    const char *given = commit->options->distributed_id;
    if (given && !quire_store_has_session(store)) { /* all know all there is to know */
        (void)snprintf(commit->distributed_id, sizeof commit->distributed_id, "%s", given);
        return QUIRE_OK;
    }
    beginning told;
    memset(&told, 0, sizeof told);
    if (commit->context->rank == 0) {
        status = begin_first(commit, &told, error);
    }
    status = q_broadcast(commit->context->comm, status, &told, sizeof told, error);
    if (status == QUIRE_OK) {
        memcpy(commit->distributed_id, told.id, sizeof commit->distributed_id);
        status = join(commit, &told, error);
    }
    return status;
}

void q_commit_end(q_commit *commit) {
    q_progress_free(&commit->progress);
    free(commit->receipts);
}
