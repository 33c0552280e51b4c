/**
 * @file
 * What the functions of MPI allocate is MPI's own affair, which neither fails nor counts here.
 */
#include <mpi.h>

#include "memory/failing.h"

#define WRAPPED(name, parameters, arguments)                                                       \
    __attribute__((visibility("default"))) int MPI_##name parameters {                             \
        failing_suspend();                                                                         \
        int result = PMPI_##name arguments;                                                        \
        failing_resume();                                                                          \
        return result;                                                                             \
    }

#include "support/mpi_functions.h"
