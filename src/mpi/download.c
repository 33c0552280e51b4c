/** @file Ranks write their shares of a version below a folder: one for all, or one on each node. */
#include "mpi/agree.h"
#include "mpi/divided.h"

/** Who share a folder: all ranks, or those of this node. Collective, agreed. */
static quire_status find_group(const q_read *read, q_group *group, quire_error *error) {
    MPI_Comm all = read->context->comm;
    *group = (q_group){.comm = all, .part = read->context->rank, .parts = read->context->size};
    if (!read->options->each_node) {
        return QUIRE_OK;
    }
    group->comm = MPI_COMM_NULL;
    quire_status status =
        q_mpi_check(MPI_Comm_split_type(all, MPI_COMM_TYPE_SHARED, read->context->rank,
                                        MPI_INFO_NULL, &group->comm),
                    "MPI_Comm_split_type", error);
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Comm_rank(group->comm, &group->part), "MPI_Comm_rank", error);
    }
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Comm_size(group->comm, &group->parts), "MPI_Comm_size", error);
    }
    return q_agree(all, status, error);
}

static void free_group(const q_read *read, q_group *group) {
    if (group->comm != MPI_COMM_NULL && group->comm != read->context->comm) {
        (void)MPI_Comm_free(&group->comm);
    }
}

/** Each rank's share of the files, then together the files that are too large to be one's. */
static quire_status write_all(q_read *read, const q_group *group, const char *folder,
                              quire_read_report *own, quire_error *error) {
    q_divided divided = {.read = read, .group = group, .folder = folder, .own = own};
    quire_status status = q_divided_begin(&divided, error);
    if (status == QUIRE_OK) {
        const quire_download_options options = {.path = read->options->path,
                                                .skip_references = read->options->skip_references,
                                                .part = group->part,
                                                .parts = group->parts,
                                                .progress = q_progress_hook(&read->progress),
                                                .progress_context = &read->progress,
                                                .threads = read->threads,
                                                .divided = q_divided_note,
                                                .divided_context = &divided};
        status = quire_version_download(read->version, folder, &options, own, error);
        if (divided.failure.status != QUIRE_OK) {
            *error = divided.failure;
        }
    }
    status = q_progress_agree(&read->progress, status, error);
    if (status == QUIRE_OK) {
        status = q_divided_write(&divided, error);
    }
    q_divided_free(&divided);
    return status;
}

quire_status quire_mpi_download(MPI_Comm comm, quire_store *store, const char *address,
                                const char *folder, const quire_mpi_read_options *options,
                                quire_read_report *report, quire_error *error) {
    quire_error agreed = {0};
    q_read read;
    q_group group = {.comm = MPI_COMM_NULL};
    const char *missing = folder && *folder ? NULL : "no folder was given";
    quire_status status =
        q_read_begin(&read, __func__, comm, store, address, options, missing, &agreed);
    quire_read_report own = {0};
    if (status == QUIRE_OK) {
        status = find_group(&read, &group, &agreed);
    }
    if (status == QUIRE_OK) {
        status = write_all(&read, &group, folder, &own, &agreed);
    }
    if (status == QUIRE_OK) {
        uint64_t none = 0;
        status = q_read_sum(&read, &own, &none, report, &agreed);
    }
    free_group(&read, &group);
    q_read_end(&read);
    return q_hand_back(status, &agreed, error);
}
