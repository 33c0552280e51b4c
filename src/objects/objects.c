/**
 * @file
 * What all implementations of objects share: keys are checked here, so that none of them ever sees
 * a key that could leave its root, and optional results are always there for them to fill.
 */
#include "objects/objects.h"

#include <inttypes.h>
#include <string.h>

#define KEY_MAX 1024
#define COMPONENT_MAX 255

static bool is_key_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '%';
}

/** NULL when fine, else what is wrong. */
static const char *key_fault(const char *key) {
    size_t size = key == NULL ? 0 : strnlen(key, KEY_MAX + 1);
    if (size == 0) {
        return "is empty";
    }
    if (size > KEY_MAX) {
        return "is longer than 1,024 bytes";
    }
    if (strncmp(key, "tmp/", 4) == 0 || strncmp(key, "trash/", 6) == 0) {
        return "begins with a reserved folder";
    }
    size_t component = 0;
    for (size_t i = 0; i <= size; i++) {
        if (key[i] == '/' || key[i] == '\0') {
            if (component == 0) {
                return "has an empty component";
            }
            if (component > COMPONENT_MAX) {
                return "has a component longer than 255 bytes";
            }
            component = 0;
        } else if (!is_key_char(key[i])) {
            return "has a character that keys do not have";
        } else if (component++ == 0 && key[i] == '.') {
            return "has a component that begins with a dot";
        }
    }
    return strcmp(key, "tmp") == 0 || strcmp(key, "trash") == 0 ? "is a reserved name" : NULL;
}

bool q_objects_is_component(const char *name) {
    return strchr(name, '/') == NULL && key_fault(name) == NULL;
}

quire_status q_objects_check_key(const char *key, quire_error *error) {
    const char *fault = key_fault(key);
    if (fault == NULL) {
        return QUIRE_OK;
    }
    return q_error_set(error, QUIRE_USAGE, "object key '%.200s' %s", key == NULL ? "" : key, fault);
}

/** A prefix is empty, or a key and a slash. */
static quire_status check_prefix(const char *prefix, quire_error *error) {
    size_t size = prefix == NULL ? 0 : strnlen(prefix, KEY_MAX + 1);
    char key[KEY_MAX + 1];
    if (size == 0 && prefix != NULL) {
        return QUIRE_OK;
    }
    if (size == 0 || size > KEY_MAX || prefix[size - 1] != '/') {
        return q_error_set(error, QUIRE_USAGE, "object prefix '%.200s' is not a folder",
                           prefix == NULL ? "" : prefix);
    }
    memcpy(key, prefix, size - 1);
    key[size - 1] = '\0';
    return q_objects_check_key(key, error);
}

void q_objects_free(q_objects *objects) {
    if (objects != NULL) {
        objects->ops->free(objects);
    }
}

quire_status q_objects_put(q_objects *objects, const char *key, q_object_kind kind,
                           const void *data, size_t size, bool *created, quire_error *error) {
    bool ignored = false;
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->put(objects, key, kind, data, size,
                                   created == NULL ? &ignored : created, error);
    }
    return status;
}

quire_status q_objects_get(q_objects *objects, const char *key, uint64_t max_size, q_buffer *out,
                           quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->get(objects, key, max_size, out, error);
    }
    return status;
}

quire_status q_objects_stat(q_objects *objects, const char *key, q_object_info *info,
                            quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->stat(objects, key, info, error);
    }
    if (status == QUIRE_OK) {
        info->key = key;
    }
    return status;
}

quire_status q_objects_list(q_objects *objects, const char *prefix, bool deep,
                            q_object_callback callback, void *context, quire_error *error) {
    quire_status status = check_prefix(prefix, error);
    if (status == QUIRE_OK) {
        status = objects->ops->list(objects, prefix, deep, callback, context, error);
    }
    return status;
}

quire_status q_objects_refresh(q_objects *objects, const char *key, quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->refresh(objects, key, error);
    }
    return status;
}

quire_status q_objects_remove(q_objects *objects, const char *key, int64_t unless_since,
                              bool *removed, quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->remove(objects, key, unless_since, removed, error);
    }
    return status;
}

quire_status q_objects_settle(q_objects *objects, const char *key, quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK && objects->ops->settle != NULL) {
        status = objects->ops->settle(objects, key, error);
    }
    return status;
}

quire_status q_objects_sync(q_objects *objects, quire_error *error) {
    return objects->ops->sync(objects, error);
}

quire_status q_objects_sync_host(q_objects *objects, quire_error *error) {
    const q_objects_ops *ops = objects->ops;
    return ops->sync_host != NULL ? ops->sync_host(objects, error) : ops->sync(objects, error);
}

quire_status q_objects_now(q_objects *objects, int64_t *microseconds, quire_error *error) {
    return objects->ops->now(objects, microseconds, error);
}

quire_status q_objects_sweep(q_objects *objects, int64_t unless_since, quire_error *error) {
    return objects->ops->sweep(objects, unless_since, error);
}

quire_status q_objects_local_path(q_objects *objects, const char *key, char **path,
                                  quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->local_path(objects, key, path, error);
    }
    return status;
}

