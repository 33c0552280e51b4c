/**
 * @file
 * A wrapper that passes every operation on, except those it was told to fail. Several threads may
 * use it.
 */
#include "support/faults.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct faults {
    q_objects base;
    q_objects *inner;
    atomic_ullong count;
    uint64_t k;
    fault_mode mode;
    quire_status status;
    bool for_good;
    atomic_bool hit;
} faults;

typedef struct faults_writer {
    q_object_writer base;
    q_object_writer *inner;
} faults_writer;

typedef struct faults_reader {
    q_object_reader base;
    q_object_reader *inner;
} faults_reader;

typedef struct faults_part {
    q_object_part base;
    q_object_part *inner;
} faults_part;

/** An operation, and what is to happen to it. */
typedef struct arrival {
    fault_mode mode;
    unsigned long long number;
} arrival;

static arrival arrive(faults *this) {
    arrival it = {FAULT_NONE, atomic_fetch_add(&this->count, 1) + 1};
    if (this->mode != FAULT_NONE && this->k != 0 && it.number >= this->k &&
        (it.number == this->k || this->for_good)) {
        this->hit = true;
        it.mode = this->mode;
    }
    return it;
}

static quire_status fail(const faults *this, arrival it, const char *what, quire_error *error) {
    return q_error_set(error, this->status, "injected fault at operation %llu, %s", it.number,
                       what);
}

/* The whole body of an operation that leaves nothing behind in the wrapper. */
#define GUARD(objects, what, call)                                                                 \
    do {                                                                                           \
        faults *this = (faults *)(objects);                                                        \
        arrival it = arrive(this);                                                                 \
        if (it.mode == FAULT_BEFORE) {                                                             \
            return fail(this, it, what, error);                                                    \
        }                                                                                          \
        quire_status status = (call);                                                              \
        return it.mode == FAULT_AFTER ? fail(this, it, what, error) : status;                      \
    } while (0)

#define INNER(objects) (((faults *)(objects))->inner)

static void faults_free(q_objects *objects) {
    q_objects_free(INNER(objects));
    free(objects);
}

static quire_status faults_put(q_objects *objects, const char *key, q_object_kind kind,
                               const void *data, size_t size, bool *created, quire_error *error) {
    GUARD(objects, "put", q_objects_put(INNER(objects), key, kind, data, size, created, error));
}

static quire_status faults_get(q_objects *objects, const char *key, uint64_t max_size,
                               q_buffer *out, quire_error *error) {
    GUARD(objects, "get", q_objects_get(INNER(objects), key, max_size, out, error));
}

static quire_status faults_stat(q_objects *objects, const char *key, q_object_info *info,
                                quire_error *error) {
    GUARD(objects, "stat", q_objects_stat(INNER(objects), key, info, error));
}

static quire_status faults_list(q_objects *objects, const char *prefix, bool deep,
                                q_object_callback callback, void *context, quire_error *error) {
    GUARD(objects, "list", q_objects_list(INNER(objects), prefix, deep, callback, context, error));
}

static quire_status faults_refresh(q_objects *objects, const char *key, quire_error *error) {
    GUARD(objects, "refresh", q_objects_refresh(INNER(objects), key, error));
}

static quire_status faults_remove(q_objects *objects, const char *key, int64_t unless_since,
                                  bool *removed, quire_error *error) {
    GUARD(objects, "remove", q_objects_remove(INNER(objects), key, unless_since, removed, error));
}

static quire_status faults_sync(q_objects *objects, quire_error *error) {
    GUARD(objects, "sync", q_objects_sync(INNER(objects), error));
}

static quire_status faults_sync_host(q_objects *objects, quire_error *error) {
    GUARD(objects, "sync", q_objects_sync_host(INNER(objects), error));
}

static quire_status faults_now(q_objects *objects, int64_t *microseconds, quire_error *error) {
    GUARD(objects, "now", q_objects_now(INNER(objects), microseconds, error));
}

static quire_status faults_sweep(q_objects *objects, int64_t unless_since, quire_error *error) {
    GUARD(objects, "sweep", q_objects_sweep(INNER(objects), unless_since, error));
}

static quire_status faults_local_path(q_objects *objects, const char *key, char **path,
                                      quire_error *error) {
    faults *this = (faults *)objects;
    arrival it = arrive(this);
    if (it.mode != FAULT_NONE) {
        return fail(this, it, "local_path", error); /* nothing to be done that could be seen */
    }
    return q_objects_local_path(this->inner, key, path, error);
}

