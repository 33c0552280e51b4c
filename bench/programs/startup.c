/** @file What starting MPI costs alone: a job of ranks that do nothing. */
#include <mpi.h>

int main(int count, char **words) {
    if (MPI_Init(&count, &words) != MPI_SUCCESS) {
        return 1;
    }
    return MPI_Finalize() == MPI_SUCCESS ? 0 : 1;
}
