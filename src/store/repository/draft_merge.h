/** @file Merging the shards of a roster into a manifest. */
#ifndef Q_REPOSITORY_DRAFT_MERGE_H
#define Q_REPOSITORY_DRAFT_MERGE_H

#include "store/repository/draft.h"

/**
 * Merge and save chunks and root. Holds one buffer a shard, together bounded by some 64 MiB, and at
 * least what one line needs.
 * @return QUIRE_CONFLICT when two writers bring one path with different content, or one a file
 * where another has a folder
 */
quire_status q_draft_merge(q_repository *repository, const char *name, const char *distributed_id,
                           const cJSON *roster, q_root *root, char object[Q_SHA256_HEX_SIZE],
                           uint64_t *size, quire_error *error);

#endif
