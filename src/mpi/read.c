/**
 * @file
 * How a collective reading begins. The address is resolved once, on rank 0, and travels as a
 * number: an alias that moves meanwhile cannot send the ranks to different versions. Its digest
 * travels along: a store that is another one for some ranks, a local folder of their node by the
 * same name, or that lies, cannot either.
 */
#include "mpi/read.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/loan.h"

static const quire_mpi_read_options defaults = {0};

static void collect(q_read *read, q_arguments *arguments, quire_store *store, const char *address) {
    const quire_mpi_read_options *options = read->options;
    quire_error error = {0};
    if (store) {
        q_arguments_add(arguments, "the store", quire_store_url(store));
        q_loan_check(read->context, store, NULL, arguments);
    } else {
        q_arguments_fail(arguments, "no store was given");
        q_arguments_unknown(arguments, "the store");
    }
    if (!address) {
        q_arguments_fail(arguments, "no version was given");
    }
    q_arguments_add(arguments, "the version to read", address);
    if (options->version != 0) {
        q_arguments_fail(arguments, "the options have an unknown layout version");
        return;
    }
    q_arguments_add(arguments, "the path to read", options->path);
    q_arguments_add_flag(arguments, "whether to skip references", options->skip_references);
    q_arguments_add_flag(arguments, "whether each node gets a copy", options->each_node);
    quire_status status = q_progress_begin(&read->progress, read->context, options->progress,
                                           options->progress_context, &error);
    q_arguments_check(arguments, status, &error);
    arguments->progress = read->progress.callback != NULL;
}

/** What rank 0 has opened. */
typedef struct q_opened {
    char address[256];
    char digest[QUIRE_DIGEST_SIZE];
} q_opened;

static_assert(sizeof(q_opened) <= Q_BROADCAST_MAX, "it travels in one message");

static quire_status open_same(quire_store *store, const q_opened *wanted, quire_version **version,
                              quire_error *error) {
    quire_status status = quire_version_open(store, wanted->address, version, error);
    if (status == QUIRE_OK &&
        strcmp(quire_version_get_info(*version)->digest, wanted->digest) != 0) {
        status =
            q_error_set(error, QUIRE_INTEGRITY,
                        "%s is another version here than on rank 0: all ranks must see one store",
                        wanted->address);
    }
    return status;
}

quire_status q_read_open(const q_context *context, quire_store *store, const char *address,
                         quire_version **version, quire_error *error) {
    q_opened found;
    memset(&found, 0, sizeof found);
    quire_status status = QUIRE_OK;
    if (context->rank == 0) {
        status = quire_version_open(store, address, version, error);
        if (status == QUIRE_OK) {
            const quire_version_info *info = quire_version_get_info(*version);
            (void)snprintf(found.address, sizeof found.address, "%s:v%" PRId64, info->name,
                           info->number);
            (void)snprintf(found.digest, sizeof found.digest, "%s", info->digest);
        }
    }
    status = q_broadcast(context->comm, status, &found, sizeof found, error);
    if (status) {
        return status;
    }
    if (context->rank != 0) {
        status = open_same(store, &found, version, error);
    }
    return q_agree(context->comm, status, error);
}

quire_status q_read_begin(q_read *read, const char *function, MPI_Comm comm, quire_store *store,
                          const char *address, const quire_mpi_read_options *options,
                          const char *missing, quire_error *error) {
    memset(read, 0, sizeof *read);
    read->options = options ? options : &defaults;
    quire_status status = q_context_get(comm, &read->context, error);
    if (status) {
        return status;
    }
    q_arguments arguments;
    q_arguments_begin(&arguments, function);
    read->threads = q_context_allows_threads() ? 0 : 1;
    if (missing) {
        q_arguments_fail(&arguments, missing);
    }
    collect(read, &arguments, store, address);
    status = q_arguments_agree(&arguments, read->context, &read->progress.wanted, error);
    return status ? status : q_read_open(read->context, store, address, &read->version, error);
}

void q_read_end(q_read *read) {
    quire_version_free(read->version);
    q_progress_free(&read->progress);
}

quire_status q_read_sum(const q_read *read, const quire_read_report *own, uint64_t *faults,
                        quire_read_report *total, quire_error *error) {
    uint64_t mine[5] = {own->files, own->bytes, own->references, own->skipped, *faults};
    uint64_t all[5] = {0};
    quire_status status =
        q_mpi_check(MPI_Allreduce(mine, all, 5, MPI_UINT64_T, MPI_SUM, read->context->comm),
                    "MPI_Allreduce", error);
    if (status == QUIRE_OK) {
        *faults = all[4];
        if (total) {
            *total = (quire_read_report){
                .files = all[0], .bytes = all[1], .references = all[2], .skipped = all[3]};
        }
    }
    return status;
}
