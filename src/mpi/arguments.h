/**
 * @file
 * Agreement on arguments. What must be the same on all ranks is hashed, and one Allreduce tells
 * whether it is, and whether a rank has an argument that cannot be right. So a mistake is an error
 * on every rank and not a hang; also when the ranks call different functions.
 *
 * A rank whose argument is bad takes part like any other: q_arguments_fail() only notes it.
 */
#ifndef Q_MPI_ARGUMENTS_H
#define Q_MPI_ARGUMENTS_H

#include <stdbool.h>

#include "mpi/context.h"

#define Q_ARGUMENTS_MAX 8
#define Q_ARGUMENT_TEXT 168

typedef struct q_argument {
    const char *what; /**< as a message calls it */
    bool known;
    uint64_t hash;
    char text[Q_ARGUMENT_TEXT]; /**< the value, perhaps cut, for a message */
} q_argument;

typedef struct q_arguments {
    q_argument fields[Q_ARGUMENTS_MAX];
    int count;
    bool progress; /**< this rank is rank 0 and wants to be told how far the ranks are */
    quire_status status;
    quire_error error;
} q_arguments;

/** @param function its name; the first thing to agree on */
void q_arguments_begin(q_arguments *arguments, const char *function);
/** Note a value; NULL is one of its own. `what` is a literal. */
void q_arguments_add(q_arguments *arguments, const char *what, const char *value);
void q_arguments_add_flag(q_arguments *arguments, const char *what, int value);
/** Keep the place of a value that this rank cannot tell, because it has failed. */
void q_arguments_unknown(q_arguments *arguments, const char *what);
/** Note that this rank has failed; the first failure counts. */
void q_arguments_fail(q_arguments *arguments, const char *message);
/** Note the outcome of a check that filled `error`; the first failure counts. */
void q_arguments_check(q_arguments *arguments, quire_status status, const quire_error *error);

/**
 * Agree. Collective; one Allreduce when there is nothing to complain of.
 * @param progress receives whether rank 0 wants to be told; may be NULL
 */
quire_status q_arguments_agree(const q_arguments *arguments, const q_context *context,
                               bool *progress, quire_error *error);

#endif