quire_status q_object_writer_open(q_objects *objects, q_object_writer **writer,
                                  quire_error *error) {
    return objects->ops->writer_open(objects, writer, error);
}

quire_status q_object_writer_write(q_object_writer *writer, const void *data, size_t size,
                                   quire_error *error) {
    return writer->objects->ops->writer_write(writer, data, size, error);
}

quire_status q_object_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                     quire_error *error) {
    bool ignored = false;
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = writer->objects->ops->writer_publish(writer, key,
                                                      created == NULL ? &ignored : created, error);
    }
    return status;
}

void q_object_writer_free(q_object_writer *writer) {
    if (writer != NULL) {
        writer->objects->ops->writer_free(writer);
    }
}

static quire_status open_and_write(q_objects *objects, const void *data, size_t size,
                                   q_object_writer **writer, quire_error *error) {
    q_object_writer *opened = NULL;
    quire_status status = objects->ops->writer_open(objects, &opened, error);
    if (status == QUIRE_OK) {
        status = objects->ops->writer_write(opened, data, size, error);
    }
    if (status != QUIRE_OK) {
        q_object_writer_free(opened);
        return status;
    }
    *writer = opened;
    return QUIRE_OK;
}

quire_status q_object_writer_open_whole(q_objects *objects, const char *key, const void *data,
                                        size_t size, q_object_writer **writer, quire_error *error) {
    *writer = NULL;
    quire_status status = q_objects_check_key(key, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return objects->ops->whole_open != NULL
               ? objects->ops->whole_open(objects, key, data, size, writer, error)
               : open_and_write(objects, data, size, writer, error);
}

quire_status q_object_writer_open_link(q_objects *objects, q_source *source,
                                       q_object_writer **writer, quire_error *error) {
    *writer = NULL;
    return objects->ops->link_open != NULL && source->fd >= 0
               ? objects->ops->link_open(objects, source, writer, error)
               : QUIRE_OK;
}

bool q_objects_can_share(const q_objects *objects, uint64_t size) {
    return objects->ops->shared_open != NULL && size <= objects->ops->shared_max;
}

static quire_status check_share(const q_objects *objects, uint64_t size, quire_error *error) {
    return q_objects_can_share(objects, size)
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE,
                             "this store has no objects of %" PRIu64 " bytes that many write",
                             size);
}

quire_status q_object_writer_open_shared(q_objects *objects, uint64_t size,
                                         q_object_writer **writer, char token[Q_OBJECT_TOKEN_SIZE],
                                         quire_error *error) {
    quire_status status = check_share(objects, size, error);
    return status == QUIRE_OK ? objects->ops->shared_open(objects, size, writer, token, error)
                              : status;
}

quire_status q_object_part_open(q_objects *objects, const char *token, uint64_t size,
                                uint64_t offset, q_object_part **part, quire_error *error) {
    quire_status status = check_share(objects, size, error);
    /* It may be from a message: not even its end is sure. */
    if (status == QUIRE_OK && (strnlen(token, Q_OBJECT_TOKEN_SIZE) == Q_OBJECT_TOKEN_SIZE ||
                               !q_objects_is_component(token))) {
        status = q_error_set(error, QUIRE_USAGE, "this names no shared object: %.*s",
                             Q_OBJECT_TOKEN_SIZE, token);
    }
    if (status == QUIRE_OK && offset > size) {
        status =
            q_error_set(error, QUIRE_USAGE, "a part of object %s begins behind its end", token);
    }
    return status == QUIRE_OK ? objects->ops->part_open(objects, token, size, offset, part, error)
                              : status;
}

quire_status q_object_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                               quire_error *error) {
    quire_status status = check_share(writer->objects, 0, error);
    return status == QUIRE_OK ? writer->objects->ops->part_own(writer, offset, part, error)
                              : status;
}

quire_status q_object_part_write(q_object_part *part, const void *data, size_t size,
                                 quire_error *error) {
    if (size > part->size - part->position) {
        return q_error_set(error, QUIRE_USAGE, "a part of an object goes beyond its end");
    }
    quire_status status = part->objects->ops->part_write(part, data, size, error);
    part->position += status == QUIRE_OK ? size : 0;
    return status;
}

quire_status q_object_part_close(q_object_part *part, quire_error *error) {
    return part->objects->ops->part_close(part, error);
}

void q_object_part_free(q_object_part *part) {
    if (part != NULL) {
        part->objects->ops->part_free(part);
    }
}

quire_status q_object_reader_open(q_objects *objects, const char *key, uint64_t *size,
                                  q_object_reader **reader, quire_error *error) {
    quire_status status = q_objects_check_key(key, error);
    if (status == QUIRE_OK) {
        status = objects->ops->reader_open(objects, key, size, reader, error);
    }
    return status;
}

quire_status q_object_reader_read(q_object_reader *reader, uint64_t offset, void *data, size_t size,
                                  size_t *got, quire_error *error) {
    return reader->objects->ops->reader_read(reader, offset, data, size, got, error);
}

void q_object_reader_free(q_object_reader *reader) {
    if (reader != NULL) {
        reader->objects->ops->reader_free(reader);
    }
}
