/**
 * @file
 * A store that is a project of W&B, over the W&B API: docs/wandb.md. Opening asks the server
 * nothing.
 */
#ifndef Q_WANDB_H
#define Q_WANDB_H

#include "store/store.h"

/** Make the project, if it is not there. */
quire_status q_wandb_init(const char *url, quire_error *error);
/** @return QUIRE_AUTH without an API key, QUIRE_USAGE for a URL that names no project */
quire_status q_wandb_open(const char *url, const quire_store_options *options, quire_store **store,
                          quire_error *error);

#endif
