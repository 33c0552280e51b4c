/**
 * @file
 * Names of one folder that nobody has looked at yet: the work of a walk, as ranks hand it to each
 * other. With them goes what is needed to go on anywhere: the folder's path, and the identity of it
 * and of all folders above it, by which a loop is found.
 *
 * One block of memory, so that what is sent is what is held: this head, the identities, the path
 * with its NUL, the names with theirs.
 */
#ifndef Q_MPI_NAMES_H
#define Q_MPI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef struct q_folder_id {
    uint64_t device, inode;
} q_folder_id;

typedef struct q_names {
    uint32_t count;  /**< of names that are left */
    uint32_t at;     /**< bytes of names that are not left any more */
    uint32_t size;   /**< bytes of all names */
    uint32_t folder; /**< bytes of the path */
    uint32_t depth;  /**< of identities, the outermost first */
} q_names;

/**
 * Make a block without names; free() it.
 * @param above the names among which the folder was found; NULL: it is the one that is walked
 * @param path of the folder, below the one that is walked: "" or ending in `/`
 */
quire_status q_names_new(const q_names *above, q_folder_id id, const char *path, q_names **names,
                         quire_error *error);
/**
 * Make one of the same folder, with names.
 * @param text `size` bytes of `count` names, each with its NUL
 */
quire_status q_names_with(const q_names *folder, const char *text, size_t size, size_t count,
                          q_names **names, quire_error *error);

/** The folder's path, borrowed. */
const char *q_names_folder(const q_names *names);
/** Whether a folder is this one or one above it. */
bool q_names_lead_from(const q_names *names, q_folder_id id);
/** Take a name off the front, borrowed; `count` must not be 0. */
const char *q_names_take(q_names *names);

/** Take `count` names off the front and append them to `out`, as a block. */
quire_status q_names_give(q_names *names, size_t count, q_buffer *out, quire_error *error);
/**
 * Make a block of the first one in `size` bytes that were received.
 * @param used receives how many bytes that was
 * @return QUIRE_INTEGRITY when it is none
 */
quire_status q_names_receive(const char *data, size_t size, q_names **names, size_t *used,
                             quire_error *error);

#endif
