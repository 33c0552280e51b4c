/** @file Streams, whose bytes wait in a spool until it is known for which version (q_store_ops). */
#ifndef Q_WANDB_STAGE_H
#define Q_WANDB_STAGE_H

#include "store/wandb/contents.h"
#include "store/wandb/store.h"

/** What one stream was. */
typedef struct q_wandb_staged {
    char digest[Q_MD5_BASE64_SIZE]; /**< lent to entries */
    unsigned char md5[Q_MD5_SIZE];
    q_wandb_spooled spooled;
} q_wandb_staged;

quire_status q_wandb_stage_open(quire_store *store, q_stage **stage, quire_error *error);
void q_wandb_stage_free(q_stage *stage);
quire_status q_wandb_stream_open(q_stage *stage, q_stage_stream **stream, quire_error *error);
quire_status q_wandb_stream_write(q_stage_stream *stream, const void *data, size_t size,
                                  quire_error *error);
quire_status q_wandb_stream_close(q_stage_stream *stream, q_entry *entry, quire_error *error);
void q_wandb_stream_discard(q_stage_stream *stream);

/** What has that digest, or NULL. */
const q_wandb_staged *q_wandb_stage_find(const q_stage *stage, const char *digest);
const q_wandb_spool *q_wandb_stage_spool(const q_stage *stage);

/** The digests of the parts of something large that is spooled. @param parts freed by the caller */
quire_status q_wandb_stage_parts(const q_stage *stage, const q_wandb_staged *staged,
                                 unsigned char **parts, uint64_t *count, quire_error *error);

#endif
