/** @file Objects of manifests in memory, counted. */
#include "manifest/memory_io.h"

#include "base/unit.h"

static memory_object *find(memory_io *memory, const char *name) {
    for (size_t i = 0; i < memory->count; i++) {
        if (strcmp(memory->objects[i].name, name) == 0) {
            return &memory->objects[i];
        }
    }
    return NULL;
}

q_buffer *memory_io_find(memory_io *memory, const char *name) {
    memory_object *object = find(memory, name);
    assert_non_null(object);
    return &object->bytes;
}

static quire_status load(void *context, const char *name, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    memory_io *memory = context;
    memory_object *object = find(memory, name);
    char actual[Q_SHA256_HEX_SIZE];
    memory->loads++;
    if (!object) {
        return q_error_set(error, QUIRE_INTEGRITY, "object %s is missing", name);
    }
    if (object->bytes.size > max_size) {
        return q_error_set(error, QUIRE_INTEGRITY, "object %s is too large", name);
    }
    quire_status status = q_sha256_hex(object->bytes.data, object->bytes.size, actual, error);
    if (status == QUIRE_OK && !memory->trusting && strcmp(actual, name) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "object %s is damaged", name);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append(out, object->bytes.data, object->bytes.size, error);
    }
    return status;
}

static quire_status save(void *context, const char *name, const void *data, size_t size,
                         quire_error *error) {
    memory_io *memory = context;
    memory->saves++;
    if (memory->saves == memory->fail_save) {
        return q_error_set(error, QUIRE_ERROR, "object %s: no space", name);
    }
    if (find(memory, name)) {
        return QUIRE_OK;
    }
    memory->objects = reallocarray(memory->objects, memory->count + 1, sizeof *memory->objects);
    assert_non_null(memory->objects);
    memory_object *object = &memory->objects[memory->count++];
    memset(object, 0, sizeof *object);
    memcpy(object->name, name, sizeof object->name);
    return q_buffer_append(&object->bytes, data, size, error);
}

void memory_io_open(memory_io *memory) {
    memset(memory, 0, sizeof *memory);
    memory->io = (q_manifest_io){memory, load, save};
}

void memory_io_close(memory_io *memory) {
    for (size_t i = 0; i < memory->count; i++) {
        q_buffer_free(&memory->objects[i].bytes);
    }
    free(memory->objects);
    memset(memory, 0, sizeof *memory);
}
