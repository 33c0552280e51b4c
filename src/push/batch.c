/** @file Batches: see batch.h. */
#include "push/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES ((uint64_t)512 << 10) /* a file of more has a batch of its own */

static void forget_files(q_push_batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->files[i].local);
    }
    batch->count = batch->file_count = 0;
    batch->bytes = 0;
    batch->status = QUIRE_OK;
    q_buffer_clear(&batch->memory);
}

void q_push_batch_free(q_push_batch *batch, const quire_push *push) {
    forget_files(batch);
    for (size_t i = 0; i < Q_LOAD_FILES; i++) {
        q_entry_box_free(&batch->boxes[i]);
    }
    q_buffer_free(&batch->memory);
    if (batch->load) {
        push->target->ops->load_free(batch->load);
    }
    memset(batch, 0, sizeof *batch);
}

/* --- composing --- */

quire_status q_push_batch_begin(q_push_batch *batch, const quire_push *push, q_writing *writing,
                                quire_error *error) {
    forget_files(batch);
    return batch->load ? QUIRE_OK : push->target->ops->load_new(writing, &batch->load, error);
}

bool q_push_batch_has_room(const q_push_batch *batch, const q_entry *entry) {
    return batch->count == 0 ||
           (batch->count < Q_LOAD_FILES && (entry->ref || batch->bytes + entry->size <= BYTES));
}

static quire_status expect(q_push_batch *batch, const quire_push *push, q_push_file *file,
                           const q_entry *entry, quire_error *error) {
    file->index = batch->file_count;
    quire_status status = push->target->ops->load_expect(
        batch->load, file->index, entry->path, entry->size,
        push->is_comparable ? entry->digest : NULL, &file->is_known, error);
    batch->file_count += status == QUIRE_OK;
    return status;
}

/* Of a target that reads again what has a path, the path is looked for at once. */
static quire_status plan(q_push_batch *batch, const quire_push *push, q_push_file *file,
                         const q_entry *entry, quire_error *error) {
    const q_store_ops *source = push->source->store->ops;
    bool reads_once = push->target->ops->reads_once;
    bool may_have_path = entry->size > (reads_once ? Q_PUSH_HELD : 0);
    quire_status status = reads_once ? expect(batch, push, file, entry, error) : QUIRE_OK;
    if (status == QUIRE_OK && !file->is_known && may_have_path) {
        status = source->version_local_path(push->source, entry, &file->local, error);
    }
    if (status == QUIRE_OK && !reads_once) {
        file->is_stream = !file->local;
        status = file->local ? expect(batch, push, file, entry, error) : QUIRE_OK;
    }
    batch->bytes += status ? 0 : entry->size;
    return status;
}

quire_status q_push_batch_add(q_push_batch *batch, const quire_push *push, const q_entry *entry,
                              quire_error *error) {
    q_push_file *file = &batch->files[batch->count];
    *file = (q_push_file){.is_file = !entry->ref};
    quire_status status = q_entry_copy(&batch->boxes[batch->count], entry, error);
    if (status == QUIRE_OK && file->is_file) {
        status = plan(batch, push, file, entry, error);
    }
    if (status != QUIRE_OK) {
        free(file->local);
        file->local = NULL;
    }
    batch->count += status == QUIRE_OK;
    return status;
}

/* --- reading --- */

typedef struct telling {
    const q_push_fetching *fetching;
    q_push_file *file;
    bool is_silent;
} telling;

/** A file may be read twice: what was told is not told again. */
static quire_status tell_position(void *context, uint64_t position, quire_error *error) {
    const telling *self = context;
    q_push_file *file = self->file;
    uint64_t more = self->is_silent || position <= file->told ? 0 : position - file->told;
    file->told += more;
    return self->fetching->told(self->fetching->context, more, error);
}

static quire_status read_file(q_push_batch *batch, size_t number, const q_push_fetching *fetching,
                              size_t lane, quire_error *error) {
    q_push_file *file = &batch->files[number];
    const q_entry *entry = &batch->boxes[number].entry;
    q_push_fetched fetched;
    telling told = {.fetching = fetching, .file = file};
    quire_status status =
        q_push_fetch(fetching, lane, entry, file->local, &fetched, &told.is_silent, error);
    if (status == QUIRE_OK) {
        file->told = told.is_silent ? entry->size : 0;
        fetched.source.told = tell_position;
        fetched.source.told_context = &told;
        fetched.source.crew = fetching->crew;
        fetched.source.lane = lane;
        status = fetching->push->target->ops->load_read(batch->load, file->index, &fetched.source,
                                                        error);
    }
    q_push_fetched_close(&fetched);
    return status;
}

