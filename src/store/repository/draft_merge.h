/** @file Merging the shards of a roster into a manifest. */
#ifndef Q_REPOSITORY_DRAFT_MERGE_H
#define Q_REPOSITORY_DRAFT_MERGE_H

#include "manifest/merge.h"
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

/**
 * Merge and save the chunks of a range of paths, one of those that ranges.h tells of.
 * @param first the path it begins with, which must be there; NULL: the first of all. Entries before
 *        it are only looked at
 * @param root receives the chunks; no root is saved
 */
quire_status q_draft_merge_range(q_repository *repository, const q_merge_input *inputs,
                                 size_t count, const char *first, q_root *root, quire_error *error);

#endif
