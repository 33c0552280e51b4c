/**
 * @file
 * The loop: each allocation of each case fails, once, and with all that follow it.
 */
#ifndef TESTS_MEMORY_LOOP_H
#define TESTS_MEMORY_LOOP_H

#include "memory/cases.h"

typedef struct loop_total {
    unsigned long points; /**< tries in which an allocation failed */
    unsigned long
        harmless;       /**< of these, those that succeeded all the same, with the same result */
    unsigned long most; /**< allocations of one call */
    unsigned long wrong;
} loop_total;

/** The number to try after `n`: the next one, or, when not the `whole`, further and further on. */
unsigned long loop_next(unsigned long n, bool whole);
/** The number of an allocation, from 1, that a text is; 0: it is none. */
unsigned long loop_number(const char *text);
/** Run a case through all its numbers. */
void loop_case(const memory_case *one, bool whole, loop_total *total);
/** One number alone; `for_good`: that allocation and all later ones fail. */
void loop_point(const memory_case *one, unsigned long n, bool for_good, loop_total *total);

#endif
