/**
 * @file
 * A log in two halves: begin starts a thread that upserts this rank's artifact, wait does the rest.
 * The order of what ranks send each other is told in docs/protocols.md; all of it goes over a
 * communicator of the request's own, from the caller's thread.
 */
#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/commit.h"
#include "mpi/loan.h"
#include "mpi/worker.h"

#define RELAY_INTERVAL 100 /* milliseconds between looks at a thread that is waited for */

struct quire_mpi_request {
    q_context context; /* as of the caller's communicator, with a duplicate of the request's own */
    q_commit commit;
    quire_mpi_options options;
    char *job;
    q_loan loan;
    q_worker worker;
    bool hidden;           /* every rank has a thread */
    bool stored;           /* this rank's upsert has ended, with the following */
    quire_receipt receipt; /* these are the worker's while it runs */
    quire_status status;
    quire_error error;
    q_agreement agreement; /* on whether all ranks have stored */
};

/** What the thread does. */
static void upsert(void *context) {
    quire_mpi_request *request = context;
    bool wanted = request->commit.progress.wanted;
    request->status = q_commit_store(&request->commit, wanted ? q_worker_tell : NULL,
                                     &request->worker, &request->receipt, &request->error);
}

/** After MPI_Finalize() its functions must not be called, and the process may still want to end in
 *  good order. */
static bool is_finalized(quire_error *error) {
    int finalized = 0;
    if (MPI_Finalized(&finalized) == MPI_SUCCESS && !finalized) {
        return false;
    }
    (void)q_error_set(error, QUIRE_USAGE, "MPI is finalized already");
    return true;
}

static void request_free(quire_mpi_request *request) {
    quire_error unused;
    if (!request) {
        return;
    }
    q_worker_join(&request->worker);
    q_loan_end(&request->loan);
    if (request->context.comm != MPI_COMM_NULL && !is_finalized(&unused)) {
        (void)MPI_Comm_free(&request->context.comm);
    }
    q_commit_end(&request->commit);
    free(request->job);
    free(request);
}

/** Local: memory for a request, with copies of what may be gone when the caller is back. */
static quire_status request_new(const q_commit *commit, quire_mpi_request **request,
                                quire_error *error) {
    const char *job = commit->options->job;
    quire_mpi_request *made = calloc(1, sizeof *made);
    char *copy = job ? strdup(job) : NULL;
    if (!made || (job && !copy)) {
        free(made);
        free(copy);
        return q_error_memory(error);
    }
    made->job = copy;
    made->context.comm = MPI_COMM_NULL;
    *request = made;
    return QUIRE_OK;
}

/** Move what was agreed on into the request, which gets a communicator of its own. */
static quire_status adopt(quire_mpi_request *request, const q_commit *commit, quire_error *error) {
    q_context *callers = commit->context;
    request->commit = *commit;
    request->options = *commit->options;
    request->options.job = request->job;
    request->options.distributed_id = request->commit.distributed_id;
    request->context = *callers;
    request->context.comm = MPI_COMM_NULL;
    request->context.loans = NULL;
    request->commit.context = &request->context;
    request->commit.options = &request->options;
    request->commit.progress.context = &request->context;
    q_loan_begin(&request->loan, callers, commit->store, commit->artifact);
    return q_mpi_check(MPI_Comm_dup(callers->comm, &request->context.comm), "MPI_Comm_dup", error);
}

/** Make the thread, and learn whether all ranks have one. */
static quire_status start(quire_mpi_request *request, quire_error *error) {
    int mine = q_context_allows_threads() && q_worker_start(&request->worker, upsert, request);
    int all = 0;
    quire_status status =
        q_mpi_check(MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MIN, request->context.comm),
                    "MPI_Allreduce", error);
    request->hidden = all != 0;
    return status;
}

quire_status quire_mpi_log_begin(MPI_Comm comm, quire_store *store, quire_artifact *artifact,
                                 const quire_mpi_options *options, quire_mpi_request **request,
                                 quire_error *error) {
    quire_error agreed = {0};
    quire_mpi_request *made = NULL;
    q_commit commit;
    if (request) {
        *request = NULL;
    }
    quire_status status = q_commit_begin(&commit, __func__, Q_COMMIT_ID_OPTIONAL, comm, store,
                                         artifact, options, &agreed);
    if (status == QUIRE_OK) {
        status = request ? request_new(&commit, &made, &agreed)
                         : q_error_set(&agreed, QUIRE_USAGE, "no place for the request was given");
        status = q_agree(commit.context->comm, status, &agreed);
    }
    if (status || !made) { /* there is one wherever the agreement was good */
        q_commit_end(&commit);
        request_free(made);
        return q_hand_back(status, &agreed, error);
    }
    status = adopt(made, &commit, &agreed);
    if (status == QUIRE_OK) {
        status = start(made, &agreed);
    }
    if (status == QUIRE_OK) {
        *request = made;
    } else {
        request_free(made);
    }
    return q_hand_back(status, &agreed, error);
}

