/** @file Stages: contents that come before it is known for which version (q_store_ops). */
#ifndef Q_REPOSITORY_STAGE_H
#define Q_REPOSITORY_STAGE_H

#include "store/repository/intake.h"
#include "store/repository/lease.h"

typedef struct q_repository_stage {
    q_stage base;
    q_intake *intake;
    q_lease lease;
    char **digests; /* of closed streams and shared files: their entries borrow them */
    size_t digest_count;
} q_repository_stage;

quire_status q_stage_open(quire_store *store, q_stage **stage, quire_error *error);
void q_stage_free(q_stage *stage);
quire_status q_stage_stream_open(q_stage *stage, q_stage_stream **stream, quire_error *error);
quire_status q_stage_stream_write(q_stage_stream *stream, const void *data, size_t size,
                                  quire_error *error);
quire_status q_stage_stream_close(q_stage_stream *stream, q_entry *entry, quire_error *error);
quire_status q_stage_known(q_stage *stage, uint64_t size, const char *digest, bool *known,
                           quire_error *error);
/** Let an entry borrow its digest from the stage. */
quire_status q_stage_keep_digest(q_repository_stage *stage, q_entry *entry, quire_error *error);
void q_stage_stream_discard(q_stage_stream *stream);

#endif
