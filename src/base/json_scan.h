/**
 * @file
 * The strict look at JSON text before cJSON gets it. cJSON takes more than the grammar of RFC 8259
 * (control characters as blanks, leading zeros, any bytes in strings) and keeps strings as C
 * strings, where a NUL would hide what follows it.
 */
#ifndef Q_BASE_JSON_SCAN_H
#define Q_BASE_JSON_SCAN_H

#include <stddef.h>

#include "base/error.h"

/**
 * Check that the text is one JSON value and nothing else, nested at most `max_depth` deep (a scalar
 * has depth 0, an array or object of scalars 1), without NUL characters and in UTF-8.
 * @return QUIRE_INTEGRITY, with what and at which byte
 */
quire_status q_json_scan(const char *text, size_t size, int max_depth, quire_error *error);

#endif
