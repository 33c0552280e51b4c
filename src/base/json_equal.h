/**
 * @file
 * Whether two JSON values are the same, whatever the order of members. Not cJSON_Compare(): that
 * looks each pair of objects through from both sides, at every level again, so that a value of some
 * hundred bytes, nested deep, keeps it busy for years.
 */
#ifndef Q_BASE_JSON_EQUAL_H
#define Q_BASE_JSON_EQUAL_H

#include "base/json.h"

/** Either may be NULL, which only NULL equals. No object may have a key twice, as none has that
 *  q_json_parse() gave. */
quire_status q_json_equal(const cJSON *a, const cJSON *b, bool *equal, quire_error *error);

#endif
