/**
 * @file
 * Objects in memory: an array sorted by key. A listing is taken before the first callback, and a
 * reader has a copy, so that both may go on while objects are removed. One lock is for all of it.
 */
#include "objects/memory/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct memory_object {
    char *key;
    q_buffer data;
    int64_t modified;
} memory_object;

typedef struct memory {
    q_objects base;
    pthread_mutex_t lock; /* of what follows */
    memory_object *items;
    size_t count, capacity;
    int64_t clock;
} memory;

typedef struct memory_writer {
    q_object_writer base;
    q_buffer data;
    bool ended;
} memory_writer;

typedef struct memory_reader {
    q_object_reader base;
    q_buffer data;
} memory_reader;

static void free_object(memory_object *object) {
    free(object->key);
    q_buffer_free(&object->data);
}

static void memory_free(q_objects *objects) {
    memory *this = (memory *)objects;
    for (size_t i = 0; i < this->count; i++) {
        free_object(&this->items[i]);
    }
    free(this->items);
    pthread_mutex_destroy(&this->lock);
    free(this);
}

/** Where `key` is, or would be. */
static size_t position(const memory *this, const char *key) {
    size_t low = 0, high = this->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(this->items[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** The object, or NULL with QUIRE_NOT_FOUND set. */
static memory_object *find(const memory *this, const char *key, quire_error *error) {
    size_t at = position(this, key);
    if (at < this->count && strcmp(this->items[at].key, key) == 0) {
        return &this->items[at];
    }
    q_error_set(error, QUIRE_NOT_FOUND, "there is no %s in memory", key);
    return NULL;
}

static quire_status insert(memory *this, const char *key, const void *data, size_t size,
                           quire_error *error) {
    memory_object object = {.modified = this->clock};
    quire_status status = q_strdup(key, &object.key, error);
    if (status == QUIRE_OK) {
        status = q_buffer_append(&object.data, data, size, error);
    }
    if (status == QUIRE_OK && this->count == this->capacity) {
        size_t capacity = this->capacity == 0 ? 16 : 2 * this->capacity;
        memory_object *items = realloc(this->items, capacity * sizeof *items);
        if (items == NULL) {
            status = q_error_memory(error);
        } else {
            this->items = items;
            this->capacity = capacity;
        }
    }
    if (status != QUIRE_OK) {
        free_object(&object);
        return status;
    }
    size_t at = position(this, key);
    memmove(this->items + at + 1, this->items + at, (this->count - at) * sizeof object);
    this->items[at] = object;
    this->count++;
    return QUIRE_OK;
}

static bool equals(const q_buffer *buffer, const void *data, size_t size) {
    return buffer->size == size && (size == 0 || memcmp(buffer->data, data, size) == 0);
}

static quire_status store(memory *this, const char *key, const void *data, size_t size,
                          quire_status otherwise, bool *created, quire_error *error) {
    quire_status status = QUIRE_OK;
    *created = false;
    pthread_mutex_lock(&this->lock);
    memory_object *object = find(this, key, NULL);
    if (object == NULL) {
        status = insert(this, key, data, size, error);
        *created = status == QUIRE_OK;
    } else if (!equals(&object->data, data, size)) {
        status = q_error_set(error, otherwise, "%s in memory is stored with other content", key);
    } else {
        object->modified = this->clock;
    }
    pthread_mutex_unlock(&this->lock);
    return status;
}

static quire_status memory_put(q_objects *objects, const char *key, q_object_kind kind,
                               const void *data, size_t size, bool *created, quire_error *error) {
    (void)kind;
    return store((memory *)objects, key, data, size, QUIRE_CONFLICT, created, error);
}

static quire_status memory_get(q_objects *objects, const char *key, uint64_t max_size,
                               q_buffer *out, quire_error *error) {
    memory *this = (memory *)objects;
    pthread_mutex_lock(&this->lock);
    const memory_object *object = find(this, key, error);
    quire_status status = object == NULL ? QUIRE_NOT_FOUND : QUIRE_OK;
    if (status == QUIRE_OK && object->data.size > max_size) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "%s in memory is larger than the %llu bytes it may have", key,
                             (unsigned long long)max_size);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append(out, object->data.data, object->data.size, error);
    }
    pthread_mutex_unlock(&this->lock);
    return status;
}

static quire_status memory_stat(q_objects *objects, const char *key, q_object_info *info,
                                quire_error *error) {
    memory *this = (memory *)objects;
    pthread_mutex_lock(&this->lock);
    const memory_object *object = find(this, key, error);
    if (object != NULL) {
        info->size = object->data.size;
        info->modified = object->modified;
    }
    pthread_mutex_unlock(&this->lock);
    return object == NULL ? QUIRE_NOT_FOUND : QUIRE_OK;
}

typedef struct shown {
    char *key;
    uint64_t size;
    int64_t modified;
} shown;

/** What a listing shows of one object: itself, or, not deep, the folder that it lies in. */
static quire_status show(const memory_object *object, size_t prefix, bool deep, shown *item,
                         quire_error *error) {
    const char *name = object->key + prefix;
    const char *slash = deep ? NULL : strchr(name, '/');
    if (slash != NULL) {
        return q_asprintf(&item->key, error, "%.*s", (int)(slash + 1 - name), name);
    }
    if (!deep) {
        return q_strdup(name, &item->key, error);
    }
    item->size = object->data.size;
    item->modified = object->modified;
    return q_strdup(object->key, &item->key, error);
}

/** What is there now; the list is freed by the caller, with the keys of what is listed. */
static quire_status take_listing(const memory *this, const char *prefix, bool deep, shown **list,
                                 size_t *listed, quire_error *error) {
    size_t length = strlen(prefix), count = 0;
    shown *items = calloc(this->count + 1, sizeof *items);
    quire_status status = items == NULL ? q_error_memory(error) : QUIRE_OK;
    for (size_t i = position(this, prefix); status == QUIRE_OK && i < this->count; i++) {
        if (strncmp(this->items[i].key, prefix, length) != 0) {
            break;
        }
        status = show(&this->items[i], length, deep, &items[count], error);
        if (status == QUIRE_OK && count > 0 &&
            strcmp(items[count].key, items[count - 1].key) == 0) {
            free(items[count].key); /* the folder of the object before */
            items[count] = (shown){0};
        } else if (status == QUIRE_OK) {
            count++;
        }
    }
    *list = items;
    *listed = count;
    return status;
}

static quire_status memory_list(q_objects *objects, const char *prefix, bool deep,
                                q_object_callback callback, void *context, quire_error *error) {
    memory *this = (memory *)objects;
    shown *items = NULL;
    size_t count = 0;
    pthread_mutex_lock(&this->lock);
    quire_status status = take_listing(this, prefix, deep, &items, &count, error);
    pthread_mutex_unlock(&this->lock);
    for (size_t i = 0; i < count; i++) {
        q_object_info info = {
            .key = items[i].key, .size = items[i].size, .modified = items[i].modified};
        if (status == QUIRE_OK) {
            status = callback(context, &info, error);
        }
        free(items[i].key);
    }
    free(items);
    return status;
}

static quire_status memory_refresh(q_objects *objects, const char *key, quire_error *error) {
    memory *this = (memory *)objects;
    pthread_mutex_lock(&this->lock);
    memory_object *object = find(this, key, error);
    if (object != NULL) {
        object->modified = this->clock;
    }
    pthread_mutex_unlock(&this->lock);
    return object == NULL ? QUIRE_NOT_FOUND : QUIRE_OK;
}

static quire_status memory_remove(q_objects *objects, const char *key, int64_t unless_since,
                                  bool *removed, quire_error *error) {
    memory *this = (memory *)objects;
    (void)error;
    pthread_mutex_lock(&this->lock);
    memory_object *object = find(this, key, NULL);
    bool goes = object != NULL && (unless_since == INT64_MAX || object->modified < unless_since);
    if (removed != NULL) {
        *removed = goes;
    }
    if (goes) {
        free_object(object);
        this->count--;
        memmove(object, object + 1, (size_t)(this->items + this->count - object) * sizeof *object);
    }
    pthread_mutex_unlock(&this->lock);
    return QUIRE_OK;
}

static quire_status memory_sync(q_objects *objects, quire_error *error) {
    (void)objects;
    (void)error;
    return QUIRE_OK;
}

static quire_status memory_now(q_objects *objects, int64_t *microseconds, quire_error *error) {
    (void)error;
    *microseconds = ((memory *)objects)->clock;
    return QUIRE_OK;
}

static quire_status memory_sweep(q_objects *objects, int64_t unless_since, quire_error *error) {
    (void)objects;
    (void)unless_since;
    (void)error;
    return QUIRE_OK;
}

static quire_status memory_local_path(q_objects *objects, const char *key, char **path,
                                      quire_error *error) {
    (void)objects;
    (void)key;
    (void)error;
    *path = NULL;
    return QUIRE_OK;
}

static quire_status memory_writer_open(q_objects *objects, q_object_writer **writer,
                                       quire_error *error) {
    memory_writer *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base.objects = objects;
    *writer = &this->base;
    return QUIRE_OK;
}

static quire_status memory_writer_write(q_object_writer *writer, const void *data, size_t size,
                                        quire_error *error) {
    memory_writer *this = (memory_writer *)writer;
    if (this->ended) {
        return q_error_set(error, QUIRE_USAGE, "the object in memory was published already");
    }
    return q_buffer_append(&this->data, data, size, error);
}

static quire_status memory_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                          quire_error *error) {
    memory_writer *this = (memory_writer *)writer;
    *created = false;
    if (this->ended) {
        return q_error_set(error, QUIRE_USAGE, "the object in memory was published already");
    }
    this->ended = true;
    return store((memory *)writer->objects, key, this->data.data, this->data.size, QUIRE_INTEGRITY,
                 created, error);
}

