/**
 * @file
 * Applying changes to a manifest. Opens the chunks that a change falls into, passes all others on
 * by reference.
 */
#ifndef Q_MANIFEST_PATCH_H
#define Q_MANIFEST_PATCH_H

#include "manifest/writer.h"

/** A change, in ascending order of paths; of one path a removal may precede an entry. */
typedef struct q_change {
    const char *path;
    const q_entry *entry; /**< NULL: remove `path`, or everything below `path/` */
} q_change;

/** Gives the next change, borrowed until the next call; NULL at the end. */
typedef quire_status (*q_change_supply)(void *context, const q_change **change, quire_error *error);

/**
 * Write `base` with the changes to `writer` (which the caller finishes).
 *
 * Additions may fall below a removed folder: the removal concerns the base's entries. A removal
 * that matches nothing in the base is QUIRE_NOT_FOUND and names the path. An entry that the base
 * has with the same identity stays with the base's placement.
 */
quire_status q_manifest_patch(const q_manifest_io *io, const q_root *base, q_change_supply supply,
                              void *context, q_manifest_writer *writer, quire_error *error);

#endif
