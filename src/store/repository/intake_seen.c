/** @file Contents placed by an intake: see intake_seen.h. */
#include "store/repository/intake_seen.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 512

typedef struct place {
    char hex[Q_SHA256_HEX_SIZE];
    const char *pack;
    uint64_t offset;
} place;

struct q_intake_seen_block {
    place places[BLOCK];
};

void q_intake_seen_free(q_intake_seen *seen) {
    for (size_t i = 0; i < (seen->count + BLOCK - 1) / BLOCK; i++) {
        free(seen->blocks[i]);
    }
    for (size_t i = 0; i < seen->name_count; i++) {
        free(seen->names[i]);
    }
    free(seen->blocks);
    free(seen->names);
    q_map_free(&seen->map);
    memset(seen, 0, sizeof *seen);
}

bool q_intake_seen_find(const q_intake_seen *seen, const char *hex, const char **pack,
                        uint64_t *offset) {
    size_t index = q_map_get(&seen->map, hex);
    if (index == Q_MAP_NONE) {
        return false;
    }
    const place *found = &seen->blocks[index / BLOCK]->places[index % BLOCK];
    *pack = found->pack;
    *offset = found->offset;
    return true;
}

/* Names repeat in runs: the newest first. */
static quire_status keep_name(q_intake_seen *seen, const char *pack, const char **kept,
                              quire_error *error) {
    for (size_t i = seen->name_count; i > 0; i--) {
        if (strcmp(seen->names[i - 1], pack) == 0) {
            *kept = seen->names[i - 1];
            return QUIRE_OK;
        }
    }
    char **grown = realloc(seen->names, (seen->name_count + 1) * sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    seen->names = grown;
    quire_status status = q_strdup(pack, &seen->names[seen->name_count], error);
    if (!status) {
        *kept = seen->names[seen->name_count++];
    }
    return status;
}

static quire_status grow(q_intake_seen *seen, quire_error *error) {
    size_t blocks = seen->count / BLOCK;
    struct q_intake_seen_block **grown = realloc(seen->blocks, (blocks + 1) * sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    seen->blocks = grown;
    seen->blocks[blocks] = malloc(sizeof *seen->blocks[blocks]);
    return seen->blocks[blocks] ? QUIRE_OK : q_error_memory(error);
}

quire_status q_intake_seen_add(q_intake_seen *seen, const char *hex, const char *pack,
                               uint64_t offset, const char **kept, quire_error *error) {
    quire_status status = keep_name(seen, pack, kept, error);
    if (!status && seen->count % BLOCK == 0) {
        status = grow(seen, error);
    }
    if (status) {
        return status;
    }
    place *added = &seen->blocks[seen->count / BLOCK]->places[seen->count % BLOCK];
    memcpy(added->hex, hex, sizeof added->hex);
    added->pack = *kept;
    added->offset = offset;
    status = q_map_put(&seen->map, added->hex, seen->count, error);
    if (!status) {
        seen->count++;
    } else if (seen->count % BLOCK == 0) {
        free(seen->blocks[seen->count / BLOCK]); /* not counted, so that free would not find it */
    }
    return status;
}
