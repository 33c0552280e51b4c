/** @file Points in time as text: ISO 8601, UTC, microseconds ("2026-01-31T12:00:00.000000Z"). */
#ifndef Q_BASE_TIME_H
#define Q_BASE_TIME_H

#include <stdint.h>

#include "base/error.h"

#define Q_TIME_SIZE 32

void q_time_now(char text[Q_TIME_SIZE]);
/** Microseconds since 1970 UTC of such a text. QUIRE_INTEGRITY when it is none. */
quire_status q_time_parse(const char *text, int64_t *microseconds, quire_error *error);

#endif
