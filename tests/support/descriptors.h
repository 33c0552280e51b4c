/** @file How many files this process has open. */
#ifndef TESTS_DESCRIPTORS_H
#define TESTS_DESCRIPTORS_H

#include <stddef.h>

/** One of them looks, so that it is never 0; two calls can be compared. */
size_t descriptors(void);

#endif
