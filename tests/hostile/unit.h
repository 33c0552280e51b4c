/** @file What every test of this folder includes: cmocka after the headers that it needs. */
#ifndef HOSTILE_UNIT_H
#define HOSTILE_UNIT_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <quire/quire.h>

#include "hostile/evil.h"
#include "hostile/names.h"
#include "hostile/sentinel.h"
#include "support/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

/** A status with the message of its error when it is another. */
#define assert_status(expected, call, error)                                                       \
    do {                                                                                           \
        quire_status got_ = (call);                                                                \
        if (got_ != (expected)) {                                                                  \
            print_error("status %d: %s\n", (int)got_, got_ ? (error)->message : "no error");       \
        }                                                                                          \
        assert_int_equal(got_, expected);                                                          \
    } while (0)
#define assert_ok(call, error) assert_status(QUIRE_OK, call, error)

/** A new store in `scratch("store")`, not synced. */
static inline quire_store *open_store(void) {
    const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    quire_store *store = NULL;
    quire_error error = {0};
    assert_ok(quire_store_init(scratch("store"), &quick, &error), &error);
    assert_ok(quire_store_open(scratch("store"), &quick, &store, &error), &error);
    return store;
}

#endif
