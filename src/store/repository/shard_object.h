/** @file Shards as objects of a draft: written as a stream, read as a stream. */
#ifndef Q_REPOSITORY_SHARD_OBJECT_H
#define Q_REPOSITORY_SHARD_OBJECT_H

#include "manifest/shard.h"
#include "store/repository/internal.h"

typedef struct q_shard_object q_shard_object;

quire_status q_shard_object_new(q_repository *repository, q_shard_object **shard,
                                quire_error *error);
void q_shard_object_free(q_shard_object *shard);
quire_status q_shard_object_add(q_shard_object *shard, const q_entry *entry, quire_error *error);
/** End it and publish it below the draft. */
quire_status q_shard_object_publish(q_shard_object *shard, const char *name,
                                    const char *distributed_id, q_shard_summary *summary,
                                    quire_error *error);

/** A shard being read. */
typedef struct q_shard_stream q_shard_stream;
/** @param key of the object; @param buffer_size as for q_shard_reader_new() */
quire_status q_shard_stream_open(q_repository *repository, const char *key,
                                 const q_shard_summary *expected, size_t buffer_size,
                                 q_shard_stream **stream, quire_error *error);
void q_shard_stream_free(q_shard_stream *stream);
quire_status q_shard_stream_next(q_shard_stream *stream, const q_entry **entry, quire_error *error);

#endif
