/**
 * @file
 * Streams into the intake. It shows only as bytes come whether a file is small: until then they are
 * kept, and beyond it written to an object.
 */
#include "store/repository/intake_stream.h"

#include <stdlib.h>

#include "store/repository/intake_internal.h"

struct q_intake_stream {
    q_intake *intake;
    q_digest *digest;
    q_buffer head;           /* the whole of a small file */
    q_object_writer *object; /* once it is no small file any more */
    uint64_t size;
    bool failed; /* bytes may be missing in the middle: the digest would not be theirs */
};

quire_status q_intake_stream_open(q_intake *intake, q_intake_stream **stream, quire_error *error) {
    q_intake_stream *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->intake = intake;
    quire_status status = q_digest_new(&made->digest, error);
    if (status) {
        q_intake_stream_free(made);
        return status;
    }
    *stream = made;
    return QUIRE_OK;
}

static quire_status spill(q_intake_stream *stream, quire_error *error) {
    quire_status status =
        q_object_writer_open(stream->intake->repository->objects, &stream->object, error);
    if (!status) {
        status = q_object_writer_write(stream->object, stream->head.data, stream->head.size, error);
        q_buffer_free(&stream->head);
    }
    return status;
}

static quire_status check_usable(const q_intake_stream *stream, quire_error *error) {
    return stream->failed ? q_error_set(error, QUIRE_ERROR, "an earlier write to a stream failed")
                          : QUIRE_OK;
}

quire_status q_intake_stream_write(q_intake_stream *stream, const void *data, size_t size,
                                   quire_error *error) {
    quire_status status = check_usable(stream, error);
    status = status ? status : q_digest_update(stream->digest, data, size, error);
    stream->size += size;
    if (!status && !stream->object && stream->size >= Q_PACK_FILE_MAX) {
        status = spill(stream, error);
    }
    if (!status) {
        status = stream->object ? q_object_writer_write(stream->object, data, size, error)
                                : q_buffer_append(&stream->head, data, size, error);
    }
    stream->failed = status != QUIRE_OK;
    return status;
}

quire_status q_intake_stream_close(q_intake_stream *stream, q_entry *entry, quire_error *error) {
    q_buffer blocks = {0};
    q_intake *intake = stream->intake;
    quire_status status = check_usable(stream, error);
    status = status ? status : q_digest_final(stream->digest, intake->text, &blocks, error);
    if (!status && !stream->object) {
        const q_small small = {
            .data = stream->head.data, .size = stream->head.size, .digest = intake->text};
        status = q_intake_place_small(intake, &small, entry, error);
    } else if (!status) {
        status =
            q_intake_publish_blob(intake->repository, stream->object, intake->text, &blocks, error);
        entry->digest = intake->text;
        entry->size = stream->size;
        entry->pack = NULL;
        entry->offset = 0;
    }
    q_buffer_free(&blocks);
    return status;
}

void q_intake_stream_free(q_intake_stream *stream) {
    if (stream) {
        q_digest_free(stream->digest);
        q_buffer_free(&stream->head);
        q_object_writer_free(stream->object);
        free(stream);
    }
}
