/**
 * @file
 * Content that waits to be sent and that nobody else keeps: what was written as a stream. It lies
 * in one temporary file, behind each other, in runs as it came; a little of it stays in memory.
 */
#ifndef Q_WANDB_SPOOL_H
#define Q_WANDB_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/temporary.h"

/** Zero-initialise. */
typedef struct q_wandb_spool {
    q_temporary file; /**< made with the first byte */
    uint64_t size;
} q_wandb_spool;

typedef struct q_wandb_run {
    uint64_t at, size;
} q_wandb_run;

/** What was spooled as one. Zero-initialise. */
typedef struct q_wandb_spooled {
    q_wandb_run *runs; /**< neighbours are one */
    size_t count, capacity;
    uint64_t size;
} q_wandb_spooled;

void q_wandb_spool_free(q_wandb_spool *spool);
void q_wandb_spooled_free(q_wandb_spooled *spooled);

quire_status q_wandb_spool_append(q_wandb_spool *spool, q_wandb_spooled *to, const void *data,
                                  size_t size, quire_error *error);
/** Exactly `size` bytes from `offset` on, which there must be. */
quire_status q_wandb_spool_read(const q_wandb_spool *spool, const q_wandb_spooled *from,
                                uint64_t offset, void *to, size_t size, quire_error *error);

#endif
