/** @file A set of strings (keys of objects, paths), with the memory they are in. */
#ifndef Q_BASE_KEYSET_H
#define Q_BASE_KEYSET_H

#include <stdbool.h>

#include "base/map.h"

/** Zero-initialise. */
typedef struct q_keyset {
    q_map map;
    char **keys; /**< in the order in which they were added */
    size_t count, capacity;
} q_keyset;

void q_keyset_free(q_keyset *set);
bool q_keyset_has(const q_keyset *set, const char *key);
/** `*added` (may be NULL) tells whether it is new. */
quire_status q_keyset_add(q_keyset *set, const char *key, bool *added, quire_error *error);

#endif
