/** @file A shard in memory, as a stream. */
#include "manifest/shard_stream.h"

#include "base/unit.h"

static quire_status sink(void *context, const void *data, size_t size, quire_error *error) {
    shard_stream *stream = context;
    return q_buffer_append(&stream->bytes, data, size, error);
}

static quire_status supply(void *context, void *data, size_t size, size_t *got,
                           quire_error *error) {
    shard_stream *stream = context;
    size_t left = stream->bytes.size - stream->given;
    (void)error;
    *got = left < size ? left : size;
    *got = stream->piece && *got > stream->piece ? stream->piece : *got;
    memcpy(data, stream->bytes.data + stream->given, *got);
    stream->given += *got;
    return QUIRE_OK;
}

void shard_stream_write(shard_stream *stream, const entry_set *set) {
    q_shard_writer *writer = NULL;
    quire_error error = {0};
    memset(stream, 0, sizeof *stream);
    EXPECT(QUIRE_OK, q_shard_writer_new(sink, stream, &writer, &error));
    for (size_t i = 0; i < set->count; i++) {
        EXPECT(QUIRE_OK, q_shard_writer_add(writer, &set->boxes[i].entry, &error));
    }
    EXPECT(QUIRE_OK, q_shard_writer_finish(writer, &stream->summary, &error));
    q_shard_writer_free(writer);
    assert_int_equal(stream->summary.size, stream->bytes.size);
}

void shard_stream_free(shard_stream *stream) {
    q_buffer_free(&stream->bytes);
    q_shard_reader_free(stream->reader);
    memset(stream, 0, sizeof *stream);
}

void shard_stream_open(shard_stream *stream) {
    quire_error error = {0};
    q_shard_reader_free(stream->reader);
    stream->given = 0;
    EXPECT(QUIRE_OK,
           q_shard_reader_new(supply, stream, &stream->summary, 0, &stream->reader, &error));
}

quire_status shard_stream_next(void *context, const q_entry **entry, quire_error *error) {
    return q_shard_reader_next(((shard_stream *)context)->reader, entry, error);
}

quire_status shard_stream_read(shard_stream *stream, quire_error *error) {
    const q_entry *entry = NULL;
    quire_status status = QUIRE_OK;
    shard_stream_open(stream);
    do {
        status = shard_stream_next(stream, &entry, error);
    } while (status == QUIRE_OK && entry);
    return status;
}
