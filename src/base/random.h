/** @file Random bytes from getrandom(2), never from a clock or a seeded generator. */
#ifndef Q_BASE_RANDOM_H
#define Q_BASE_RANDOM_H

#include <stddef.h>

#include "base/error.h"

quire_status q_random_bytes(void *data, size_t size, quire_error *error);
/** 32 hexadecimal digits (128 bits) and a NUL. */
quire_status q_random_hex(char hex[33], quire_error *error);

#endif
