/** @file Finishing a draft: the commit of a pending artifact (q_store_ops). */
#ifndef Q_WANDB_FINISH_H
#define Q_WANDB_FINISH_H

#include "store/wandb/store.h"

quire_status q_wandb_finish(quire_store *store, const q_finish_spec *spec,
                            quire_version_id *version, quire_error *error);

#endif
