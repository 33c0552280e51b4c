/**
 * @file
 * A patch while its changes come: they are kept, then applied to the base's manifest. Memory is the
 * changes' own.
 */
#ifndef Q_REPOSITORY_PATCHING_H
#define Q_REPOSITORY_PATCHING_H

#include "manifest/patch.h"
#include "store/repository/lease.h"

typedef struct q_patching q_patching;

/** Resolve the base and pin it by a lease (which the caller drops, also on failure). */
quire_status q_patching_open(q_repository *repository, const char *name, const char *base,
                             q_lease *lease, q_patching **patching, quire_error *error);
void q_patching_free(q_patching *patching);
/** "vN" of the base. */
const char *q_patching_base(const q_patching *patching);
/** What the base has at `path`, borrowed until the next call, or NULL; paths ascend. */
const q_entry *q_patching_find(q_patching *patching, const char *path);
quire_status q_patching_add(q_patching *patching, const q_entry *entry, quire_error *error);
quire_status q_patching_remove(q_patching *patching, const char *path, quire_error *error);
/** Apply all changes; gives the new root. */
quire_status q_patching_finish(q_patching *patching, q_root *root, char object[Q_SHA256_HEX_SIZE],
                               uint64_t *size, quire_error *error);

#endif
