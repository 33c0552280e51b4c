/** @file Saving the objects of a manifest: see saving.h. */
#include "store/repository/saving.h"

#include <string.h>

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    const q_manifest_io *io = &((q_saving *)context)->repository->io;
    return io->load(io->context, object, max_size, out, error);
}

static quire_status save(void *context, const char *object, const void *data, size_t size,
                         quire_error *error) {
    q_saving *saving = context;
    if (q_prior_has_read(saving->prior, object)) {
        return QUIRE_OK;
    }
    struct q_saving_object *next = &saving->objects[saving->count];
    quire_status status = q_key_manifest(&next->key, object, error);
    status = status ? status
                    : q_object_writer_open_whole(saving->repository->objects, next->key.text, data,
                                                 size, &next->writer, error);
    if (status || !next->writer) {
        return status;
    }
    saving->count++;
    saving->bytes += size;
    return saving->count == Q_SAVING_OBJECTS || saving->bytes >= Q_SAVING_BYTES
               ? q_saving_end(saving, error)
               : QUIRE_OK;
}

void q_saving_begin(q_saving *saving, q_repository *repository, const q_prior *prior) {
    memset(saving, 0, sizeof *saving);
    saving->io = (q_manifest_io){saving, load, save};
    saving->repository = repository;
    saving->prior = prior;
}

quire_status q_saving_end(q_saving *saving, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < saving->count; i++) {
        status = q_object_writer_publish(saving->objects[i].writer, saving->objects[i].key.text,
                                         NULL, error);
    }
    q_saving_free(saving);
    return status;
}

void q_saving_free(q_saving *saving) {
    for (size_t i = 0; i < saving->count; i++) {
        q_object_writer_free(saving->objects[i].writer);
    }
    saving->count = 0;
    saving->bytes = 0;
}
