/**
 * @file
 * The collective cases: each function of quire/mpi.h at work on all ranks.
 */
#ifndef TESTS_MEMORY_MPI_CASES_H
#define TESTS_MEMORY_MPI_CASES_H

#include <mpi.h>

#include "memory/fixture.h"

typedef struct collective {
    fixture f;     /**< this rank's handles and result; the store is rank 0's */
    MPI_Comm comm; /**< made for this try */
    int rank, size;
    char root[256]; /**< rank 0's folder, for what all ranks must name alike */
} collective;

typedef struct collective_case {
    const char *name; /**< the function, and after a slash what is special about this case */
    void (*setup)(collective *);
    /** Only this meets failing allocations, and only on the ranks that are armed. Tells its result;
     *  called again after a failure, it must succeed with the result of a call that met none. */
    quire_status (*call)(collective *, quire_error *);
    bool writes; /**< into the store */
} collective_case;

typedef struct collective_list {
    const collective_case *cases;
    size_t count;
} collective_list;

extern const collective_list collective_cases;

#endif
