/**
 * @file
 * Ranks check their shares of a version. A fault is a result, not an abort: every rank finishes its
 * share, and the faults of all are counted before the ranks agree. For the same reason a fault wins
 * over what the system refused another rank: that one says nothing about the version.
 */
#include <inttypes.h>

#include "mpi/agree.h"
#include "mpi/read.h"

typedef struct share {
    quire_status status;
    quire_error error;
    quire_read_report report;
    uint64_t faults;
} share;

static void count(void *context, const char *line) {
    (void)line;
    uint64_t *faults = context;
    (*faults)++;
}

static void verify(q_read *read, share *own) {
    quire_verify_options options = {0};
    options.part = read->context->rank;
    options.parts = read->context->size;
    options.progress = q_progress_hook(&read->progress);
    options.progress_context = &read->progress;
    options.threads = read->threads;
    options.fault = count;
    options.fault_context = &own->faults;
    own->status = quire_version_verify(read->version, &options, &own->report, &own->error);
    if (own->status != QUIRE_INTEGRITY) {
        own->faults = 0; /* what could not be read was told as well */
    } else if (own->faults == 0) {
        own->faults = 1;
    }
}

/** Collective; all ranks sum up, also when one was refused, as another may have found a fault. */
static quire_status conclude(q_read *read, const share *own, quire_read_report *report,
                             quire_error *error) {
    bool found = own->status == QUIRE_INTEGRITY;
    quire_error refusal = own->error, sum_error = {0};
    uint64_t faults = own->faults;
    quire_status refused =
        q_progress_agree(&read->progress, found ? QUIRE_OK : own->status, &refusal);
    quire_status status = q_read_sum(read, &own->report, &faults, report, &sum_error);
    if (status || faults == 0) {
        *error = refused ? refusal : sum_error;
        return refused ? refused : status;
    }
    *error = own->error;
    status = q_agree(read->context->comm, found ? QUIRE_INTEGRITY : QUIRE_OK, error);
    q_error_prefix(error, "%" PRIu64 " fault%s over all ranks%s", faults, faults == 1 ? "" : "s",
                   refused ? ", and not all could be read" : "");
    return status;
}

quire_status quire_mpi_verify(MPI_Comm comm, quire_store *store, const char *address,
                              const quire_mpi_read_options *options, quire_read_report *report,
                              quire_error *error) {
    quire_error agreed = {0};
    share own = {0};
    q_read read;
    quire_status status =
        q_read_begin(&read, __func__, comm, store, address, options, NULL, &agreed);
    if (status == QUIRE_OK) {
        verify(&read, &own);
        status = conclude(&read, &own, report, &agreed);
    }
    q_read_end(&read);
    return q_hand_back(status, &agreed, error);
}
