/**
 * @file
 * Agreement on arguments by one reduction: the minimum over the ranks of each hash and of its
 * complement (whose minimum is the complement of the maximum) shows whether all hashes are equal.
 *
 * The hash is FNV-1a (Fowler, Noll, Vo; 64 bits): it finds mistakes, not attacks, and cannot fail.
 */
#include "mpi/arguments.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "mpi/agree.h"

static uint64_t hash(const char *value) {
    uint64_t h = 0xcbf29ce484222325u;
    for (const char *c = value ? value : "\1"; *c; c++) {
        h = (h ^ (unsigned char)*c) * 0x100000001b3u;
    }
    return h;
}

void q_arguments_begin(q_arguments *arguments, const char *function) {
    memset(arguments, 0, sizeof *arguments);
    arguments->status = QUIRE_OK;
    q_arguments_add(arguments, "the function to call", function);
}

static q_argument *next(q_arguments *arguments, const char *what) {
    q_argument *field = &arguments->fields[arguments->count++];
    field->what = what;
    return field;
}

void q_arguments_add(q_arguments *arguments, const char *what, const char *value) {
    q_argument *field = next(arguments, what);
    field->known = true;
    field->hash = hash(value);
    const int shown = 120;
    bool cut = value && strlen(value) > (size_t)shown;
    (void)snprintf(field->text, sizeof field->text, "%.*s%s", shown, value ? value : "nothing",
                   cut ? "..." : "");
}

void q_arguments_add_flag(q_arguments *arguments, const char *what, int value) {
    q_arguments_add(arguments, what, value ? "yes" : "no");
}

void q_arguments_unknown(q_arguments *arguments, const char *what) {
    (void)next(arguments, what);
}

void q_arguments_check(q_arguments *arguments, quire_status status, const quire_error *error) {
    if (status != QUIRE_OK && arguments->status == QUIRE_OK) {
        arguments->status = status;
        arguments->error = *error;
    }
}

void q_arguments_fail(q_arguments *arguments, const char *message) {
    if (arguments->status == QUIRE_OK) {
        arguments->status = q_error_set(&arguments->error, QUIRE_USAGE, "%s", message);
    }
}

/** Find and tell who differs from rank 0. Collective: all ranks know that somebody does. */
static quire_status tell(const q_argument *mine, const q_context *context, quire_error *error) {
    q_argument first = *mine;
    q_argument other = *mine;
    int rank = INT_MAX;
    quire_status status = q_mpi_check(
        MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, context->comm), "MPI_Bcast", error);
    if (status) {
        return status;
    }
    int candidate = mine->hash == first.hash ? INT_MAX : context->rank;
    status = q_mpi_check(MPI_Allreduce(&candidate, &rank, 1, MPI_INT, MPI_MIN, context->comm),
                         "MPI_Allreduce", error);
    if (status) {
        return status;
    }
    status = q_mpi_check(MPI_Bcast(&other, (int)sizeof other, MPI_BYTE, rank, context->comm),
                         "MPI_Bcast", error);
    if (status) {
        return status;
    }
    (void)q_error_set(error, QUIRE_USAGE, "ranks disagree on %s: %s on rank 0, %s on rank %d",
                      mine->what, first.text, other.text, rank);
    error->rank = rank;
    return QUIRE_USAGE;
}

quire_status q_arguments_agree(const q_arguments *arguments, const q_context *context,
                               bool *progress, quire_error *error) {
    enum {
        FAILING = 2 * Q_ARGUMENTS_MAX,
        NO_PROGRESS,
        COUNT
    };
    uint64_t mine[COUNT], all[COUNT];
    for (int i = 0; i < Q_ARGUMENTS_MAX; i++) {
        const q_argument *field = &arguments->fields[i];
        /* What is not known must not weigh in a minimum. */
        mine[2 * i] = field->known ? field->hash : UINT64_MAX;
        mine[2 * i + 1] = field->known ? ~field->hash : UINT64_MAX;
    }
    mine[FAILING] = arguments->status == QUIRE_OK ? UINT64_MAX : (uint64_t)context->rank;
    mine[NO_PROGRESS] = arguments->progress ? 0 : 1;
    quire_status status =
        q_mpi_check(MPI_Allreduce(mine, all, COUNT, MPI_UINT64_T, MPI_MIN, context->comm),
                    "MPI_Allreduce", error);
    if (status) {
        return status;
    }
    if (all[FAILING] != UINT64_MAX) {
        *error = arguments->error;
        return q_agree_failure(context->comm, (int)all[FAILING], arguments->status, error);
    }
    for (int i = 0; i < Q_ARGUMENTS_MAX; i++) {
        bool unused = all[2 * i] == UINT64_MAX && all[2 * i + 1] == UINT64_MAX;
        if (!unused && all[2 * i] != ~all[2 * i + 1]) {
            return tell(&arguments->fields[i], context, error);
        }
    }
    if (progress) {
        *progress = all[NO_PROGRESS] == 0;
    }
    return QUIRE_OK;
}
