/**
 * @file
 * One file, all ranks: docs/protocols.md tells the order. Blocks are dealt out in runs, so that
 * each rank reads from the front to the back; their digests, 32 bytes each, come to rank 0 in
 * messages of bounded size, so that no count of MPI can overflow.
 */
#include "mpi/shared_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/loan.h"

uint64_t q_shared_first(uint64_t blocks, int rank, int size) {
    uint64_t each = blocks / (uint64_t)size, more = blocks % (uint64_t)size, r = (uint64_t)rank;
    return r * each + (r < more ? r : more);
}

/** One file under way, as a rank sees it. */
typedef struct sharing {
    const q_shared_files *files;
    quire_file *file; /* rank 0 */
    quire_shared_ticket ticket;
    uint64_t first, count;  /* this rank's blocks */
    unsigned char *digests; /* of them; on rank 0, whose come first, with room for all */
    q_progress progress;
} sharing;

/** Each rank stores its run. */
static quire_status store_run(sharing *s, const char *file, quire_error *error) {
    const q_context *context = s->files->context;
    s->first = q_shared_first(s->ticket.blocks, context->rank, context->size);
    s->count = q_shared_first(s->ticket.blocks, context->rank + 1, context->size) - s->first;
    uint64_t kept = context->rank == 0 ? s->ticket.blocks : s->count;
    s->digests = calloc(kept > 0 ? (size_t)kept : 1, QUIRE_BLOCK_DIGEST_SIZE);
    quire_status status = s->digests ? QUIRE_OK : q_error_memory(error);
    if (status == QUIRE_OK) {
        const quire_shared_options options = {.progress = q_progress_hook(&s->progress),
                                              .progress_context = &s->progress};
        status = quire_shared_store_blocks(s->files->store, &s->ticket, file, s->first, s->count,
                                           s->digests, &options, error);
    }
    return q_progress_agree(&s->progress, status, error);
}

static quire_status send_digests(const sharing *s, quire_error *error) {
    const q_parcel own = {s->digests, s->count * QUIRE_BLOCK_DIGEST_SIZE};
    return q_exchange_send(s->files->context, Q_EXCHANGE_MESSAGE, 0, &own, error);
}

static quire_status receive_digests(const sharing *s, quire_error *error) {
    const q_context *context = s->files->context;
    quire_status status = QUIRE_OK;
    for (int r = 1; status == QUIRE_OK && r < context->size; r++) {
        uint64_t at = q_shared_first(s->ticket.blocks, r, context->size);
        uint64_t end = q_shared_first(s->ticket.blocks, r + 1, context->size);
        status = q_exchange_receive(context, Q_EXCHANGE_MESSAGE, r,
                                    (char *)s->digests + at * QUIRE_BLOCK_DIGEST_SIZE,
                                    (end - at) * QUIRE_BLOCK_DIGEST_SIZE, error);
    }
    return status;
}

/** Rank 0 has all digests: it ends the file, and tells. */
static quire_status end(sharing *s, quire_error *error) {
    const q_context *context = s->files->context;
    quire_status status = QUIRE_OK;
    if (context->rank != 0) {
        status = send_digests(s, error);
    } else {
        status = receive_digests(s, error);
        if (status == QUIRE_OK) {
            status = quire_shared_close(s->file, s->digests, error);
            s->file = NULL;
        }
    }
    return q_broadcast(context->comm, status, NULL, 0, error);
}

quire_status q_shared_files_add(const q_shared_files *files, const char *file, const char *path,
                                quire_error *error) {
    sharing s = {.files = files};
    /* What rank 0 alone can fail in comes first, and is told with the ticket. */
    quire_status status = q_progress_begin(&s.progress, files->context, files->options->progress,
                                           files->options->progress_context, error);
    s.progress.wanted = files->wanted;
    if (status == QUIRE_OK && files->context->rank == 0) {
        status = quire_artifact_share_file(files->artifact, files->store, file, path, &s.file,
                                           &s.ticket, error);
    }
    status = q_broadcast(files->context->comm, status, &s.ticket, sizeof s.ticket, error);
    if (status == QUIRE_OK && s.ticket.blocks > 0) {
        status = store_run(&s, file, error);
        if (status == QUIRE_OK) {
            status = end(&s, error);
        }
    }
    quire_file_discard(s.file);
    q_progress_free(&s.progress);
    free(s.digests);
    return status;
}

void q_shared_files_collect(q_shared_files *files, q_arguments *arguments) {
    static const quire_mpi_add_options defaults = {0};
    files->options = files->options ? files->options : &defaults;
    if (!files->artifact) {
        q_arguments_fail(arguments, "no artifact was given");
    }
    q_loan_check(files->context, files->store, files->artifact, arguments);
    if (files->store) {
        q_arguments_add(arguments, "the store", quire_store_url(files->store));
    } else {
        q_arguments_fail(arguments, "no store was given");
        q_arguments_unknown(arguments, "the store");
    }
    if (files->options->version != 0) {
        q_arguments_fail(arguments, "the options have an unknown layout version");
    } else {
        arguments->progress = files->context->rank == 0 && files->options->progress;
    }
}

quire_status quire_mpi_add_shared_file(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                       const char *file, const char *path,
                                       const quire_mpi_add_options *options, quire_error *error) {
    quire_error agreed = {0};
    q_context *context = NULL;
    quire_status status = q_context_get(comm, &context, &agreed);
    if (status) {
        return q_hand_back(status, &agreed, error);
    }
    q_shared_files files = {
        .context = context, .store = store, .artifact = artifact, .options = options};
    q_arguments arguments;
    q_arguments_begin(&arguments, __func__);
    q_shared_files_collect(&files, &arguments);
    if (!file || !*file) {
        q_arguments_fail(&arguments, "no file was given");
    }
    if (path) {
        quire_error local = {0};
        q_arguments_check(&arguments, q_name_check_path(path, &local), &local);
    }
    q_arguments_add(&arguments, "the file", file);
    q_arguments_add(&arguments, "the path", path);
    status = q_arguments_agree(&arguments, context, &files.wanted, &agreed);
    if (status == QUIRE_OK) {
        status = q_shared_files_add(&files, file, path, &agreed);
    }
    return q_hand_back(status, &agreed, error);
}
