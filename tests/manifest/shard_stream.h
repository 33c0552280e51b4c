/** @file A shard in memory, as a stream. */
#ifndef TESTS_MANIFEST_SHARD_STREAM_H
#define TESTS_MANIFEST_SHARD_STREAM_H

#include "manifest/entry_set.h"
#include "manifest/shard.h"

typedef struct shard_stream {
    q_buffer bytes;
    size_t given;
    size_t piece; /**< how much is given at a time; 0: as much as is asked for */
    q_shard_summary summary;
    q_shard_reader *reader;
} shard_stream;

/** Write a set as a shard. */
void shard_stream_write(shard_stream *stream, const entry_set *set);
void shard_stream_free(shard_stream *stream);
/** Begin to read it. */
void shard_stream_open(shard_stream *stream);
/** The next entry; `context` is a shard_stream. Fits q_merge_input. */
quire_status shard_stream_next(void *context, const q_entry **entry, quire_error *error);
/** Read it from start to end. */
quire_status shard_stream_read(shard_stream *stream, quire_error *error);

#endif
