/**
 * @file
 * The functions of MPI that libquire_mpi calls, for programs that stand between the two: to be
 * included once, behind a definition of WRAPPED(name, parameters, arguments).
 * tests/memory/wrapped.sh holds the list against the library.
 */
#include <mpi.h>

WRAPPED(Allgather,
        (const void *from, int count, MPI_Datatype type, void *to, int each, MPI_Datatype to_type,
         MPI_Comm comm),
        (from, count, type, to, each, to_type, comm))
WRAPPED(Allreduce,
        (const void *from, void *to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
        (from, to, count, type, op, comm))
WRAPPED(Alltoall,
        (const void *from, int count, MPI_Datatype type, void *to, int each, MPI_Datatype to_type,
         MPI_Comm comm),
        (from, count, type, to, each, to_type, comm))
WRAPPED(Barrier, (MPI_Comm comm), (comm))
WRAPPED(Bcast, (void *data, int count, MPI_Datatype type, int root, MPI_Comm comm),
        (data, count, type, root, comm))
WRAPPED(Comm_create_keyval,
        (MPI_Comm_copy_attr_function * copy, MPI_Comm_delete_attr_function *remove, int *key,
         void *extra),
        (copy, remove, key, extra))
WRAPPED(Comm_delete_attr, (MPI_Comm comm, int key), (comm, key))
WRAPPED(Comm_dup, (MPI_Comm comm, MPI_Comm *made), (comm, made))
WRAPPED(Comm_free, (MPI_Comm * comm), (comm))
WRAPPED(Comm_get_attr, (MPI_Comm comm, int key, void *value, int *found), (comm, key, value, found))
WRAPPED(Query_thread, (int *level), (level))
WRAPPED(Comm_rank, (MPI_Comm comm, int *rank), (comm, rank))
WRAPPED(Comm_set_attr, (MPI_Comm comm, int key, void *value), (comm, key, value))
WRAPPED(Comm_set_errhandler, (MPI_Comm comm, MPI_Errhandler handler), (comm, handler))
WRAPPED(Comm_size, (MPI_Comm comm, int *size), (comm, size))
WRAPPED(Comm_split_type, (MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *made),
        (comm, type, key, info, made))
WRAPPED(Comm_test_inter, (MPI_Comm comm, int *inter), (comm, inter))
WRAPPED(Error_string, (int code, char *text, int *length), (code, text, length))
WRAPPED(Finalized, (int *finalized), (finalized))
WRAPPED(Gather,
        (const void *from, int count, MPI_Datatype type, void *to, int each, MPI_Datatype to_type,
         int root, MPI_Comm comm),
        (from, count, type, to, each, to_type, root, comm))
WRAPPED(Gatherv,
        (const void *from, int count, MPI_Datatype type, void *to, const int *each,
         const int *places, MPI_Datatype to_type, int root, MPI_Comm comm),
        (from, count, type, to, each, places, to_type, root, comm))
WRAPPED(Get_count, (const MPI_Status *status, MPI_Datatype type, int *count), (status, type, count))
WRAPPED(Iallreduce,
        (const void *from, void *to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm,
         MPI_Request *request),
        (from, to, count, type, op, comm, request))
WRAPPED(Initialized, (int *initialized), (initialized))
WRAPPED(Iprobe, (int source, int tag, MPI_Comm comm, int *there, MPI_Status *status),
        (source, tag, comm, there, status))
WRAPPED(Irecv,
        (void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
         MPI_Request *request),
        (data, count, type, from, tag, comm, request))
WRAPPED(Isend,
        (const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
         MPI_Request *request),
        (data, count, type, to, tag, comm, request))
WRAPPED(Recv,
        (void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
         MPI_Status *status),
        (data, count, type, from, tag, comm, status))
WRAPPED(Send, (const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm),
        (data, count, type, to, tag, comm))
WRAPPED(Test, (MPI_Request * request, int *done, MPI_Status *status), (request, done, status))
WRAPPED(Wait, (MPI_Request * request, MPI_Status *status), (request, status))
WRAPPED(Waitall, (int count, MPI_Request *requests, MPI_Status *statuses),
        (count, requests, statuses))
