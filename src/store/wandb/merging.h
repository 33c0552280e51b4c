/**
 * @file
 * Merging by all writers (q_store_ops): nothing is written, since W&B unites the parts itself; but
 * whether two writers bring one path with different content is found before the commit, and how
 * many files there will be.
 */
#ifndef Q_WANDB_MERGING_H
#define Q_WANDB_MERGING_H

#include "base/json.h"
#include "store/wandb/store.h"

/** One writer, as the finisher hears of it. */
typedef struct q_wandb_writer {
    char *name;
    char digest[72]; /**< of its receipt */
} q_wandb_writer;

typedef struct q_wandb_merging {
    q_merging base;
    struct q_wandb_draft *draft;
    char *writer;
    /* The finisher's. */
    q_wandb_writer *writers;
    size_t count;
    uint64_t files, references;
    cJSON *notes;
    char *artifact; /**< of who has asked for it; NULL: nobody */
    bool is_finished;
} q_wandb_merging;

quire_status q_wandb_merge_open(quire_store *store, const q_merging_spec *spec, q_merging **merging,
                                q_buffer *lines, uint64_t *entries, quire_error *error);
quire_status q_wandb_merge_write(q_merging *merging, const q_merge_input *inputs, size_t count,
                                 const char *first, q_buffer *told, quire_error *error);
quire_status q_wandb_merge_sync(q_merging *merging, quire_error *error);
quire_status q_wandb_merge_collect(q_merging *merging, const char *told, size_t size,
                                   quire_error *error);
void q_wandb_merge_free(q_merging *merging);

#endif
