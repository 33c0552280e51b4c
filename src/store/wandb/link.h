/** @file Links: a version in a collection of another project (q_store_ops). */
#ifndef Q_WANDB_LINK_H
#define Q_WANDB_LINK_H

#include "store/wandb/store.h"

quire_status q_wandb_version_link(quire_store *store, const q_address *address, const char *target,
                                  const char *const *aliases, size_t count, int64_t *number,
                                  quire_error *error);

#endif
