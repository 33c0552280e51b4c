/** @file What every test of the base layer includes: cmocka with what it needs, and two checks. */
#ifndef TESTS_BASE_UNIT_H
#define TESTS_BASE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <quire/error.h>

/** The call gives this status; the message is shown when it does not. */
#define EXPECT(wanted, call)                                                                       \
    do {                                                                                           \
        quire_status got_ = (call);                                                                \
        if (got_ != (wanted)) {                                                                    \
            fail_msg("%s: status %d, message '%s'", #call, (int)got_, error.message);              \
        }                                                                                          \
    } while (0)

#define EXPECT_MESSAGE(part)                                                                       \
    do {                                                                                           \
        if (!strstr(error.message, (part))) {                                                      \
            fail_msg("message '%s' lacks '%s'", error.message, (part));                            \
        }                                                                                          \
    } while (0)

#endif
