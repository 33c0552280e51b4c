/** @file A version made of the differences to another: see docs/wandb.md. */
#ifndef Q_WANDB_PATCH_FILE_H
#define Q_WANDB_PATCH_FILE_H

#include "store/wandb/writing.h"

quire_status q_wandb_patch(q_wandb_writing *writing, quire_version_id *version,
                           quire_receipt *receipt, quire_error *error);

#endif
