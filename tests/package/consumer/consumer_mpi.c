/** @file A program outside the tree that needs the collective library. */
#include <quire/mpi.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    char id[QUIRE_MPI_ID_SIZE] = "";
    quire_error error = {0};
    MPI_Init(&argc, &argv);
    quire_status status = quire_mpi_communicator_id(MPI_COMM_WORLD, id, &error);
    MPI_Finalize();
    if (status == QUIRE_OK)
        printf("communicator of %zu digits\n", strlen(id));
    else
        fprintf(stderr, "consumer_mpi: %s\n", error.message);
    return (int)status;
}
