/**
 * @file
 * The merging of a draft by many processes (quire/merge.h): reading a part back, writing a range,
 * and what the finisher makes of it.
 *
 * What a process tells of its range is a line {"quire":"range","format":1,"writer":…,"object":…},
 * which part it has merged, and the lines of the chunks as a root has them.
 */
#ifndef Q_REPOSITORY_MERGING_H
#define Q_REPOSITORY_MERGING_H

#include "store/repository/draft.h"
#include "store/repository/lease.h"

/** The part that a process has read. */
typedef struct q_merged_part {
    char *writer;
    char object[Q_SHA256_HEX_SIZE]; /**< of its shard */
} q_merged_part;

typedef struct q_repository_merging {
    q_merging base;
    q_repository *repository;
    q_lease lease; /**< of the process that will finish */
    q_merged_part own;
    q_merged_part *parts; /**< of all processes that were collected */
    size_t count, capacity;
    q_root root; /**< of the chunks that were collected */
} q_repository_merging;

quire_status q_merging_open(quire_store *store, const q_merging_spec *spec, q_merging **merging,
                            q_buffer *lines, uint64_t *entries, quire_error *error);
quire_status q_merging_write(q_merging *merging, const q_merge_input *inputs, size_t count,
                             const char *first, q_buffer *told, quire_error *error);
quire_status q_merging_sync(q_merging *merging, quire_error *error);
quire_status q_merging_collect(q_merging *merging, const char *told, size_t size,
                               quire_error *error);
void q_merging_free(q_merging *merging);

/** Whether just the parts of this roster were merged. */
quire_status q_merging_covers(const q_repository_merging *merging, const cJSON *roster,
                              bool *covers, quire_error *error);
/** Save the root of all that was collected. `root` is freed by the caller. */
quire_status q_merging_finish(const q_repository_merging *merging, q_root *root,
                              char object[Q_SHA256_HEX_SIZE], uint64_t *size, quire_error *error);

#endif
