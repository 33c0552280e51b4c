/** @file One step of a scenario, failed at each of its object operations in turn. */
#ifndef STORE_FAULT_LOOP_H
#define STORE_FAULT_LOOP_H

#include "store/repository_kit.h"

typedef struct scenario {
    const char *name;
    void (*prepare)(kit *k);
    /** The step; it may be repeated. */
    quire_status (*act)(kit *k);
    /** A repetition of what was done already may say so (QUIRE_NOT_FOUND). */
    bool gone_is_done;
} scenario;

/**
 * For k = 1, 2, …, and for failures before and after an operation: do the step in a fresh copy of
 * the prepared store, failing from the k-th operation on, as if the process had died there; open
 * what is left without failures. It must be sound, and as before the step or as after it, save for
 * aliases on their way; repeating the step must end in the state of an undisturbed one.
 * @param stride of so many operations one fails, in each of the four ways another: up to 4 none is
 *        left out
 * @return how many failure points there were
 */
unsigned fault_loop(const scenario *what, unsigned stride);

#endif
