/**
 * @file
 * A hash map from strings to indices. Keys are borrowed: they live as long as the map, in the array
 * that the indices point into. Open addressing; the hash is seeded by random bytes, so that hostile
 * keys cannot make it slow.
 */
#ifndef Q_BASE_MAP_H
#define Q_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define Q_MAP_NONE SIZE_MAX

typedef struct q_map {
    struct q_map_slot *slots;
    size_t capacity, used, filled;
    uint64_t seed;
} q_map;

void q_map_free(q_map *map);
/** The index under `key`, or Q_MAP_NONE. */
size_t q_map_get(const q_map *map, const char *key);
/** Enter or replace. */
quire_status q_map_put(q_map *map, const char *key, size_t index, quire_error *error);
void q_map_remove(q_map *map, const char *key);

#endif
