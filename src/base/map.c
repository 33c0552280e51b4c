/**
 * @file
 * The map from strings to indices: linear probing in a table of a power of two. The hash is
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) under a random key,
 * because keys are paths that a stranger may have chosen.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

struct q_map_slot {
    const char *key; /**< NULL: never used */
    uint64_t hash;
    size_t index; /**< Q_MAP_NONE: removed */
};

static uint64_t rotate(uint64_t word, int bits) {
    return (word << bits) | (word >> (64 - bits));
}

static void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

/** The second half of SipHash's key is the first one scrambled: 64 secret bits are enough here. */
static uint64_t hash_of(uint64_t seed, const char *key) {
    size_t size = strlen(key);
    uint64_t second = rotate(seed * UINT64_C(0x9E3779B97F4A7C15), 32);
    uint64_t v[4] = {seed ^ UINT64_C(0x736f6d6570736575), second ^ UINT64_C(0x646f72616e646f6d),
                     seed ^ UINT64_C(0x6c7967656e657261), second ^ UINT64_C(0x7465646279746573)};
    uint64_t word;
    size_t at = 0;
    for (; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, key + at, sizeof word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    memcpy(&word, key + at, size - at);
    word ^= (uint64_t)size << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xFF;
    for (int i = 0; i < 3; i++) {
        sip_round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void q_map_free(q_map *map) {
    free(map->slots);
    *map = (q_map){0};
}

/** The slot of `key`, or NULL. There always is a slot never used, where the search ends. */
static struct q_map_slot *find(const q_map *map, const char *key, uint64_t hash) {
    for (size_t i = (size_t)hash & (map->capacity - 1); map->slots[i].key;
         i = (i + 1) & (map->capacity - 1)) {
        struct q_map_slot *slot = &map->slots[i];
        if (slot->hash == hash && slot->index != Q_MAP_NONE && strcmp(slot->key, key) == 0) {
            return slot;
        }
    }
    return NULL;
}

static void enter(q_map *map, const char *key, uint64_t hash, size_t index) {
    size_t i = (size_t)hash & (map->capacity - 1);
    while (map->slots[i].key) {
        i = (i + 1) & (map->capacity - 1);
    }
    map->slots[i] = (struct q_map_slot){.key = key, .hash = hash, .index = index};
    map->used++;
    map->filled++;
}

size_t q_map_get(const q_map *map, const char *key) {
    if (map->used == 0) {
        return Q_MAP_NONE;
    }
    const struct q_map_slot *slot = find(map, key, hash_of(map->seed, key));
    return slot ? slot->index : Q_MAP_NONE;
}

/** A new table with room for twice what is in use; removed slots are left behind. */
static quire_status rehash(q_map *map, quire_error *error) {
    q_map grown = {.capacity = 16, .seed = map->seed};
    while (grown.capacity / 4 <= map->used / 2 && grown.capacity <= SIZE_MAX / 2) {
        grown.capacity *= 2;
    }
    if (!map->slots) {
        quire_status status = q_random_bytes(&grown.seed, sizeof grown.seed, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots) {
        return q_error_memory(error);
    }
    for (size_t i = 0; map->slots && i < map->capacity; i++) {
        const struct q_map_slot *slot = &map->slots[i];
        if (slot->key && slot->index != Q_MAP_NONE) {
            enter(&grown, slot->key, slot->hash, slot->index);
        }
    }
    free(map->slots);
    *map = grown;
    return QUIRE_OK;
}

quire_status q_map_put(q_map *map, const char *key, size_t index, quire_error *error) {
    quire_status status = map->slots ? QUIRE_OK : rehash(map, error);
    if (status != QUIRE_OK) {
        return status;
    }
    uint64_t hash = hash_of(map->seed, key);
    struct q_map_slot *slot = find(map, key, hash);
    /* Looked up before any growth, so that replacing cannot fail. */
    if (slot) {
        slot->key = key; /* the old one may be about to go */
        slot->index = index;
        return QUIRE_OK;
    }
    if (map->filled >= map->capacity / 4 * 3) {
        status = rehash(map, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    enter(map, key, hash, index);
    return QUIRE_OK;
}

void q_map_remove(q_map *map, const char *key) {
    struct q_map_slot *slot = map->used ? find(map, key, hash_of(map->seed, key)) : NULL;
    if (slot) {
        slot->key = ""; /* not the caller's any more; searches go on past it */
        slot->index = Q_MAP_NONE;
        map->used--;
    }
}
