/**
 * @file
 * One try of a collective case, as a rank sees it, and what is checked of it.
 */
#ifndef TESTS_MEMORY_MPI_TRIAL_H
#define TESTS_MEMORY_MPI_TRIAL_H

#include "memory/mpi_cases.h"

/** Every rank is armed. */
#define ON_ALL (-1)

typedef struct trial {
    const collective_case *one;
    unsigned long n;
    bool for_good;
    int armed;
    bool verify;
    const char *expected; /**< this rank's result without a failure; NULL: not known yet */
    collective c;
    quire_status status;
    bool hit; /**< on any rank */
    unsigned long wrong;
} trial;

/** Which try, as --replay takes it; good until the next call. */
const char *trial_spelling(const trial *t);
/** Count and tell what is wrong. */
void trial_complain(trial *t, const char *what, const char *detail);

/** After a success: the result is the one to expect. */
void trial_check_result(trial *t, const char *when);
/** After a failure: the same on all ranks, filled in, and of a rank that was armed. Collective. */
void trial_check_failure(trial *t, const quire_error *error);
/** Rank 0: how many versions the store of this try has; 0 elsewhere. */
int trial_count_versions(const trial *t);
/** After a failure: there is a new version only if the call failed behind its commit, and says so;
 *  `versions` were there before. Collective. */
void trial_check_store(trial *t, int versions, const quire_error *error);

#endif
