/** @file Writing packs: see pack.h. Bytes gather in a buffer, so that small files cost few calls.
 */
#include "store/repository/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "store/repository/pack_index.h"

#define BUFFER_SIZE ((size_t)1 << 20)

struct q_pack_writer {
    q_repository *repository;
    q_object_writer *object;
    char name[Q_PACK_NAME_SIZE];
    q_buffer buffer; /* bytes not yet handed to the object */
    q_buffer index;
    uint64_t size; /* bytes so far, head included */
    uint64_t count;
    bool failed; /* bytes may be missing in the middle: nothing more can be right */
};

quire_status q_pack_writer_new(q_repository *repository, q_pack_writer **writer,
                               quire_error *error) {
    q_pack_writer *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    quire_status status = q_random_hex(made->name, error);
    if (!status) {
        status = q_object_writer_open(repository->objects, &made->object, error);
    }
    if (!status) {
        status = q_buffer_append(&made->buffer, Q_PACK_HEAD, Q_PACK_HEAD_SIZE, error);
    }
    if (status) {
        q_pack_writer_free(made);
        return status;
    }
    made->size = Q_PACK_HEAD_SIZE;
    *writer = made;
    return QUIRE_OK;
}

void q_pack_writer_free(q_pack_writer *writer) {
    if (writer) {
        q_object_writer_free(writer->object);
        q_buffer_free(&writer->buffer);
        q_buffer_free(&writer->index);
        free(writer);
    }
}

const char *q_pack_writer_name(const q_pack_writer *writer) {
    return writer->name;
}

uint64_t q_pack_writer_size(const q_pack_writer *writer) {
    return writer->size + writer->index.size + Q_PACK_TAIL_SIZE;
}

static quire_status flush(q_pack_writer *writer, quire_error *error) {
    quire_status status =
        q_object_writer_write(writer->object, writer->buffer.data, writer->buffer.size, error);
    q_buffer_clear(&writer->buffer);
    writer->failed = status != QUIRE_OK;
    return status;
}

static quire_status check_usable(const q_pack_writer *writer, quire_error *error) {
    return writer->failed ? q_error_set(error, QUIRE_ERROR,
                                        "an earlier write to pack %s has failed", writer->name)
                          : QUIRE_OK;
}

quire_status q_pack_writer_append(q_pack_writer *writer, const void *data, size_t size,
                                  const char *hex, uint64_t *offset, quire_error *error) {
    unsigned char entry[Q_PACK_INDEX_ENTRY_SIZE];
    quire_status status = check_usable(writer, error);
    if (!status && writer->buffer.size + size > BUFFER_SIZE) {
        status = flush(writer, error);
    }
    if (!status) {
        status = q_buffer_append(&writer->buffer, data, size, error);
    }
    if (!status) {
        q_pack_index_encode(entry, hex, writer->size, size);
        status = q_buffer_append(&writer->index, entry, sizeof entry, error);
    }
    if (!status) {
        *offset = writer->size;
        writer->size += size;
        writer->count++;
    }
    return status;
}

quire_status q_pack_writer_seal(q_pack_writer *writer, quire_error *error) {
    unsigned char tail[Q_PACK_TAIL_SIZE];
    q_key key;
    quire_status status = check_usable(writer, error);
    if (!status) {
        status = q_pack_tail_encode(tail, writer->index.data, writer->index.size, writer->count,
                                    writer->size, error);
    }
    if (!status) {
        status = flush(writer, error);
    }
    if (!status) {
        status =
            q_object_writer_write(writer->object, writer->index.data, writer->index.size, error);
    }
    if (!status) {
        status = q_object_writer_write(writer->object, tail, sizeof tail, error);
    }
    if (!status) {
        status = q_key_pack(&key, writer->name, error);
    }
    if (!status) {
        status = q_object_writer_publish(writer->object, key.text, NULL, error);
    }
    return status;
}
