/**
 * @file
 * The loop over the collective cases: each allocation fails, on one rank or on all. The ranks go
 * through it in step, so that each knows which try is under way on all.
 */
#ifndef TESTS_MEMORY_MPI_LOOP_H
#define TESTS_MEMORY_MPI_LOOP_H

#include "memory/loop.h"
#include "memory/mpi_trial.h"

/** Before the first try. */
void mpi_loop_begin(int rank, int size);
/** Run a case through all its numbers, on each rank and on all. */
void mpi_loop_case(const collective_case *one, bool whole, loop_total *total);
/** One number alone, on rank `armed` or ON_ALL. */
void mpi_loop_point(const collective_case *one, unsigned long n, bool for_good, int armed,
                    loop_total *total);

#endif
