/** @file Communicators of every kind: null, inter, self, split; and their error handlers. */
#include <stdio.h>
#include <string.h>

#include "mpi/harness.h"

/** Call everything with a communicator that will not do; nothing may communicate. */
static void all_refuse(harness *h, MPI_Comm comm) {
    quire_error error = {0};
    char id[QUIRE_MPI_ID_SIZE];
    quire_mpi_request *request = NULL;
    quire_artifact *artifact = harness_artifact(h, "refused");
    quire_mpi_options options = {.distributed_id = "x"};
    CHECK_STATUS(h, quire_mpi_communicator_id(comm, id, &error), QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_add_dir(comm, artifact, h->folder, NULL, &error), QUIRE_USAGE,
                 &error);
    CHECK_STATUS(h, quire_mpi_log_artifact(comm, h->store, artifact, NULL, NULL, &error),
                 QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_log_begin(comm, h->store, artifact, NULL, &request, &error),
                 QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_upsert_artifact(comm, h->store, artifact, NULL, NULL, &error),
                 QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_finish_artifact(comm, h->store, artifact, &options, NULL, &error),
                 QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_download(comm, h->store, "a:v0", h->folder, NULL, NULL, &error),
                 QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_verify(comm, h->store, "a:v0", NULL, NULL, &error), QUIRE_USAGE,
                 &error);
    CHECK(h, strstr(error.message, "ommunicator") != NULL);
    CHECK(h, quire_mpi_verify(comm, h->store, "a:v0", NULL, NULL, NULL) == QUIRE_USAGE);
    quire_artifact_free(artifact);
}

static void a_null_communicator_is_refused(harness *h) {
    all_refuse(h, MPI_COMM_NULL);
}

static void an_intercommunicator_is_refused(harness *h) {
    if (h->size < 2) {
        return;
    }
    MPI_Comm half, inter;
    int upper = h->rank >= h->size / 2;
    MPI_Comm_split(h->comm, upper, h->rank, &half);
    MPI_Intercomm_create(half, 0, h->comm, upper ? 0 : h->size / 2, 1, &inter);
    all_refuse(h, inter);
    MPI_Comm_free(&inter);
    MPI_Comm_free(&half);
}

static void log_on(harness *h, MPI_Comm comm, const char *name, uint64_t entries) {
    quire_error error = {0};
    quire_version_id version;
    memset(&version, 0, sizeof version);
    int rank = 0;
    MPI_Comm_rank(comm, &rank);
    quire_artifact *artifact = harness_artifact(h, name);
    harness_add(h, artifact, rank);
    quire_status status = quire_mpi_log_artifact(comm, h->store, artifact, NULL, &version, &error);
    CHECK_OK(h, status, &error);
    CHECK(h, strcmp(version.name, name) == 0);
    CHECK(h, version.number == 0 && version.created == 1);
    quire_artifact_free(artifact);
    quire_version *handle = NULL;
    status = quire_version_open(h->store, name, &handle, &error);
    if (CHECK_OK(h, status, &error)) {
        CHECK(h, quire_version_get_info(handle)->entries == entries);
    }
    quire_version_free(handle);
}

static void each_rank_logs_alone(harness *h) {
    char name[32];
    (void)snprintf(name, sizeof name, "alone-%d", h->rank);
    log_on(h, MPI_COMM_SELF, name, 1);
}

static void two_halves_log_at_once(harness *h) {
    MPI_Comm half;
    int size = 0;
    MPI_Comm_split(h->comm, h->rank % 2, -h->rank, &half);
    MPI_Comm_size(half, &size);
    log_on(h, half, h->rank % 2 ? "odd" : "even", (uint64_t)size);
    MPI_Comm_free(&half);
}

static int handled;

static void handler(MPI_Comm *comm, int *code, ...) {
    (void)comm;
    (void)code;
    handled++;
}

static void the_error_handler_stays_the_callers(harness *h) {
    MPI_Errhandler mine, now;
    MPI_Comm_create_errhandler(handler, &mine);
    MPI_Comm_set_errhandler(h->comm, mine);
    log_on(h, h->comm, "handled", (uint64_t)h->size);
    MPI_Comm_get_errhandler(h->comm, &now);
    CHECK(h, now == mine);
    MPI_Errhandler_free(&now);
    handled = 0;
    int value = 0;
    (void)MPI_Send(&value, 1, MPI_INT, h->size + 5, 1, h->comm);
    CHECK(h, handled == 1);
    MPI_Comm_set_errhandler(h->comm, MPI_ERRORS_ARE_FATAL);
    MPI_Errhandler_free(&mine);
}

static void the_callers_messages_stay_the_callers(harness *h) {
    /* A message under way on the caller's communicator is not taken by quire, whatever its tag. */
    int sent = h->rank, got = -1;
    int to = (h->rank + 1) % h->size, from = (h->rank + h->size - 1) % h->size;
    for (int tag = 1; tag <= 3; tag++) {
        MPI_Request request;
        MPI_Isend(&sent, 1, MPI_INT, to, tag, h->comm, &request);
        char name[16];
        (void)snprintf(name, sizeof name, "tag%d", tag);
        log_on(h, h->comm, name, (uint64_t)h->size);
        MPI_Recv(&got, 1, MPI_INT, from, tag, h->comm, MPI_STATUS_IGNORE);
        MPI_Wait(&request, MPI_STATUS_IGNORE);
        CHECK(h, got == from);
    }
}

HARNESS_MAIN("comms", HARNESS_TEST(a_null_communicator_is_refused),
             HARNESS_TEST(an_intercommunicator_is_refused), HARNESS_TEST(each_rank_logs_alone),
             HARNESS_TEST(two_halves_log_at_once),
             HARNESS_TEST(the_error_handler_stays_the_callers),
             HARNESS_TEST(the_callers_messages_stay_the_callers))
