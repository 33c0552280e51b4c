/** @file Objects in memory: for tests, and the plainest statement of what objects do. */
#ifndef Q_OBJECTS_MEMORY_H
#define Q_OBJECTS_MEMORY_H

#include "objects/objects.h"

quire_status q_objects_memory_new(q_objects **objects, quire_error *error);
/** Set the clock that `modified` and q_objects_now() follow; it stands still otherwise. */
void q_objects_memory_set_clock(q_objects *objects, int64_t microseconds);

#endif
