/**
 * @file
 * Allocations that fail on purpose: this program's malloc() and friends, for itself and for all
 * libraries that it is linked with.
 *
 * The thread that arms counts, with those that it makes, and only between failing_arm() and
 * failing_disarm(), save where it is suspended: so the allocations of a call of quire are counted
 * whoever makes them on its behalf (cJSON, OpenSSL, libcurl, the C library, its threads), and those
 * of the test and of MPI are not.
 */
#ifndef TESTS_MEMORY_FAILING_H
#define TESTS_MEMORY_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/** Count from 1 on; let number `at` fail (0: none), and when `for_good` all after it. */
void failing_arm(unsigned long at, bool for_good);
/** Stop that. How many were asked for stays to be read. */
void failing_disarm(void);
unsigned long failing_count(void);
/** Whether the allocation that was to fail was asked for. */
bool failing_hit(void);

/** Calls in between count for nothing; they nest. */
void failing_suspend(void);
void failing_resume(void);

/** Remember what these threads allocate until it is freed. Beginning forgets what was remembered.
 */
void failing_watch(bool on);
/** What is allocated meanwhile is not remembered, but may fail. */
void failing_look_away(bool away);
/** Whether a thread that this one makes now is to count; it says so itself. */
bool failing_is_ours(void);
void failing_join(void);
/** How many blocks are remembered; each is told of on stderr when `show`. */
size_t failing_live(bool show);
/** Keep and show where an allocation fails, and where what is remembered was allocated. */
void failing_trace(void);

#endif
