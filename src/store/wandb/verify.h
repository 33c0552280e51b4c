/** @file Everything of a project, read and checked (q_store_ops). */
#ifndef Q_WANDB_VERIFY_H
#define Q_WANDB_VERIFY_H

#include "store/wandb/store.h"

quire_status q_wandb_verify(quire_store *store, quire_fault_callback callback, void *context,
                            quire_error *error);

#endif
