/** @file Calls while MPI does not run: before MPI_Init and after MPI_Finalize. */
#include <stdio.h>
#include <string.h>

#include "mpi/harness.h"

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

int main(void) {
    int good = refused("not initialized");
    harness_initialize();
    char id[QUIRE_MPI_ID_SIZE];
    good &= quire_mpi_communicator_id(MPI_COMM_SELF, id, NULL) == QUIRE_OK;
    good &= quire_mpi_communicator_id(MPI_COMM_WORLD, id, NULL) == QUIRE_OK;
    harness_finalize();
    good &= refused("finalized");
    return good ? 0 : 1;
}
