/** @file See pause.h: the table of operations is exchanged for one that counts. */
#include "support/pause.h"

static struct {
    const q_objects_ops *inner;
    q_objects_ops table;
    uint64_t count, k;
    void (*happen)(void *);
    void *context;
    bool inside;
} state;

static const q_objects_ops *arrive(void) {
    if (!state.inside && ++state.count == state.k) {
        state.inside = true;
        state.happen(state.context);
        state.inside = false;
    }
    return state.inner;
}

static quire_status put(q_objects *o, const char *key, q_object_kind kind, const void *data,
                        size_t size, bool *created, quire_error *error) {
    return arrive()->put(o, key, kind, data, size, created, error);
}

static quire_status get(q_objects *o, const char *key, uint64_t max, q_buffer *out,
                        quire_error *error) {
    return arrive()->get(o, key, max, out, error);
}

static quire_status look(q_objects *o, const char *key, q_object_info *info, quire_error *error) {
    return arrive()->stat(o, key, info, error);
}

static quire_status list(q_objects *o, const char *prefix, bool deep, q_object_callback callback,
                         void *context, quire_error *error) {
    return arrive()->list(o, prefix, deep, callback, context, error);
}

static quire_status refresh(q_objects *o, const char *key, quire_error *error) {
    return arrive()->refresh(o, key, error);
}

static quire_status drop(q_objects *o, const char *key, int64_t since, bool *removed,
                         quire_error *error) {
    return arrive()->remove(o, key, since, removed, error);
}

static quire_status sync_all(q_objects *o, quire_error *error) {
    return arrive()->sync(o, error);
}

static quire_status now(q_objects *o, int64_t *microseconds, quire_error *error) {
    return arrive()->now(o, microseconds, error);
}

static quire_status writer_open(q_objects *o, q_object_writer **writer, quire_error *error) {
    return arrive()->writer_open(o, writer, error);
}

static quire_status writer_publish(q_object_writer *writer, const char *key, bool *created,
                                   quire_error *error) {
    return arrive()->writer_publish(writer, key, created, error);
}

static quire_status reader_open(q_objects *o, const char *key, uint64_t *size,
                                q_object_reader **reader, quire_error *error) {
    return arrive()->reader_open(o, key, size, reader, error);
}

void pause_set(q_objects *objects, uint64_t k, void (*happen)(void *context), void *context) {
    state.inner = objects->ops;
    state.table = *objects->ops;
    state.table.put = put;
    state.table.get = get;
    state.table.stat = look;
    state.table.list = list;
    state.table.refresh = refresh;
    state.table.remove = drop;
    state.table.sync = sync_all;
    state.table.now = now;
    state.table.writer_open = writer_open;
    state.table.writer_publish = writer_publish;
    state.table.reader_open = reader_open;
    state.count = 0;
    state.k = k;
    state.happen = happen;
    state.context = context;
    objects->ops = &state.table;
}

uint64_t pause_end(q_objects *objects) {
    objects->ops = state.inner;
    return state.count;
}
