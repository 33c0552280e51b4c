/** @file The roles of a stress run that make no versions. */
#ifndef TESTS_STRESS_UPKEEP_H
#define TESTS_STRESS_UPKEEP_H

#include "roles.h"

/** Moves aliases, sets tags, and looks where aliases point. */
quire_status upkeep_annotate(worker *self);
quire_status upkeep_remove(worker *self);
/** Reads every byte of a version; QUIRE_NOT_FOUND for one that is being deleted. */
quire_status upkeep_read(worker *self);
/** Takes slow writers for dead, then collects with the least grace there is. */
quire_status upkeep_gc(worker *self);

#endif
