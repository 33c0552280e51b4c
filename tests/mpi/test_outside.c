/** @file Calls while MPI does not run: before MPI_Init and after MPI_Finalize. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/harness.h"
#include "support/scratch.h"

#define REQUESTS 3

static int refused(const char *word) {
    quire_error error = {0};
    char id[QUIRE_MPI_ID_SIZE];
    quire_status status = quire_mpi_communicator_id(MPI_COMM_SELF, id, &error);
    if (status != QUIRE_USAGE || !strstr(error.message, word)) {
        (void)fprintf(stderr, "status %d: %s\n", (int)status, error.message);
        return 0;
    }
    return 1;
}

typedef struct unfinished {
    quire_store *store;
    quire_artifact *artifact;
    quire_mpi_request *request;
} unfinished;

/** A log that is still under way when MPI ends. */
static int begin(unfinished *u, const char *url) {
    quire_error error = {0};
    return quire_store_open(url, NULL, &u->store, &error) == QUIRE_OK &&
           quire_artifact_new("late", "dataset", &u->artifact, &error) == QUIRE_OK &&
           quire_artifact_add_buffer(u->artifact, "a", "a", 1, NULL, &error) == QUIRE_OK &&
           quire_mpi_log_begin(MPI_COMM_SELF, u->store, u->artifact, NULL, &u->request, &error) ==
               QUIRE_OK;
}

/** Too late for a version, and still no crash and no leak. */
static int end(unfinished *u, int i) {
    quire_error error = {0};
    int done = 0, good = 1;
    if (i == 0) {
        quire_mpi_log_cancel(&u->request);
    } else {
        good = i == 1 || (quire_mpi_log_test(u->request, &done, &error) == QUIRE_USAGE && !done);
        good &= quire_mpi_log_wait(&u->request, NULL, &error) == QUIRE_USAGE &&
                strstr(error.message, "finalized") != NULL;
    }
    good &= u->request == NULL;
    quire_artifact_free(u->artifact);
    quire_store_free(u->store);
    return good;
}

int main(void) {
    unfinished late[REQUESTS] = {{0}};
    int good = refused("not initialized");
    harness_initialize();
    char id[QUIRE_MPI_ID_SIZE];
    good &= quire_mpi_communicator_id(MPI_COMM_SELF, id, NULL) == QUIRE_OK;
    good &= quire_mpi_communicator_id(MPI_COMM_WORLD, id, NULL) == QUIRE_OK;
    quire_error error = {0};
    good &= scratch_setup(NULL) == 0;
    good &= quire_store_init(scratch("store"), NULL, &error) == QUIRE_OK;
    for (int i = 0; i < REQUESTS; i++) {
        good &= begin(&late[i], scratch("store"));
    }
    harness_finalize();
    good &= refused("finalized");
    for (int i = 0; i < REQUESTS; i++) {
        good &= end(&late[i], i);
    }
    good &= scratch_teardown(NULL) == 0;
    return good ? 0 : 1;
}
