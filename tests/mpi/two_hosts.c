/**
 * @file
 * Linked into a test, it makes the ranks of a job believe that those of even and of odd number are
 * on two hosts.
 */
#include <mpi.h>

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *made) {
    int rank = 0;
    (void)type;
    (void)info;
    int code = PMPI_Comm_rank(comm, &rank);
    return code == MPI_SUCCESS ? PMPI_Comm_split(comm, rank % 2, key, made) : code;
}
