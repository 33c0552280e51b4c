/** @file Files of a writing, hashed on any thread and taken in order (q_store_ops). */
#ifndef Q_WANDB_LOAD_H
#define Q_WANDB_LOAD_H

#include "store/wandb/store.h"

quire_status q_wandb_load_new(q_writing *writing, q_load **load, quire_error *error);
void q_wandb_load_free(q_load *load);
quire_status q_wandb_load_expect(q_load *load, size_t index, const char *path, uint64_t size,
                                 const char *digest, bool *known, quire_error *error);
quire_status q_wandb_load_read(q_load *load, size_t index, q_source *source, quire_error *error);
quire_status q_wandb_load_put(q_load *load, size_t index, const char *path, quire_status status,
                              char digest[Q_DIGEST_TEXT_SIZE], quire_error *error);

#endif
