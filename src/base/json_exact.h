/** @file Keeping the whole numbers of JSON that a double would round. */
#ifndef Q_BASE_JSON_EXACT_H
#define Q_BASE_JSON_EXACT_H

#include "base/json.h"

/** Whether a double is a whole number of at most 2^53, that no other whole number rounds to. */
bool q_json_is_whole(double number);

/**
 * Turn each number of `tree` that is written as a whole one beyond 2^53 into a cJSON_Raw of its
 * digits.
 * @param text what `tree` was parsed from; good JSON
 */
quire_status q_json_keep_exact(cJSON *tree, const char *text, size_t size, quire_error *error);

#endif
