/**
 * @file
 * Drafts, as far as this handle knows of them: W&B tells a pending artifact to whoever asks for it
 * by its distributed id, but not who has written into it. So what was upserted here is remembered,
 * for the merging by all writers and for the finish.
 */
#ifndef Q_WANDB_DRAFT_H
#define Q_WANDB_DRAFT_H

#include "store/wandb/writing.h"

/** What one writer brought, through this handle. */
typedef struct q_wandb_part {
    struct q_wandb_part *next;
    char *writer;
    q_wandb_list list;
    quire_receipt receipt;
} q_wandb_part;

typedef struct q_wandb_draft {
    struct q_wandb_draft *next;
    char *name, *distributed_id;
    char *artifact;   /**< NULL: not asked for yet */
    bool is_finished; /**< it is a version by now */
    cJSON *notes;     /**< of all parts */
    q_wandb_part *parts;
    size_t users;    /**< mergings that look at it */
    bool was_merged; /**< once at least: its finish was tried, and what it holds may go */
} q_wandb_draft;

/** NULL: this handle has not upserted into it. */
q_wandb_draft *q_wandb_draft_find(const q_wandb *store, const char *name,
                                  const char *distributed_id);
const q_wandb_part *q_wandb_draft_part(const q_wandb_draft *draft, const char *writer);
/** Forget one, and all. */
void q_wandb_draft_forget(q_wandb *store, q_wandb_draft *draft);
void q_wandb_drafts_free(q_wandb *store);

/** The commit of a writing that is an upsert. */
quire_status q_wandb_upsert(q_wandb_writing *writing, quire_receipt *receipt, quire_error *error);

#endif
