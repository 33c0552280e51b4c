/**
 * @file
 * Marking: which objects a set of manifests and shards reaches. Held as sets of names: packs, blobs
 * and manifests, not entries; small files cost nothing here. A manifest or shard enters the set
 * only when all that it names is in, so that one which could not be read, since it was being
 * deleted, is read again for the next that shares it.
 */
#ifndef Q_REPOSITORY_MARK_H
#define Q_REPOSITORY_MARK_H

#include "base/keyset.h"
#include "store/repository/internal.h"

typedef struct q_mark {
    q_keyset keys; /**< keys of objects that are reached */
} q_mark;

void q_mark_free(q_mark *mark);
/** Everything a root reaches, itself included. What is marked is not read again. */
quire_status q_mark_root(q_mark *mark, q_repository *repository, const char *object,
                         quire_error *error);
/** The shards of a draft's registered parts and of its roster, and what they reach. */
quire_status q_mark_draft(q_mark *mark, q_repository *repository, const char *name,
                          const char *distributed_id, quire_error *error);

#endif
