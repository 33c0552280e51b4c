/** @file Ranks write their shares of a version below a folder: one for all, or one on each node. */
#include "mpi/agree.h"
#include "mpi/read.h"

/** This rank's share: among all ranks, or among those of its node. Collective, agreed. */
static quire_status share(const q_read *read, quire_download_options *options, quire_error *error) {
    MPI_Comm all = read->context->comm;
    if (!read->options->each_node) {
        options->part = read->context->rank;
        options->parts = read->context->size;
        return QUIRE_OK;
    }
    MPI_Comm node = MPI_COMM_NULL;
    int part = 0, parts = 1;
    quire_status status = q_mpi_check(
        MPI_Comm_split_type(all, MPI_COMM_TYPE_SHARED, read->context->rank, MPI_INFO_NULL, &node),
        "MPI_Comm_split_type", error);
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Comm_rank(node, &part), "MPI_Comm_rank", error);
    }
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Comm_size(node, &parts), "MPI_Comm_size", error);
    }
    if (node != MPI_COMM_NULL) {
        (void)MPI_Comm_free(&node);
    }
    options->part = part;
    options->parts = parts;
    return q_agree(all, status, error);
}

quire_status quire_mpi_download(MPI_Comm comm, quire_store *store, const char *address,
                                const char *folder, const quire_mpi_read_options *options,
                                quire_read_report *report, quire_error *error) {
    quire_error agreed = {0};
    q_read read;
    const char *missing = folder && *folder ? NULL : "no folder was given";
    quire_status status =
        q_read_begin(&read, __func__, comm, store, address, options, missing, &agreed);
    quire_download_options mine = {0};
    if (status == QUIRE_OK) {
        status = share(&read, &mine, &agreed);
    }
    quire_read_report own = {0};
    if (status == QUIRE_OK) {
        mine.path = read.options->path;
        mine.skip_references = read.options->skip_references;
        mine.threads = read.threads;
        mine.progress = q_progress_hook(&read.progress);
        mine.progress_context = &read.progress;
        status = quire_version_download(read.version, folder, &mine, &own, &agreed);
        status = q_progress_agree(&read.progress, status, &agreed);
    }
    if (status == QUIRE_OK) {
        uint64_t none = 0;
        status = q_read_sum(&read, &own, &none, report, &agreed);
    }
    q_read_end(&read);
    return q_hand_back(status, &agreed, error);
}
