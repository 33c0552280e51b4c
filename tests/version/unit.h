/** @file What every test of this layer includes: cmocka after the headers that it needs. */
#ifndef VERSION_UNIT_H
#define VERSION_UNIT_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/scratch.h"
#include "version/fake_version.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/** A status with the message of its error when it is another. */
#define assert_status(expected, call, error)                                                       \
    do {                                                                                           \
        quire_status got_ = (call);                                                                \
        if (got_ != (expected)) {                                                                  \
            print_error("%s\n", (error)->message);                                                 \
        }                                                                                          \
        assert_int_equal(got_, expected);                                                          \
    } while (0)

#define assert_says(error, words) assert_non_null(strstr((error)->message, words))

#endif
