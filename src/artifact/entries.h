/** @file The entries of an artifact: a set by path. Zero-initialise. */
#ifndef Q_ARTIFACT_ENTRIES_H
#define Q_ARTIFACT_ENTRIES_H

#include "artifact/item.h"
#include "base/keyset.h"

typedef struct q_entries {
    q_item *items; /**< in no order that matters */
    size_t count, capacity;
    q_map map;           /**< path to index */
    q_keyset folders;    /**< that items are below, or were; filled by the first drop */
    bool folders_filled; /**< from then on every item's are in it */
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

/** Take out a path and all below it; `*dropped` tells how many those were. */
quire_status q_entries_drop(q_entries *entries, const char *path, size_t *dropped,
                            quire_error *error);

/** Take out all but the first `count` added, to undo an addition that failed half way. */
void q_entries_cut(q_entries *entries, size_t count);

/** Whether `path` is `folder` or lies below it. */
bool q_path_is_within(const char *path, const char *folder);

#endif
