/**
 * @file
 * Ranks push a version together: rank 0 finds out what has to be done and hands its ticket to all,
 * each does the parts that fall to it, rank 0 finishes. Parts are about equally large, so that they
 * are dealt out one after the other.
 */
#include <stdio.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/loan.h"
#include "mpi/read.h"

static const quire_mpi_push_options defaults = {0};

typedef struct pushing {
    q_context *context;
    quire_store *source, *target;
    const quire_mpi_push_options *options; /* never NULL */
    quire_version *version;
    quire_push *push;
    quire_push_ticket ticket;
    q_progress progress;
} pushing;

static void add_store(const pushing *self, q_arguments *arguments, const char *what,
                      quire_store *store) {
    char text[48];
    if (store) {
        q_arguments_add(arguments, what, quire_store_url(store));
        q_loan_check(self->context, store, NULL, arguments);
    } else {
        (void)snprintf(text, sizeof text, "%s was not given", what);
        q_arguments_fail(arguments, text);
        q_arguments_unknown(arguments, what);
    }
}

static void collect(pushing *self, q_arguments *arguments, const char *address) {
    const quire_mpi_push_options *options = self->options;
    quire_error error = {0};
    add_store(self, arguments, "the store to push from", self->source);
    add_store(self, arguments, "the store to push to", self->target);
    if (!address) {
        q_arguments_fail(arguments, "no version was given");
    }
    q_arguments_add(arguments, "the version to push", address);
    if (options->version != 0) {
        q_arguments_fail(arguments, "the options have an unknown layout version");
        q_arguments_unknown(arguments, "the name to push it under");
        return;
    }
    q_arguments_add(arguments, "the name to push it under", options->name);
    quire_status status = q_progress_begin(&self->progress, self->context, options->progress,
                                           options->progress_context, &error);
    q_arguments_check(arguments, status, &error);
    arguments->progress = self->progress.callback != NULL;
}

static quire_push_options options_for(pushing *self) {
    const quire_mpi_push_options *options = self->options;
    return (quire_push_options){.name = options->name,
                                .aliases = options->aliases,
                                .alias_count = options->alias_count,
                                .skip_aliases = options->skip_aliases,
                                .job = options->job,
                                .progress = q_progress_hook(&self->progress),
                                .progress_context = &self->progress,
                                .threads = q_context_allows_threads() ? 0 : 1};
}

/** Rank 0 begins, and all hear what there is to do. */
static quire_status begin(pushing *self, quire_error *error) {
    const q_context *context = self->context;
    const quire_push_options options = options_for(self);
    quire_status status = QUIRE_OK;
    memset(&self->ticket, 0, sizeof self->ticket);
    if (context->rank == 0) {
        status = quire_push_begin(self->version, self->target, &options, (unsigned)context->size,
                                  &self->push, &self->ticket, error);
    }
    return q_broadcast(context->comm, status, &self->ticket, sizeof self->ticket, error);
}

static quire_status do_parts(pushing *self, quire_error *error) {
    const q_context *context = self->context;
    const quire_push_options options = options_for(self);
    quire_status status = QUIRE_OK;
    if (context->rank != 0) {
        status = quire_push_join(self->version, self->target, &options, &self->ticket, &self->push,
                                 error);
    }
    if (status == QUIRE_OK) {
        status =
            quire_push_share(self->push, (unsigned)context->rank, (unsigned)context->size, error);
    }
    return q_progress_agree(&self->progress, status, error);
}

/** All parts are done, by whomever: rank 0's push need not know of those of the others. */
static quire_status finish(pushing *self, quire_version_id *version, quire_error *error) {
    quire_version_id made;
    memset(&made, 0, sizeof made);
    quire_status status = QUIRE_OK;
    if (self->context->rank == 0) {
        status = quire_push_finish(self->push, &made, error);
    }
    status = q_broadcast(self->context->comm, status, &made, sizeof made, error);
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}

/** The others count nothing of what was there before. */
static quire_status sum(const pushing *self, quire_push_report *report, quire_error *error) {
    quire_push_report own = {0};
    uint64_t all[5] = {0};
    quire_push_get_report(self->push, &own);
    const uint64_t mine[5] = {own.files, own.bytes, own.known_files, own.known_bytes,
                              own.references};
    quire_status status =
        q_mpi_check(MPI_Allreduce(mine, all, 5, MPI_UINT64_T, MPI_SUM, self->context->comm),
                    "MPI_Allreduce", error);
    if (status == QUIRE_OK && report) {
        *report = (quire_push_report){.files = all[0],
                                      .bytes = all[1],
                                      .known_files = all[2],
                                      .known_bytes = all[3],
                                      .references = all[4]};
    }
    return status;
}

static quire_status push(pushing *self, const char *address, quire_push_report *report,
                         quire_version_id *version, quire_error *error) {
    quire_status status = q_read_open(self->context, self->source, address, &self->version, error);
    status = status ? status : begin(self, error);
    status = status ? status : do_parts(self, error);
    status = status ? status : finish(self, version, error);
    return status ? status : sum(self, report, error);
}

quire_status quire_mpi_push(MPI_Comm comm, quire_store *source, const char *address,
                            quire_store *target, const quire_mpi_push_options *options,
                            quire_push_report *report, quire_version_id *version,
                            quire_error *error) {
    quire_error agreed = {0};
    pushing self = {.source = source, .target = target, .options = options ? options : &defaults};
    quire_status status = q_context_get(comm, &self.context, &agreed);
    if (status == QUIRE_OK) {
        q_arguments arguments;
        q_arguments_begin(&arguments, __func__);
        collect(&self, &arguments, address);
        status = q_arguments_agree(&arguments, self.context, &self.progress.wanted, &agreed);
    }
    if (status == QUIRE_OK) {
        status = push(&self, address, report, version, &agreed);
    }
    quire_push_free(self.push);
    quire_version_free(self.version);
    q_progress_free(&self.progress);
    return q_hand_back(status, &agreed, error);
}