/** A small one is held until it can be written; for a large one that would be too much. */
static quire_status hold_stream(q_push_batch *batch, size_t number, const q_push_fetching *fetching,
                                size_t lane, quire_error *error) {
    q_push_file *file = &batch->files[number];
    const q_entry *entry = &batch->boxes[number].entry;
    q_push_fetched fetched;
    bool told = false;
    if (entry->size > Q_PUSH_HELD) {
        return QUIRE_OK;
    }
    quire_status status = q_push_fetch(fetching, lane, entry, NULL, &fetched, &told, error);
    file->at = batch->memory.size;
    if (status == QUIRE_OK && entry->size > 0) {
        status = q_buffer_append(&batch->memory, fetched.source.data, (size_t)entry->size, error);
    }
    q_push_fetched_close(&fetched);
    return status;
}

void q_push_batch_read(q_push_batch *batch, const q_push_fetching *fetching, size_t lane) {
    for (size_t i = 0; i < batch->count && batch->status == QUIRE_OK; i++) {
        if (batch->files[i].is_file && !batch->files[i].is_known) {
            q_error_clear(&batch->error);
            batch->status = batch->files[i].is_stream
                                ? hold_stream(batch, i, fetching, lane, &batch->error)
                                : read_file(batch, i, fetching, lane, &batch->error);
            batch->failed = i;
        }
    }
}

/* --- writing --- */

/* The bytes are those that the source means, or nothing is committed. */
static quire_status compare(const quire_push *push, const q_entry *entry, const char *digest,
                            quire_error *error) {
    return !push->is_comparable || strcmp(digest, entry->digest) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY,
                             "'%s' is damaged in %s: it has the digest %s instead of %s",
                             entry->path, quire_store_url(push->source->store), digest,
                             entry->digest);
}

/** Stream a file into the target. @param digest receives what it has there */
static quire_status write_stream(q_push_batch *batch, size_t number, const q_push_writing *to,
                                 char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    const q_store_ops *ops = to->push->target->ops;
    const q_push_file *file = &batch->files[number];
    const q_entry *entry = &batch->boxes[number].entry;
    q_stage_stream *stream = NULL;
    q_entry written = {0};
    quire_status status = ops->stream_open(to->stage, &stream, error);
    if (status == QUIRE_OK && entry->size > Q_PUSH_HELD) {
        status = q_push_pour(to->fetching, entry, stream, error);
    } else if (status == QUIRE_OK && entry->size > 0) {
        status =
            ops->stream_write(stream, batch->memory.data + file->at, (size_t)entry->size, error);
    }
    if (status != QUIRE_OK) {
        ops->stream_discard(stream);
        return status;
    }
    status = ops->stream_close(stream, &written, error);
    if (status == QUIRE_OK) {
        (void)snprintf(digest, Q_DIGEST_TEXT_SIZE, "%s", written.digest);
        written.path = entry->path;
        status = ops->write_entry(to->writing, &written, error);
    }
    return status;
}

static void count(quire_push *push, const q_push_file *file, const q_entry *entry) {
    if (file->is_known && entry->size > 0) { /* there is no more in an empty one */
        push->report.known_files++;
        push->report.known_bytes += entry->size;
    } else {
        push->report.files++;
        push->report.bytes += entry->size;
    }
    q_push_advance(push, 1, entry->size - file->told);
}

static quire_status write_file(q_push_batch *batch, size_t number, const q_push_writing *to,
                               quire_error *error) {
    quire_push *push = to->push;
    const q_push_file *file = &batch->files[number];
    const q_entry *entry = &batch->boxes[number].entry;
    char digest[Q_DIGEST_TEXT_SIZE] = {0};
    quire_status status = QUIRE_OK;
    if (batch->status && batch->failed == number) {
        status = q_error_set(error, batch->status, "%s", batch->error.message);
    }
    if (!file->is_stream) {
        status = push->target->ops->load_put(batch->load, file->index, entry->path, status, digest,
                                             error);
    } else if (status == QUIRE_OK) {
        status = write_stream(batch, number, to, digest, error);
    }
    status = status ? status : compare(push, entry, digest, error);
    if (status == QUIRE_OK) {
        count(push, file, entry);
    }
    return status;
}

/** A reference is what the source says of it. */
static quire_status write_reference(const q_entry *entry, const q_push_writing *to,
                                    quire_error *error) {
    quire_status status = to->push->target->ops->write_entry(to->writing, entry, error);
    if (status == QUIRE_OK) {
        to->push->report.references++;
        q_push_advance(to->push, 1, 0);
    }
    return status;
}

quire_status q_push_batch_write(q_push_batch *batch, const q_push_writing *to, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < batch->count && status == QUIRE_OK; i++) {
        status = batch->files[i].is_file ? write_file(batch, i, to, error)
                                         : write_reference(&batch->boxes[i].entry, to, error);
    }
    return status;
}
