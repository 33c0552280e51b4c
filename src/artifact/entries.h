/** @file The entries of an artifact: a set by path. Zero-initialise. */
#ifndef Q_ARTIFACT_ENTRIES_H
#define Q_ARTIFACT_ENTRIES_H

#include "artifact/item.h"
#include "base/map.h"

typedef struct q_entries {
    q_item *items; /**< in no order that matters */
    size_t count, capacity;
    q_map map; /**< path to index */
} q_entries;

void q_entries_free(q_entries *entries);

/**
 * Add an item, which the set takes over in any case. One that is there already with the same
 * content is fine, and the first stays.
 * @return QUIRE_CONFLICT for other content
 */
quire_status q_entries_add(q_entries *entries, q_item *item, quire_error *error);

/** The item of a path, or NULL; valid until the set changes. */
const q_item *q_entries_find(const q_entries *entries, const char *path);

/** Take out a path and all below it; how many those were. */
size_t q_entries_drop(q_entries *entries, const char *path);

/** Take out all but the first `count` added, to undo an addition that failed half way. */
void q_entries_cut(q_entries *entries, size_t count);

/** Whether `path` is `folder` or lies below it. */
bool q_path_is_within(const char *path, const char *folder);

#endif
