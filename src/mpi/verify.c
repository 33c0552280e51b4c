/**
 * @file
 * Ranks check their shares of a version. A fault is a result, not an abort: every rank finishes its
 * share, and the faults of all are counted before the ranks agree.
 */
#include <inttypes.h>

#include "mpi/agree.h"
#include "mpi/read.h"

static void count(void *context, const char *line) {
    (void)line;
    uint64_t *faults = context;
    (*faults)++;
}

quire_status quire_mpi_verify(MPI_Comm comm, quire_store *store, const char *address,
                              const quire_mpi_read_options *options, quire_read_report *report,
                              quire_error *error) {
    quire_error agreed = {0};
    quire_read_report own = {0};
    quire_error found_error = {0};
    quire_status found = QUIRE_OK;
    uint64_t faults = 0;
    q_read read;
    quire_status status =
        q_read_begin(&read, __func__, comm, store, address, options, NULL, &agreed);
    if (status == QUIRE_OK) {
        quire_verify_options mine = {0};
        mine.part = read.context->rank;
        mine.parts = read.context->size;
        mine.progress = q_progress_hook(&read.progress);
        mine.progress_context = &read.progress;
        mine.fault = count;
        mine.fault_context = &faults;
        found = quire_version_verify(read.version, &mine, &own, &found_error);
        if (found == QUIRE_INTEGRITY) {
            faults += faults == 0;
        } else {
            status = found;
            agreed = found_error;
        }
        status = q_progress_agree(&read.progress, status, &agreed);
    }
    if (status == QUIRE_OK) {
        status = q_read_sum(&read, &own, &faults, report, &agreed);
    }
    if (status == QUIRE_OK && faults > 0) {
        agreed = found_error;
        status = q_agree(read.context->comm, found, &agreed);
        q_error_prefix(&agreed, "%" PRIu64 " fault%s over all ranks", faults,
                       faults == 1 ? "" : "s");
    }
    q_read_end(&read);
    return q_hand_back(status, &agreed, error);
}
