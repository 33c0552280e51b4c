/** @file A set of strings: see keyset.h. */
#include "base/keyset.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

void q_keyset_free(q_keyset *set) {
    for (size_t i = 0; i < set->count; i++) {
        free(set->keys[i]);
    }
    free(set->keys);
    q_map_free(&set->map);
    memset(set, 0, sizeof *set);
}

bool q_keyset_has(const q_keyset *set, const char *key) {
    return q_map_get(&set->map, key) != Q_MAP_NONE;
}

quire_status q_keyset_add(q_keyset *set, const char *key, bool *added, quire_error *error) {
    bool there = q_keyset_has(set, key);
    if (added) {
        *added = !there;
    }
    if (there) {
        return QUIRE_OK;
    }
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? 2 * set->capacity : 64;
        char **grown = realloc(set->keys, capacity * sizeof(char *));
        if (!grown) {
            return q_error_memory(error);
        }
        set->keys = grown;
        set->capacity = capacity;
    }
    quire_status status = q_strdup(key, &set->keys[set->count], error);
    if (!status) {
        status = q_map_put(&set->map, set->keys[set->count], set->count, error);
        if (status) {
            free(set->keys[set->count]);
        } else {
            set->count++;
        }
    }
    return status;
}
