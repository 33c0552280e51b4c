/**
 * @file
 * What tests of logs under way share: a store whose thread waits at a gate, a watch on who calls
 * MPI, and the short forms of begin and wait.
 */
#ifndef TESTS_MPI_REQUEST_KIT_H
#define TESTS_MPI_REQUEST_KIT_H

#include "mpi/harness.h"

/** Whether quire may make threads here. */
bool kit_has_threads(void);

/** Calls of MPI by quire and the test until now, and those of them not on the first caller's
 *  thread. */
int kit_calls(void);
int kit_strangers(void);

/** A handle on the test's store, for one request at a time in a process: whoever uses it first
 *  waits until the gate is opened. Free it with quire_store_free(). */
quire_store *kit_gated_store(harness *h);
void kit_open_gate(void);
/** Whether it was another thread than that of kit_gated_store(), and one that takes no signals. */
bool kit_was_apart(void);

/** Another handle on the test's store. */
quire_store *kit_store(harness *h);
/** An artifact with some files of this rank's, the same on each call. */
quire_artifact *kit_artifact(harness *h, const char *name);
/** Collective: begin, and check that all ranks could. */
quire_mpi_request *kit_begin(harness *h, quire_store *store, quire_artifact *artifact);
/** Collective: wait for what must go well, on all ranks alike, with version 0 of `name`. */
quire_version_id kit_wait(harness *h, quire_mpi_request **request, const char *name);
/** Test again and again, for ten seconds at most. */
bool kit_test(harness *h, quire_mpi_request *request);
void kit_rest(long milliseconds);

#endif
