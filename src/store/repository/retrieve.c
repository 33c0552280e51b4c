/** @file Reading objects that must be there: see retrieve.h. */
#include "store/repository/retrieve.h"

#define ATTEMPTS 3 /* a removal may be under way again and again */

/* Whether to look once more. Who may not write to the store cannot undo anything. */
static bool look_again(q_repository *repository, quire_status status, int attempt) {
    if (status != QUIRE_NOT_FOUND || attempt >= ATTEMPTS) {
        return false;
    }
    (void)q_objects_sweep(repository->objects, INT64_MIN, NULL);
    return true;
}

quire_status q_retrieve_open(q_repository *repository, const char *key, uint64_t *size,
                             q_object_reader **reader, quire_error *error) {
    quire_status status;
    int attempt = 0;
    do {
        status = q_object_reader_open(repository->objects, key, size, reader, error);
    } while (look_again(repository, status, ++attempt));
    return status;
}

quire_status q_retrieve(q_repository *repository, const char *key, uint64_t max_size, q_buffer *out,
                        quire_error *error) {
    quire_status status;
    int attempt = 0;
    do {
        status = q_objects_get(repository->objects, key, max_size, out, error);
    } while (look_again(repository, status, ++attempt));
    return status;
}

quire_status q_retrieve_info(q_repository *repository, const char *key, q_object_info *info,
                             quire_error *error) {
    quire_status status;
    int attempt = 0;
    do {
        status = q_objects_stat(repository->objects, key, info, error);
    } while (look_again(repository, status, ++attempt));
    return status;
}
