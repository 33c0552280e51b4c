/**
 * @file
 * What every implementation of objects must do, as one list of tests over a factory.
 */
#ifndef TESTS_OBJECTS_CONFORMANCE_H
#define TESTS_OBJECTS_CONFORMANCE_H

#include "objects/objects.h"

/** How to get the implementation under test. */
typedef struct conformance_subject {
    const char *label;
    /** New, empty objects; NULL when that fails. */
    q_objects *(*open)(void *context);
    /** A further handle on the same, in any process. NULL: there is no such thing, and
     *  nothing to race for. */
    q_objects *(*again)(void *context);
    /** Free what open() gave, and what was stored. */
    void (*close)(void *context, q_objects *objects);
    void *context;
} conformance_subject;

/** Run all tests; the number of failed ones. */
int objects_conformance(const conformance_subject *subject);

#endif