static void memory_writer_free(q_object_writer *writer) {
    q_buffer_free(&((memory_writer *)writer)->data);
    free(writer);
}

static quire_status memory_reader_open(q_objects *objects, const char *key, uint64_t *size,
                                       q_object_reader **reader, quire_error *error) {
    memory_reader *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base.objects = objects;
    quire_status status = memory_get(objects, key, UINT64_MAX, &this->data, error);
    if (status != QUIRE_OK) {
        q_buffer_free(&this->data);
        free(this);
        return status;
    }
    *size = this->data.size;
    *reader = &this->base;
    return QUIRE_OK;
}

static quire_status memory_reader_read(q_object_reader *reader, uint64_t offset, void *data,
                                       size_t size, size_t *got, quire_error *error) {
    const q_buffer *buffer = &((memory_reader *)reader)->data;
    size_t left = offset < buffer->size ? buffer->size - (size_t)offset : 0;
    (void)error;
    *got = size < left ? size : left;
    if (*got > 0) {
        memcpy(data, buffer->data + offset, *got);
    }
    return QUIRE_OK;
}

static void memory_reader_free(q_object_reader *reader) {
    q_buffer_free(&((memory_reader *)reader)->data);
    free(reader);
}

static const q_objects_ops ops = {
    .free = memory_free,
    .put = memory_put,
    .get = memory_get,
    .stat = memory_stat,
    .list = memory_list,
    .refresh = memory_refresh,
    .remove = memory_remove,
    .sync = memory_sync,
    .now = memory_now,
    .sweep = memory_sweep,
    .local_path = memory_local_path,
    .writer_open = memory_writer_open,
    .writer_write = memory_writer_write,
    .writer_publish = memory_writer_publish,
    .writer_free = memory_writer_free,
    .reader_open = memory_reader_open,
    .reader_read = memory_reader_read,
    .reader_free = memory_reader_free,
};

quire_status q_objects_memory_new(q_objects **objects, quire_error *error) {
    struct timespec now = {0};
    memory *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    pthread_mutex_init(&this->lock, NULL); /* with no attributes it cannot fail */
    this->base.ops = &ops;
    this->clock = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    *objects = &this->base;
    return QUIRE_OK;
}

void q_objects_memory_set_clock(q_objects *objects, int64_t microseconds) {
    ((memory *)objects)->clock = microseconds;
}
