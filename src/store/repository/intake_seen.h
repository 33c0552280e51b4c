/**
 * @file
 * What small contents an intake has placed, by digest, so that equal files of one writer are stored
 * once. About 110 bytes a content.
 */
#ifndef Q_REPOSITORY_INTAKE_SEEN_H
#define Q_REPOSITORY_INTAKE_SEEN_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/map.h"
#include "manifest/entry.h"

/** Zero-initialise. */
typedef struct q_intake_seen {
    q_map map;
    struct q_intake_seen_block **blocks; /* of fixed size, so that keys stay where they are */
    size_t count;
    char **names; /* of packs, each once */
    size_t name_count;
} q_intake_seen;

void q_intake_seen_free(q_intake_seen *seen);
/** `*pack` is borrowed for as long as `seen` lives. */
bool q_intake_seen_find(const q_intake_seen *seen, const char *hex, const char **pack,
                        uint64_t *offset);
/** `*kept` receives the lasting copy of the pack's name. */
quire_status q_intake_seen_add(q_intake_seen *seen, const char *hex, const char *pack,
                               uint64_t offset, const char **kept, quire_error *error);

#endif
