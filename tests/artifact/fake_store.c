/** @file The store that writes down. */
#include "artifact/fake_store.h"

#include "base/digest.h"
#include "base/unit.h"

#define SHOWN_MAX 100

typedef struct fake_stage {
    q_stage base;
    char digests[64][Q_DIGEST_TEXT_SIZE]; /**< lent to entries */
    size_t count;
} fake_stage;

typedef struct fake_stream {
    q_stage_stream base;
    q_buffer data;
} fake_stream;

static quire_status fails(fake *f, const char *call, quire_error *error) {
    return f->fail && strcmp(f->fail, call) == 0
               ? q_error_set(error, QUIRE_ERROR, "no space for %s", call)
               : QUIRE_OK;
}

static void note(fake *f, const char *word, const char *path) {
    quire_error error = {0};
    EXPECT(QUIRE_OK,
           q_buffer_printf(&f->calls, &error, "%s%s%s\n", word, path ? " " : "", path ? path : ""));
}

static quire_status stage_open(quire_store *store, q_stage **stage, quire_error *error) {
    fake *f = (fake *)store;
    if (fails(f, "stage_open", error)) {
        return QUIRE_ERROR;
    }
    fake_stage *made = calloc(1, sizeof *made);
    assert_non_null(made);
    made->base.store = store;
    *stage = &made->base;
    f->stages++;
    return QUIRE_OK;
}

static void stage_free(q_stage *stage) {
    ((fake *)stage->store)->stages--;
    free(stage);
}

static quire_status stream_open(q_stage *stage, q_stage_stream **stream, quire_error *error) {
    fake *f = (fake *)stage->store;
    if (fails(f, "stream_open", error)) {
        return QUIRE_ERROR;
    }
    fake_stream *made = calloc(1, sizeof *made);
    assert_non_null(made);
    made->base.stage = stage;
    *stream = &made->base;
    f->streams++;
    return QUIRE_OK;
}

static quire_status stream_write(q_stage_stream *stream, const void *data, size_t size,
                                 quire_error *error) {
    if (fails((fake *)stream->stage->store, "stream_write", error)) {
        return QUIRE_ERROR;
    }
    return q_buffer_append(&((fake_stream *)stream)->data, data, size, error);
}

static void stream_discard(q_stage_stream *stream) {
    ((fake *)stream->stage->store)->streams--;
    q_buffer_free(&((fake_stream *)stream)->data);
    free(stream);
}

static quire_status stream_close(q_stage_stream *stream, q_entry *entry, quire_error *error) {
    fake_stage *stage = (fake_stage *)stream->stage;
    fake *f = (fake *)stage->base.store;
    quire_status status = fails(f, "stream_close", error);
    if (status == QUIRE_OK) {
        q_buffer *data = &((fake_stream *)stream)->data;
        assert_true(stage->count < 64);
        char *digest = stage->digests[stage->count++];
        status = q_sha256_hex(data->size ? data->data : "", data->size, digest, error);
        *entry = (q_entry){.digest = digest, .size = data->size};
        q_buffer_clear(&f->stream);
        status = status ? status : q_buffer_append(&f->stream, data->data, data->size, error);
    }
    stream_discard(stream);
    return status;
}

static const char *or_dash(const char *text) {
    return text ? text : "-";
}

static quire_status write_begin(quire_store *store, const q_write_spec *spec, q_writing **writing,
                                quire_error *error) {
    static const char *const modes[] = {"log", "upsert", "patch"};
    fake *f = (fake *)store;
    if (fails(f, "write_begin", error)) {
        return QUIRE_ERROR;
    }
    if (q_buffer_printf(&f->calls, error, "begin %s %s %s id=%s writer=%s base=%s job=%s\n",
                        modes[spec->mode], spec->name, spec->type, or_dash(spec->distributed_id),
                        or_dash(spec->writer), or_dash(spec->base), or_dash(spec->job))) {
        return QUIRE_ERROR;
    }
    *writing = calloc(1, sizeof **writing);
    assert_non_null(*writing);
    (*writing)->store = store;
    f->writings++;
    return QUIRE_OK;
}

typedef struct fake_load {
    q_load base;
    char data[Q_LOAD_FILES][SHOWN_MAX + 1];
    size_t sizes[Q_LOAD_FILES];
} fake_load;

static quire_status load_new(q_writing *writing, q_load **load, quire_error *error) {
    fake *f = (fake *)writing->store;
    if (fails(f, "load_new", error)) {
        return QUIRE_ERROR;
    }
    fake_load *made = calloc(1, sizeof *made);
    assert_non_null(made);
    made->base.writing = writing;
    *load = &made->base;
    f->loads++;
    return QUIRE_OK;
}

