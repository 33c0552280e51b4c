/** @file cmocka with the headers that it needs before itself. */
#ifndef TESTS_OBJECTS_CMOCKA_ALL_H
#define TESTS_OBJECTS_CMOCKA_ALL_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
