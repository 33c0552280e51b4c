/**
 * @file
 * Notes of several writers as those of one version: aliases and tags add up, metadata by key; what
 * can be there once is what was said last. As JSON, so that they travel:
 *
 *     {"description":…,"metadata":{…},"ttl":N,"aliases":[…],"tags":[…]}
 */
#ifndef Q_WANDB_UNITE_H
#define Q_WANDB_UNITE_H

#include "base/json.h"
#include "store/store.h"

/** What marks a version as that of a draft: a member of its metadata. */
#define Q_WANDB_MARK "quire"

/** Lay notes over those that are there. `*united` NULL: there are none yet. */
quire_status q_wandb_unite(cJSON **united, const q_notes *notes, quire_error *error);
/** The same of notes as JSON, checked as if they came from anywhere. */
quire_status q_wandb_unite_json(cJSON **united, const cJSON *notes, quire_error *error);

/** The same of an artifact's metadata, as text or NULL, without the mark of a draft. What is no
 *  object counts for nothing. */
quire_status q_wandb_unite_metadata(cJSON **united, const char *metadata, quire_error *error);

/** United notes as notes, their strings borrowed. Freed with q_wandb_notes_free(). */
typedef struct q_wandb_notes {
    q_notes notes;
    q_buffer metadata;
} q_wandb_notes;
quire_status q_wandb_notes_make(const cJSON *united, q_wandb_notes *made, quire_error *error);
void q_wandb_notes_free(q_wandb_notes *made);

/**
 * Metadata with the mark of a draft, unless it has as many members as W&B takes.
 * @param metadata an object as text, or NULL
 */
quire_status q_wandb_mark(const char *metadata, const char *distributed_id, q_buffer *marked,
                          quire_error *error);
/** Whether a version's metadata, as text, has the mark of that draft. */
bool q_wandb_is_marked(const char *metadata, const char *distributed_id);

#endif
