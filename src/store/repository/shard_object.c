/** @file Shards as objects: see shard_object.h. */
#include "store/repository/shard_object.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/repository/retrieve.h"

#define BUFFER_SIZE ((size_t)256 << 10)

struct q_shard_object {
    q_repository *repository;
    q_object_writer *object;
    q_shard_writer *writer;
    q_buffer buffer;
};

static quire_status flush(q_shard_object *shard, quire_error *error) {
    quire_status status =
        q_object_writer_write(shard->object, shard->buffer.data, shard->buffer.size, error);
    q_buffer_clear(&shard->buffer);
    return status;
}

static quire_status sink(void *context, const void *data, size_t size, quire_error *error) {
    q_shard_object *shard = context;
    quire_status status = q_buffer_append(&shard->buffer, data, size, error);
    if (!status && shard->buffer.size >= BUFFER_SIZE) {
        status = flush(shard, error);
    }
    return status;
}

quire_status q_shard_object_new(q_repository *repository, q_shard_object **shard,
                                quire_error *error) {
    q_shard_object *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    quire_status status = q_object_writer_open(repository->objects, &made->object, error);
    if (!status) {
        status = q_shard_writer_new(sink, made, &made->writer, error);
    }
    if (status) {
        q_shard_object_free(made);
        return status;
    }
    *shard = made;
    return QUIRE_OK;
}

void q_shard_object_free(q_shard_object *shard) {
    if (shard) {
        q_shard_writer_free(shard->writer);
        q_object_writer_free(shard->object);
        q_buffer_free(&shard->buffer);
        free(shard);
    }
}

quire_status q_shard_object_add(q_shard_object *shard, const q_entry *entry, quire_error *error) {
    return q_shard_writer_add(shard->writer, entry, error);
}

quire_status q_shard_object_publish(q_shard_object *shard, const char *name,
                                    const char *distributed_id, q_shard_summary *summary,
                                    quire_error *error) {
    char suffix[16 + Q_SHA256_HEX_SIZE];
    q_key key;
    quire_status status = q_shard_writer_finish(shard->writer, summary, error);
    if (!status) {
        status = flush(shard, error);
    }
    if (!status) {
        snprintf(suffix, sizeof suffix, "shards/%s", summary->object);
        status = q_key_draft(&key, name, distributed_id, suffix, error);
    }
    if (!status) {
        status = q_object_writer_publish(shard->object, key.text, NULL, error);
    }
    return status;
}

/* The object is opened for each piece: a finish merges more shards than a process may have files.
 */
struct q_shard_stream {
    q_repository *repository;
    q_shard_reader *reader;
    uint64_t position;
    q_key key;
};

static quire_status supply(void *context, void *data, size_t size, size_t *got,
                           quire_error *error) {
    q_shard_stream *stream = context;
    q_object_reader *object = NULL;
    uint64_t whole = 0;
    quire_status status =
        q_retrieve_open(stream->repository, stream->key.text, &whole, &object, error);
    if (status == QUIRE_NOT_FOUND) {
        status = q_error_set(error, QUIRE_INTEGRITY, "it is missing");
    }
    status =
        status ? status : q_object_reader_read(object, stream->position, data, size, got, error);
    if (!status) {
        stream->position += *got;
    }
    q_object_reader_free(object);
    return status;
}

quire_status q_shard_stream_open(q_repository *repository, const char *key,
                                 const q_shard_summary *expected, size_t buffer_size,
                                 q_shard_stream **stream, quire_error *error) {
    q_object_info info;
    q_shard_stream *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    snprintf(made->key.text, sizeof made->key.text, "%s", key);
    quire_status status = q_retrieve_info(repository, key, &info, error);
    if (status == QUIRE_NOT_FOUND) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s is missing", key);
    }
    if (!status) {
        status = q_shard_reader_new(supply, made, expected, buffer_size, &made->reader, error);
    }
    if (status) {
        q_shard_stream_free(made);
        return status;
    }
    *stream = made;
    return QUIRE_OK;
}

void q_shard_stream_free(q_shard_stream *stream) {
    if (stream) {
        q_shard_reader_free(stream->reader);
        free(stream);
    }
}

quire_status q_shard_stream_next(q_shard_stream *stream, const q_entry **entry,
                                 quire_error *error) {
    quire_status status = q_shard_reader_next(stream->reader, entry, error);
    if (status) {
        q_error_prefix(error, "%s", stream->key.text);
    }
    return status;
}
