/** @file Objects that pause: before a chosen operation, something else happens. */
#ifndef TESTS_PAUSE_H
#define TESTS_PAUSE_H

#include "objects/objects.h"

/** From now on, call `happen` before the k-th operation of these objects (k = 1 …), once; its own
 *  operations are not counted. One at a time in a process. */
void pause_set(q_objects *objects, uint64_t k, void (*happen)(void *context), void *context);
/** Count and interrupt no longer. Returns the operations since pause_set(). */
uint64_t pause_end(q_objects *objects);

#endif
