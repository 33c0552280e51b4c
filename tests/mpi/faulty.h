/** @file A store whose objects fail on purpose, for each rank its own. */
#ifndef TESTS_MPI_FAULTY_H
#define TESTS_MPI_FAULTY_H

#include "mpi/harness.h"
#include "support/faults.h"

/** The store of the harness, of which no operation fails yet (faults_set()); what opening it does
 * is not counted. Its objects are freed with it. */
quire_store *faulty_open(harness *h, q_objects **objects);

#endif
