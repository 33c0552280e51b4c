/**
 * @file
 * A writing (q_store_ops): entries come in order and are kept; nothing is asked of the server
 * before the commit, when the digest of the whole is known.
 */
#ifndef Q_WANDB_WRITING_H
#define Q_WANDB_WRITING_H

#include "base/keyset.h"
#include "store/wandb/contents.h"
#include "store/wandb/store.h"

typedef struct q_wandb_writing {
    q_writing base;
    q_wandb *store;
    q_write_spec spec;
    q_wandb_contents contents; /**< of a patch: what it adds */
    q_keyset removals;         /**< of a patch, in order */
} q_wandb_writing;

quire_status q_wandb_write_begin(quire_store *store, const q_write_spec *spec, q_writing **writing,
                                 quire_error *error);
quire_status q_wandb_write_entry(q_writing *writing, const q_entry *entry, quire_error *error);
quire_status q_wandb_write_remove(q_writing *writing, const char *path, quire_error *error);
quire_status q_wandb_write_renew(q_writing *writing, quire_error *error);
quire_status q_wandb_write_commit(q_writing *writing, quire_version_id *version,
                                  quire_receipt *receipt, quire_error *error);
void q_wandb_write_free(q_writing *writing);

#endif
