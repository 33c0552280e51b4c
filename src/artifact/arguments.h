/** @file Checking what callers of the public functions pass. */
#ifndef Q_ARTIFACT_ARGUMENTS_H
#define Q_ARTIFACT_ARGUMENTS_H

#include <quire/quire.h>

/** QUIRE_USAGE when a required argument is NULL. */
quire_status q_require(const void *argument, const char *what, quire_error *error);

/** Check the options of an addition; NULL is fine. */
quire_status q_add_options_check(const quire_add_options *options, quire_error *error);

#endif
