/** @file Files that several processes write into a repository (q_store_ops). */
#ifndef Q_REPOSITORY_SHARED_H
#define Q_REPOSITORY_SHARED_H

#include "store/store.h"

quire_status q_shared_begin(q_stage *stage, uint64_t size, q_shared **shared,
                            char token[Q_SHARED_TOKEN_SIZE], quire_error *error);
quire_status q_shared_end(q_shared *shared, const unsigned char *digests, q_entry *entry,
                          quire_error *error);
void q_shared_free(q_shared *shared);
quire_status q_shared_part_open(quire_store *store, const char *token, uint64_t size,
                                uint64_t offset, q_part **part, quire_error *error);
quire_status q_shared_part_write(q_part *part, const void *data, size_t size, quire_error *error);
quire_status q_shared_part_close(q_part *part, quire_error *error);
void q_shared_part_free(q_part *part);

#endif