/** A writer that is being opened, one way or another. */
typedef struct opening {
    arrival arrived;
    const char *what;
    faults_writer *wrapper;
} opening;

static quire_status begin_opening(q_objects *objects, const char *what, opening *it,
                                  quire_error *error) {
    faults *this = (faults *)objects;
    *it = (opening){.arrived = arrive(this), .what = what};
    if (it->arrived.mode == FAULT_BEFORE) {
        return fail(this, it->arrived, what, error);
    }
    it->wrapper = calloc(1, sizeof *it->wrapper);
    if (it->wrapper == NULL) {
        return q_error_memory(error);
    }
    it->wrapper->base.objects = objects;
    return QUIRE_OK;
}

/** Without an inner writer there is none, which is no failure where the operation says so. */
static quire_status end_opening(opening *it, quire_status status, q_object_writer **writer,
                                quire_error *error) {
    faults *this = (faults *)it->wrapper->base.objects;
    if (status == QUIRE_OK && it->arrived.mode == FAULT_AFTER) {
        q_object_writer_free(it->wrapper->inner);
        status = fail(this, it->arrived, it->what, error);
    }
    if (status != QUIRE_OK || it->wrapper->inner == NULL) {
        free(it->wrapper);
        return status;
    }
    *writer = &it->wrapper->base;
    return QUIRE_OK;
}

static quire_status faults_writer_open(q_objects *objects, q_object_writer **writer,
                                       quire_error *error) {
    opening it;
    quire_status status = begin_opening(objects, "writer_open", &it, error);
    if (status == QUIRE_OK) {
        status = q_object_writer_open(INNER(objects), &it.wrapper->inner, error);
        status = end_opening(&it, status, writer, error);
    }
    return status;
}

static quire_status faults_whole_open(q_objects *objects, const char *key, const void *data,
                                      size_t size, q_object_writer **writer, quire_error *error) {
    opening it;
    quire_status status = begin_opening(objects, "whole_open", &it, error);
    if (status == QUIRE_OK) {
        status =
            q_object_writer_open_whole(INNER(objects), key, data, size, &it.wrapper->inner, error);
        status = end_opening(&it, status, writer, error);
    }
    return status;
}

static quire_status faults_writer_write(q_object_writer *writer, const void *data, size_t size,
                                        quire_error *error) {
    GUARD(writer->objects, "writer_write",
          q_object_writer_write(((faults_writer *)writer)->inner, data, size, error));
}

static quire_status faults_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                          quire_error *error) {
    GUARD(writer->objects, "writer_publish",
          q_object_writer_publish(((faults_writer *)writer)->inner, key, created, error));
}

static void faults_writer_free(q_object_writer *writer) {
    q_object_writer_free(((faults_writer *)writer)->inner);
    free(writer);
}

static quire_status faults_shared_open(q_objects *objects, uint64_t size, q_object_writer **writer,
                                       char token[Q_OBJECT_TOKEN_SIZE], quire_error *error) {
    opening it;
    quire_status status = begin_opening(objects, "shared_open", &it, error);
    if (status == QUIRE_OK) {
        status =
            q_object_writer_open_shared(INNER(objects), size, &it.wrapper->inner, token, error);
        status = end_opening(&it, status, writer, error);
    }
    return status;
}

static quire_status faults_link_open(q_objects *objects, q_source *source, q_object_writer **writer,
                                     quire_error *error) {
    opening it;
    quire_status status = begin_opening(objects, "link_open", &it, error);
    if (status == QUIRE_OK) {
        status = q_object_writer_open_link(INNER(objects), source, &it.wrapper->inner, error);
        status = end_opening(&it, status, writer, error);
    }
    return status;
}

static quire_status faults_part_open(q_objects *objects, const char *token, uint64_t size,
                                     uint64_t offset, q_object_part **part, quire_error *error) {
    faults *this = (faults *)objects;
    arrival it = arrive(this);
    if (it.mode != FAULT_NONE) {
        return fail(this, it, "part_open", error); /* it leaves no trace: before is after */
    }
    faults_part *wrapper = calloc(1, sizeof *wrapper);
    if (wrapper == NULL) {
        return q_error_memory(error);
    }
    wrapper->base = (q_object_part){.objects = objects, .position = offset, .size = size};
    quire_status status =
        q_object_part_open(this->inner, token, size, offset, &wrapper->inner, error);
    if (status != QUIRE_OK) {
        free(wrapper);
        return status;
    }
    *part = &wrapper->base;
    return QUIRE_OK;
}

