/**
 * @file
 * One folder, seen by all ranks, shared out among them.
 *
 * Rank 0 walks and gives each file to the rank with the least work so far. The lists go out in
 * bounded messages while the walk goes on, so that rank 0 holds one batch for each rank and never
 * the whole. A rank that fails goes on receiving until the end of its list, and rank 0 ends all
 * lists also when its walk fails: only then do they agree.
 *
 * With a store at hand, large files are held back until the walk has ended (held.h); those that are
 * too large for one rank are stored by all, one after the other, behind that agreement.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/walk.h"
#include "base/buffer.h"
#include "base/name.h"
#include "mpi/agree.h"
#include "mpi/held.h"
#include "mpi/loan.h"
#include "mpi/shared_file.h"
#include "mpi/tags.h"

typedef struct sharing {
    const q_context *context;
    quire_artifact *artifact;
    const char *folder, *prefix;
    q_shares shares;   /* rank 0 */
    q_buffer *batches; /* rank 0: the next message to each rank */
    char *incoming;    /* others: `batch_size` bytes */
    size_t batch_size; /* what a message has at most */
    q_buffer file, path;
    const q_shared_files *shared; /* NULL: no file is divided */
    q_held held;                  /* rank 0 */
} sharing;

/** `a/b`, or `b` alone when there is no `a`. */
static quire_status join(q_buffer *out, const char *a, const char *b, quire_error *error) {
    q_buffer_clear(out);
    quire_status status = QUIRE_OK;
    if (a && a[0]) {
        status = q_buffer_append_string(out, a, error);
        if (status == QUIRE_OK && a[strlen(a) - 1] != '/') {
            status = q_buffer_append(out, "/", 1, error);
        }
    }
    return status ? status : q_buffer_append_string(out, b, error);
}

static quire_status add(sharing *s, const char *path, quire_error *error) {
    quire_status status = join(&s->file, s->folder, path, error);
    if (status == QUIRE_OK) {
        status = join(&s->path, s->prefix, path, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_file(s->artifact, s->file.data, s->path.data, NULL, error);
    }
    return status;
}

static quire_status flush(sharing *s, int rank, quire_error *error) {
    q_buffer *batch = &s->batches[rank];
    quire_status status = q_mpi_check(
        MPI_Send(batch->data, (int)batch->size, MPI_BYTE, rank, Q_TAG_PATHS, s->context->comm),
        "MPI_Send", error);
    q_buffer_clear(batch);
    return status;
}

/** Rank 0: a file is that rank's. */
static quire_status assign(sharing *s, int rank, const char *path, quire_error *error) {
    if (rank == 0) {
        return add(s, path, error);
    }
    size_t size = strlen(path) + 1;
    quire_status result = QUIRE_OK;
    if (size > s->batch_size) {
        return q_error_set(error, QUIRE_USAGE, "path is too long: %.200s...", path);
    }
    if (s->batches[rank].size + size > s->batch_size) {
        result = flush(s, rank, error);
    }
    return result ? result : q_buffer_append(&s->batches[rank], path, size, error);
}

/** One file of the walk, on rank 0. */
static quire_status found(void *context, const char *file, const char *path, const struct stat *now,
                          quire_error *error) {
    (void)file;
    sharing *s = context;
    uint64_t bytes = now->st_size > 0 ? (uint64_t)now->st_size : 0;
    if (!s->shared || bytes <= QUIRE_BLOCK_SIZE) {
        return assign(s, q_shares_take(&s->shares, bytes), path, error);
    }
    q_held_file let_go;
    quire_status status = q_held_add(&s->held, path, bytes, &let_go, error);
    if (status == QUIRE_OK && let_go.path) {
        status = assign(s, q_shares_take(&s->shares, let_go.bytes), let_go.path, error);
    }
    free(let_go.path);
    return status;
}

/** Rank 0: walk, then end every rank's list whatever came of it. */
static quire_status give(sharing *s, quire_error *error) {
    quire_status status = q_walk(s->folder, found, s, error);
    q_held_decide(&s->held, &s->shares);
    for (size_t i = 0; status == QUIRE_OK && i < s->held.count; i++) {
        const q_held_file *file = &s->held.files[i];
        status = file->rank == Q_HELD_ALL ? QUIRE_OK : assign(s, file->rank, file->path, error);
    }
    for (int r = 1; r < s->context->size; r++) {
        if (status == QUIRE_OK && s->batches[r].size > 0) {
            status = flush(s, r, error);
        }
        quire_error ended = {0};
        quire_status end = q_mpi_check(
            MPI_Send(NULL, 0, MPI_BYTE, r, Q_TAG_PATHS_END, s->context->comm), "MPI_Send", &ended);
        if (end && status == QUIRE_OK) {
            status = end;
            *error = ended;
        }
    }
    return status;
}

/** The others: add what comes; after a failure go on to the end without adding. */
static quire_status take(sharing *s, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (;;) {
        MPI_Status message;
        int size = 0;
        quire_error broken_error = {0};
        quire_status broken = q_mpi_check(MPI_Recv(s->incoming, (int)s->batch_size, MPI_BYTE, 0,
                                                   MPI_ANY_TAG, s->context->comm, &message),
                                          "MPI_Recv", &broken_error);
        if (broken == QUIRE_OK) {
            broken = q_mpi_check(MPI_Get_count(&message, MPI_BYTE, &size), "MPI_Get_count",
                                 &broken_error);
        }
        if (broken) {
            *error = broken_error;
            return broken;
        }
        if (message.MPI_TAG == Q_TAG_PATHS_END) {
            return status;
        }
        for (int at = 0; status == QUIRE_OK && at < size; at += (int)strlen(s->incoming + at) + 1) {
            status = add(s, s->incoming + at, error);
        }
    }
}

/** The files that are divided, one after the other. The agreement on the walk is behind them. */
static quire_status divide(sharing *s, quire_error *error) {
    char path[Q_PATH_MAX + 1];
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK; i++) {
        while (i < s->held.count && s->held.files[i].rank != Q_HELD_ALL) {
            i++;
        }
        memset(path, 0, sizeof path);
        if (i < s->held.count) {
            (void)snprintf(path, sizeof path, "%s", s->held.files[i].path);
        }
        status = q_mpi_check(MPI_Bcast(path, sizeof path, MPI_CHAR, 0, s->context->comm),
                             "MPI_Bcast", error);
        if (status != QUIRE_OK || path[0] == '\0') {
            break;
        }
        /* There is room for both: see prepare(). */
        (void)join(&s->file, s->folder, path, error);
        (void)join(&s->path, s->prefix, path, error);
        status = q_shared_files_add(s->shared, s->file.data, s->path.data, error);
    }
    return status;
}

