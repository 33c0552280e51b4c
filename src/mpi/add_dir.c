/**
 * @file
 * One folder, seen by all ranks, shared out among them: they walk it together (rounds.h) and deal
 * out what they have found (deal.h). Only then do they add anything, so that a tree with something
 * wrong in it leaves no trace in any artifact.
 *
 * With a store at hand, files that are too large for one rank are stored by all, one after the
 * other, behind the agreement on the rest.
 */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/name.h"
#include "mpi/agree.h"
#include "mpi/deal.h"
#include "mpi/loan.h"
#include "mpi/rounds.h"
#include "mpi/shared_file.h"

typedef struct sharing {
    const q_context *context;
    quire_artifact *artifact;
    const char *folder, *prefix;
    q_rounds rounds;
    q_deal deal;
    q_buffer file, path;
    const q_shared_files *shared; /* NULL: no file is divided */
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

/** A file that is this rank's. */
static quire_status add(void *context, const char *path, const quire_seen *seen,
                        quire_error *error) {
    sharing *s = context;
    const quire_mpi_add_options *how = s->shared ? s->shared->options : NULL;
    const quire_seen size = {.size = seen->size};
    const quire_add_options options = {.link = how ? how->link : 0,
                                       .seen = how && how->as_now ? seen : &size};
    quire_status status = join(&s->file, s->folder, path, error);
    if (status == QUIRE_OK) {
        status = join(&s->path, s->prefix, path, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_file(s->artifact, s->file.data, s->path.data, &options, error);
    }
    return status;
}

/** The files that are divided, one after the other. The agreement on all others is behind them. */
static quire_status divide(sharing *s, quire_error *error) {
    char path[Q_PATH_MAX + 1];
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < s->deal.held.count; i++) {
        const q_held_file *file = &s->deal.held.files[i];
        if (file->rank != Q_HELD_ALL) {
            continue;
        }
        memset(path, 0, sizeof path);
        if (file->finder == s->context->rank) {
            (void)snprintf(path, sizeof path, "%s",
                           q_finds_path(&s->rounds.scan.large_files, (size_t)file->index));
        }
        status = q_mpi_check(MPI_Bcast(path, sizeof path, MPI_CHAR, file->finder, s->context->comm),
                             "MPI_Bcast", error);
        if (status == QUIRE_OK) {
            /* There is room for both: see prepare(). */
            (void)join(&s->file, s->folder, path, error);
            (void)join(&s->path, s->prefix, path, error);
            status = q_shared_files_add(s->shared, s->file.data, s->path.data, error);
        }
    }
    return status;
}

/** Get the memory for all of it before the agreement on the arguments, which tells when it fails.
 */
static quire_status prepare(sharing *s, quire_error *error) {
    const char *folder = s->folder ? s->folder : "";
    const uint64_t large = s->shared ? QUIRE_BLOCK_SIZE : UINT64_MAX;
    quire_status status = q_buffer_reserve(&s->file, strlen(folder) + 1 + Q_PATH_MAX, error);
    if (status == QUIRE_OK) {
        status = q_buffer_reserve(&s->path, strlen(s->prefix) + 1 + Q_PATH_MAX, error);
    }
    if (status == QUIRE_OK) {
        status = q_rounds_begin(&s->rounds, s->context, folder, large, Q_EXCHANGE_MESSAGE, error);
    }
    return status
               ? status
               : q_deal_begin(&s->deal, s->context, s->shared != NULL, Q_EXCHANGE_MESSAGE, error);
}

static void clean(sharing *s) {
    q_deal_free(&s->deal);
    q_rounds_free(&s->rounds);
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
        status = q_rounds_run(&s.rounds, error);
    }
    if (status == QUIRE_OK) {
        q_scan *scan = &s.rounds.scan;
        status = q_deal_run(&s.deal, &scan->files, &scan->large_files, add, &s, error);
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