static quire_status faults_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                                    quire_error *error) {
    faults *this = (faults *)writer->objects;
    arrival it = arrive(this);
    if (it.mode != FAULT_NONE) {
        return fail(this, it, "part_own", error); /* it leaves no trace: before is after */
    }
    faults_part *wrapper = calloc(1, sizeof *wrapper);
    if (wrapper == NULL) {
        return q_error_memory(error);
    }
    quire_status status =
        q_object_part_own(((faults_writer *)writer)->inner, offset, &wrapper->inner, error);
    if (status != QUIRE_OK) {
        free(wrapper);
        return status;
    }
    wrapper->base =
        (q_object_part){.objects = &this->base, .position = offset, .size = wrapper->inner->size};
    *part = &wrapper->base;
    return QUIRE_OK;
}

static quire_status faults_part_write(q_object_part *part, const void *data, size_t size,
                                      quire_error *error) {
    GUARD(part->objects, "part_write",
          q_object_part_write(((faults_part *)part)->inner, data, size, error));
}

static quire_status faults_part_close(q_object_part *part, quire_error *error) {
    GUARD(part->objects, "part_close", q_object_part_close(((faults_part *)part)->inner, error));
}

static void faults_part_free(q_object_part *part) {
    q_object_part_free(((faults_part *)part)->inner);
    free(part);
}

static quire_status faults_reader_open(q_objects *objects, const char *key, uint64_t *size,
                                       q_object_reader **reader, quire_error *error) {
    faults *this = (faults *)objects;
    arrival it = arrive(this);
    if (it.mode != FAULT_NONE) {
        return fail(this, it, "reader_open", error); /* it leaves no trace: before is after */
    }
    faults_reader *wrapper = calloc(1, sizeof *wrapper);
    if (wrapper == NULL) {
        return q_error_memory(error);
    }
    wrapper->base.objects = objects;
    quire_status status = q_object_reader_open(this->inner, key, size, &wrapper->inner, error);
    if (status != QUIRE_OK) {
        free(wrapper);
        return status;
    }
    *reader = &wrapper->base;
    return QUIRE_OK;
}

static quire_status faults_reader_read(q_object_reader *reader, uint64_t offset, void *data,
                                       size_t size, size_t *got, quire_error *error) {
    GUARD(reader->objects, "reader_read",
          q_object_reader_read(((faults_reader *)reader)->inner, offset, data, size, got, error));
}

static void faults_reader_free(q_object_reader *reader) {
    q_object_reader_free(((faults_reader *)reader)->inner);
    free(reader);
}

#define OPERATIONS                                                                                 \
    .free = faults_free, .put = faults_put, .get = faults_get, .stat = faults_stat,                \
    .list = faults_list, .refresh = faults_refresh, .remove = faults_remove, .sync = faults_sync,  \
    .sync_host = faults_sync_host, .now = faults_now, .sweep = faults_sweep,                       \
    .local_path = faults_local_path, .writer_open = faults_writer_open,                            \
    .whole_open = faults_whole_open, .writer_write = faults_writer_write,                          \
    .writer_publish = faults_writer_publish, .writer_free = faults_writer_free,                    \
    .reader_open = faults_reader_open, .reader_read = faults_reader_read,                          \
    .reader_free = faults_reader_free

static const q_objects_ops ops = {OPERATIONS};
static const q_objects_ops sharing_ops = {OPERATIONS,
                                          .link_open = faults_link_open,
                                          .shared_max = INT64_MAX,
                                          .shared_open = faults_shared_open,
                                          .part_open = faults_part_open,
                                          .part_own = faults_part_own,
                                          .part_write = faults_part_write,
                                          .part_close = faults_part_close,
                                          .part_free = faults_part_free};

quire_status faults_new(q_objects *inner, q_objects **objects, quire_error *error) {
    faults *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base.ops = q_objects_can_share(inner, 0) ? &sharing_ops : &ops;
    this->inner = inner;
    *objects = &this->base;
    return QUIRE_OK;
}

void faults_set(q_objects *objects, uint64_t k, fault_mode mode, quire_status status,
                bool for_good) {
    faults *this = (faults *)objects;
    this->count = 0;
    this->k = k;
    this->mode = mode;
    this->status = status;
    this->for_good = for_good;
    this->hit = false;
}

uint64_t faults_count(const q_objects *objects) {
    return ((const faults *)objects)->count;
}

bool faults_hit(const q_objects *objects) {
    return ((const faults *)objects)->hit;
}