/** Get the memory for all of it before the agreement on the arguments, which tells when it fails.
 */
static quire_status prepare(sharing *s, quire_error *error) {
    size_t folder = s->folder ? strlen(s->folder) : 0;
    quire_status status = q_buffer_reserve(&s->file, folder + 1 + Q_PATH_MAX, error);
    if (status == QUIRE_OK) {
        status = q_buffer_reserve(&s->path, strlen(s->prefix) + 1 + Q_PATH_MAX, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (s->context->rank != 0) {
        s->incoming = malloc(s->batch_size);
        return s->incoming ? QUIRE_OK : q_error_memory(error);
    }
    s->batches = calloc((size_t)s->context->size, sizeof *s->batches);
    if (!s->batches) {
        return q_error_memory(error);
    }
    return q_shares_begin(&s->shares, s->context->size, error);
}

static void clean(sharing *s) {
    for (int r = 0; s->batches && r < s->context->size; r++) {
        q_buffer_free(&s->batches[r]);
    }
    free(s->batches);
    free(s->incoming);
    q_shares_free(&s->shares);
    q_held_free(&s->held);
    q_buffer_free(&s->file);
    q_buffer_free(&s->path);
}

/** @param files has the context, the artifact and, where files may be divided, a store */
static quire_status add_dir(q_shared_files *files, const char *function, bool divides,
                            const char *folder, const char *prefix, quire_error *error) {
    quire_error local = {0};
    const q_context *context = files->context;
    sharing s = {.context = context, .artifact = files->artifact, .folder = folder};
    s.prefix = prefix ? prefix : "";
    s.shared = divides ? files : NULL;
    s.batch_size = q_shares_batch(context->size);
    q_arguments arguments;
    q_arguments_begin(&arguments, function);
    if (!files->artifact) {
        q_arguments_fail(&arguments, "no artifact was given");
    }
    if (!divides) { /* else below */
        q_loan_check(context, NULL, files->artifact, &arguments);
    }
    if (!folder || !*folder) {
        q_arguments_fail(&arguments, "no folder was given");
    }
    if (*s.prefix) {
        q_arguments_check(&arguments, q_name_check_path(s.prefix, &local), &local);
    }
    q_arguments_check(&arguments, prepare(&s, &local), &local);
    q_arguments_add(&arguments, "the folder", folder);
    q_arguments_add(&arguments, "the prefix", s.prefix);
    if (divides) {
        q_shared_files_collect(files, &arguments);
    }
    quire_status status = q_arguments_agree(&arguments, context, &files->wanted, error);
    if (status == QUIRE_OK) {
        status = context->rank == 0 ? give(&s, error) : take(&s, error);
        status = q_agree(context->comm, status, error);
    }
    if (status == QUIRE_OK && divides) {
        status = divide(&s, error);
    }
    clean(&s);
    return status;
}

quire_status quire_mpi_add_dir(MPI_Comm comm, quire_artifact *artifact, const char *folder,
                               const char *prefix, quire_error *error) {
    quire_error agreed = {0};
    q_context *context = NULL;
    quire_status status = q_context_get(comm, &context, &agreed);
    if (status == QUIRE_OK) {
        q_shared_files files = {.context = context, .artifact = artifact};
        status = add_dir(&files, __func__, false, folder, prefix, &agreed);
    }
    return q_hand_back(status, &agreed, error);
}

quire_status quire_mpi_add_shared_dir(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                      const char *folder, const char *prefix,
                                      const quire_mpi_add_options *options, quire_error *error) {
    quire_error agreed = {0};
    q_context *context = NULL;
    quire_status status = q_context_get(comm, &context, &agreed);
    if (status == QUIRE_OK) {
        q_shared_files files = {
            .context = context, .store = store, .artifact = artifact, .options = options};
        status = add_dir(&files, __func__, true, folder, prefix, &agreed);
    }
    return q_hand_back(status, &agreed, error);
}
