/** @file Aliases, notes, use and deletion of versions (q_store_ops), and their requests. */
#ifndef Q_WANDB_NOTES_H
#define Q_WANDB_NOTES_H

#include "store/wandb/store.h"

quire_status q_wandb_add_aliases(q_wandb *store, const char *artifact, const char *name,
                                 const char *const *aliases, size_t count, quire_error *error);
/** The run uses a version. */
quire_status q_wandb_use(q_wandb *store, const q_address *address, quire_error *error);
/** The run uses all that an artifact is made from. They have to be there. */
quire_status q_wandb_use_inputs(q_wandb *store, const q_notes *notes, quire_error *error);

/** A change of what is noted with an artifact. NULL, 0 and -1 leave a field as it is. */
typedef struct q_wandb_update {
    const char *description, *metadata;
    int64_t ttl; /**< as quire counts: 0 is for ever */
    const char *const *add_tags, *const *remove_tags;
    size_t add_tag_count, remove_tag_count;
} q_wandb_update;
quire_status q_wandb_update_artifact(q_wandb *store, const char *artifact,
                                     const q_wandb_update *update, quire_error *error);
quire_status q_wandb_delete_artifact(q_wandb *store, const char *artifact, bool delete_aliases,
                                     quire_error *error);

quire_status q_wandb_alias_set(quire_store *store, const q_address *address, const char *alias,
                               quire_error *error);
quire_status q_wandb_alias_remove(quire_store *store, const q_address *address, quire_error *error);
quire_status q_wandb_annotate(quire_store *store, const q_address *address,
                              const quire_notes_change *change, quire_error *error);
quire_status q_wandb_version_delete(quire_store *store, const q_address *address,
                                    bool delete_aliases, quire_error *error);
quire_status q_wandb_version_use(quire_store *store, const q_address *address, const char *job,
                                 quire_error *error);

#endif