static void relay(quire_mpi_request *request) {
    quire_progress latest;
    if (q_worker_progress(&request->worker, &latest)) {
        q_progress_relay(&request->commit.progress, &latest);
    }
}

/** Take over what the thread has done, once it has ended. */
static void settle(quire_mpi_request *request) {
    relay(request);
    q_worker_join(&request->worker);
    request->stored = true;
}

quire_status quire_mpi_log_test(quire_mpi_request *request, int *done, quire_error *error) {
    bool all = false;
    if (!request || !done) {
        return q_error_set(error, QUIRE_USAGE, "no %s was given",
                           request ? "place for the answer" : "request");
    }
    *done = 0;
    if (is_finalized(error)) {
        return QUIRE_USAGE;
    }
    if (request->worker.running) {
        relay(request);
        if (q_worker_has_ended(&request->worker, 0)) {
            settle(request);
        }
    }
    quire_status status = QUIRE_OK;
    if (request->stored) {
        q_progress_relay(&request->commit.progress, NULL); /* of the others */
        status =
            q_agreement_begin(&request->agreement, request->context.comm, request->status, error);
        if (status == QUIRE_OK) {
            status = q_agreement_test(&request->agreement, &all, error);
        }
    }
    *done = all || !request->hidden;
    return status;
}

/** See to it that this rank has stored, or given up before it began to. */
static void store_rest(quire_mpi_request *request, quire_status given_up,
                       const quire_error *words) {
    if (request->worker.running) {
        while (request->commit.progress.wanted &&
               !q_worker_has_ended(&request->worker, RELAY_INTERVAL)) {
            relay(request);
        }
        settle(request);
    } else if (!request->stored && given_up) {
        request->status = given_up;
        request->error = *words;
    } else if (!request->stored) {
        request->status =
            q_commit_store(&request->commit, q_progress_hook(&request->commit.progress),
                           &request->commit.progress, &request->receipt, &request->error);
    }
    request->stored = true;
}

/**
 * End it on all ranks, with a version or without. No rank leaves but through agreement.
 * @param given_up whether this rank wants none of it; `error` tells then
 */
static quire_status conclude(quire_mpi_request *request, quire_status given_up,
                             quire_version_id *version, quire_error *error) {
    MPI_Comm comm = request->context.comm;
    quire_error own = *error, broken = {0};
    store_rest(request, given_up, &own);
    *error = request->error;
    quire_status status = q_agreement_begin(&request->agreement, comm, request->status, &broken);
    if (status) {
        *error = broken;
        return status;
    }
    quire_status untold = q_progress_end(&request->commit.progress, &broken);
    status = q_agreement_end(&request->agreement, comm, request->status, error);
    if (status) {
        return status;
    }
    *error = given_up ? own : broken;
    status = q_agree(comm, given_up ? given_up : untold, error);
    return status ? status : q_commit_complete(&request->commit, &request->receipt, version, error);
}

quire_status quire_mpi_log_wait(quire_mpi_request **request, quire_version_id *version,
                                quire_error *error) {
    quire_error agreed = {0};
    if (!request || !*request) {
        return q_error_set(error, QUIRE_USAGE, "no request was given");
    }
    quire_status status =
        is_finalized(&agreed) ? QUIRE_USAGE : conclude(*request, QUIRE_OK, version, &agreed);
    request_free(*request);
    *request = NULL;
    return q_hand_back(status, &agreed, error);
}

void quire_mpi_log_cancel(quire_mpi_request **request) {
    quire_error words = {0};
    if (!request || !*request) {
        return;
    }
    if (!is_finalized(&words)) {
        quire_status given_up =
            q_error_set(&words, QUIRE_INCOMPLETE, "rank %d gave the log of draft %s up",
                        (*request)->context.rank, (*request)->commit.distributed_id);
        (void)conclude(*request, given_up, NULL, &words);
    }
    request_free(*request);
    *request = NULL;
}