static void load_free(q_load *load) {
    if (load) {
        ((fake *)load->writing->store)->loads--;
        free(load);
    }
}

static quire_status load_expect(q_load *load, size_t index, const char *path, uint64_t size,
                                const char *digest, bool *known, quire_error *error) {
    (void)index;
    (void)path;
    (void)size;
    assert_null(digest);
    *known = false;
    return fails((fake *)load->writing->store, "load_expect", error);
}

static quire_status load_read(q_load *load, size_t index, q_source *source, quire_error *error) {
    fake_load *own = (fake_load *)load;
    size_t size = 0, got = 1;
    quire_status status = fails((fake *)load->writing->store, "load_read", error);
    while (status == QUIRE_OK && got > 0 && size < SHOWN_MAX) {
        status = q_source_read(source, own->data[index] + size, SHOWN_MAX - size, &got, error);
        size += got;
    }
    own->sizes[index] = size;
    return status;
}

static quire_status load_put(q_load *load, size_t index, const char *path, quire_status status,
                             char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    fake *f = (fake *)load->writing->store;
    const fake_load *own = (fake_load *)load;
    status = status ? status : fails(f, "load_put", error);
    if (status == QUIRE_OK) {
        int size = (int)own->sizes[index];
        status = q_buffer_printf(&f->calls, error, "file %s %.*s\n", path, size, own->data[index]);
        status = status ? status : q_sha256_hex(own->data[index], (size_t)size, digest, error);
    }
    return status;
}

static quire_status write_renew(q_writing *writing, quire_error *error) {
    fake *f = (fake *)writing->store;
    f->renewals++;
    return fails(f, "write_renew", error);
}

static quire_status write_entry(q_writing *writing, const q_entry *entry, quire_error *error) {
    fake *f = (fake *)writing->store;
    quire_status status = fails(f, "write_entry", error);
    if (status == QUIRE_OK) {
        status = q_buffer_printf(&f->calls, error, "entry %s %s %lld ref=%s extra=%s\n",
                                 entry->path, entry->digest, (long long)entry->size,
                                 or_dash(entry->ref), or_dash(entry->extra));
    }
    return status;
}

static quire_status write_remove(q_writing *writing, const char *path, quire_error *error) {
    (void)error;
    note((fake *)writing->store, "remove", path);
    return QUIRE_OK;
}

static quire_status write_commit(q_writing *writing, quire_version_id *version,
                                 quire_receipt *receipt, quire_error *error) {
    fake *f = (fake *)writing->store;
    quire_status status = fails(f, "write_commit", error);
    if (status == QUIRE_OK) {
        note(f, "commit", NULL);
        *version = (quire_version_id){.number = 7, .created = 1};
        receipt->entries = 3;
    }
    return status;
}

static void write_free(q_writing *writing) {
    fake *f = (fake *)writing->store;
    f->writings--;
    note(f, "free", NULL);
    free(writing);
}

static quire_status finish(quire_store *store, const q_finish_spec *spec, quire_version_id *version,
                           quire_error *error) {
    fake *f = (fake *)store;
    version->number = 9;
    return q_buffer_printf(&f->calls, error, "finish %s %s id=%s expect=%lld own=%s job=%s\n",
                           spec->name, spec->type, spec->distributed_id, (long long)spec->expect,
                           or_dash(spec->own_writer), or_dash(spec->job));
}

const char *quire_store_url(const quire_store *store) {
    return store->url;
}

void fake_begin(fake *f) {
    static const q_store_ops ops = {.stage_open = stage_open,
                                    .stage_free = stage_free,
                                    .stream_open = stream_open,
                                    .stream_write = stream_write,
                                    .stream_close = stream_close,
                                    .stream_discard = stream_discard,
                                    .write_begin = write_begin,
                                    .load_new = load_new,
                                    .load_free = load_free,
                                    .load_expect = load_expect,
                                    .load_read = load_read,
                                    .load_put = load_put,
                                    .write_renew = write_renew,
                                    .write_entry = write_entry,
                                    .write_remove = write_remove,
                                    .write_commit = write_commit,
                                    .write_free = write_free,
                                    .finish = finish};
    static char url[] = "fake:";
    *f = (fake){.store = {.ops = &ops, .url = url}};
}

void fake_end(fake *f) {
    assert_int_equal(f->stages, 0);
    assert_int_equal(f->streams, 0);
    assert_int_equal(f->writings, 0);
    assert_int_equal(f->loads, 0);
    q_buffer_free(&f->calls);
    q_buffer_free(&f->stream);
}

const char *fake_calls(fake *f) {
    static char shown[8192];
    snprintf(shown, sizeof shown, "%s", f->calls.size ? f->calls.data : "");
    q_buffer_clear(&f->calls);
    return shown;
}
