/** @file What a version was made from, and who used it (q_store_ops). */
#ifndef Q_WANDB_LINEAGE_H
#define Q_WANDB_LINEAGE_H

#include "store/wandb/store.h"

quire_status q_wandb_version_lineage(quire_version *version, quire_lineage_callback callback,
                                     void *context, quire_error *error);

#endif
