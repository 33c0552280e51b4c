/** @file Files that a walk has found: see finds.h. */
#include "mpi/finds.h"

#include <stdlib.h>
#include <string.h>

quire_status q_finds_add(q_finds *finds, const char *path, const quire_seen *seen,
                         quire_error *error) {
    if (finds->count == finds->capacity) {
        size_t capacity = finds->capacity ? finds->capacity * 2 : 64;
        q_find *files = reallocarray(finds->files, capacity, sizeof *files);
        if (!files) {
            return q_error_memory(error);
        }
        finds->files = files;
        finds->capacity = capacity;
    }
    const q_find find = {*seen, finds->text.size + sizeof seen->size};
    quire_status status = q_buffer_append(&finds->text, &seen->size, sizeof seen->size, error);
    status = status ? status : q_buffer_append(&finds->text, path, strlen(path) + 1, error);
    if (status == QUIRE_OK) {
        finds->files[finds->count++] = find;
    } else {
        finds->text.size = find.at - sizeof seen->size;
    }
    return status;
}

const char *q_finds_path(const q_finds *finds, size_t i) {
    return finds->text.data + finds->files[i].at;
}

const char *q_finds_text(const q_finds *finds, size_t from, size_t to, size_t *size) {
    if (from == to) {
        *size = 0;
        return NULL;
    }
    const char *begin = q_finds_path(finds, from) - sizeof finds->files->seen.size;
    const char *end = to < finds->count ? q_finds_path(finds, to) - sizeof finds->files->seen.size
                                        : finds->text.data + finds->text.size;
    *size = (size_t)(end - begin);
    return begin;
}

const char *q_finds_next(const char *text, const char **path, uint64_t *bytes) {
    memcpy(bytes, text, sizeof *bytes);
    *path = text + sizeof *bytes;
    return *path + strlen(*path) + 1;
}

void q_finds_free(q_finds *finds) {
    q_buffer_free(&finds->text);
    free(finds->files);
    *finds = (q_finds){0};
}
