/** @file One writer's version: see docs/wandb.md. */
#ifndef Q_WANDB_LOG_H
#define Q_WANDB_LOG_H

#include "store/wandb/writing.h"

quire_status q_wandb_log(q_wandb_writing *writing, quire_version_id *version,
                         quire_receipt *receipt, quire_error *error);

/** What a writing has stored. `receipt` may be NULL. */
quire_status q_wandb_receipt(const q_wandb_list *list, quire_receipt *receipt, quire_error *error);

#endif
