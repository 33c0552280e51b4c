/** @file Batches: see batch.h. */
#include "artifact/batch.h"

#include <string.h>

#define STEPS Q_LOAD_FILES
#define BYTES ((uint64_t)512 << 10) /* a file of more has a batch of its own */
#define HELD ((uint64_t)4 << 20)
#define OPEN 4

static void close_file(q_batch_file *file) {
    if (file->is_open) {
        q_source_close(&file->source);
        file->is_open = false;
    }
}

void q_batch_free(q_batch *batch) {
    for (size_t i = 0; i < Q_LOAD_FILES; i++) {
        close_file(&batch->files[i]);
        q_buffer_free(&batch->files[i].name);
    }
    if (batch->load) {
        batch->target->store->ops->load_free(batch->load);
    }
    memset(batch, 0, sizeof *batch);
}

/* --- composing --- */

quire_status q_batch_begin(q_batch *batch, const q_batch_target *target, const q_step *first,
                           quire_error *error) {
    batch->target = target;
    batch->steps = first;
    batch->count = batch->file_count = batch->read = batch->open = 0;
    batch->bytes = batch->held = 0;
    batch->is_written = false;
    batch->status = QUIRE_OK;
    return batch->load ? QUIRE_OK
                       : target->store->ops->load_new(target->writing, &batch->load, error);
}

static bool has_file(const q_step *step) {
    return step->item && q_item_is_source(step->item);
}

bool q_batch_has_room(const q_batch *batch) {
    const q_step *next = &batch->steps[batch->count];
    return batch->count == 0 || (batch->count < STEPS && batch->open < OPEN &&
                                 (!has_file(next) || batch->bytes + q_step_bytes(next) <= BYTES));
}

/* What the file looks like, or did when it was added, where that will do. */
static bool look(const q_batch_file *file, struct stat *now) {
    const quire_seen *seen = file->step->item->seen;
    if (!seen) {
        return stat(file->name.data, now) == 0 && S_ISREG(now->st_mode);
    }
    *now = (struct stat){.st_dev = seen->device,
                         .st_ino = seen->inode,
                         .st_size = (off_t)seen->size,
                         .st_mtim = seen->modified,
                         .st_ctim = seen->changed};
    return true;
}

/* The digest that the cache has of the file as it looks. Whatever is wrong with the file, opening
   it to be read tells. */
static bool look_up(q_batch_file *file, uint64_t *size, char digest[Q_DIGEST_TEXT_SIZE]) {
    q_cache *cache = file->batch->target->cache;
    const char *name = file->name.data;
    struct stat now;
    if (q_cache_is_empty(cache) || !look(file, &now)) {
        return false;
    }
    q_times times = q_cache_times(cache, name, now.st_dev);
    if (times == Q_TIMES_MADE_UP) {
        return false;
    }
    if (times == Q_TIMES_REMOTE) {
        file->is_open = q_source_open_file(&file->source, name, NULL) == QUIRE_OK;
        if (!file->is_open) {
            return false;
        }
        now = file->source.before;
    }
    *size = (uint64_t)now.st_size;
    return q_cache_find(cache, &now, digest);
}

static quire_status add_file(q_batch *batch, const q_step *step, quire_error *error) {
    size_t index = batch->file_count;
    q_batch_file *file = &batch->files[index];
    char digest[Q_DIGEST_TEXT_SIZE];
    bool is_found = false;
    uint64_t size = 0;
    *file = (q_batch_file){.batch = batch, .step = step, .name = file->name};
    file->is_cached = batch->target->cache && q_item_is_file(step->item) &&
                      clock_gettime(CLOCK_REALTIME, &file->opened) == 0;
    if (file->is_cached) {
        quire_status status = q_item_file_name(step->item, &file->name, error);
        if (status != QUIRE_OK) {
            return status;
        }
        is_found = look_up(file, &size, digest);
    }
    quire_status status = batch->target->store->ops->load_expect(
        batch->load, index, step->path, size, is_found ? digest : NULL, &file->is_known, error);
    if (status == QUIRE_OK) {
        batch->file_count++;
        batch->bytes += q_step_bytes(step);
    }
    if (status != QUIRE_OK || file->is_known) {
        close_file(file);
    }
    batch->open += file->is_open;
    return status;
}

quire_status q_batch_add(q_batch *batch, quire_error *error) {
    const q_step *step = &batch->steps[batch->count];
    quire_status status = has_file(step) ? add_file(batch, step, error) : QUIRE_OK;
    if (status == QUIRE_OK) {
        batch->count++;
    }
    return status;
}

/* --- reading --- */

/** The file may be read twice, and be longer by now than when it was added. */
static quire_status tell(void *context, uint64_t position, quire_error *error) {
    q_batch_file *file = context;
    const q_batch_target *target = file->batch->target;
    uint64_t planned = q_step_bytes(file->step);
    uint64_t reached = position < planned ? position : planned;
    uint64_t more = reached > file->told ? reached - file->told : 0;
    file->told += more;
    return target->told(target->context, file->batch->is_written, more, error);
}

static quire_status read_file(q_batch *batch, q_batch_file *file, size_t index, q_crew *crew,
                              size_t lane) {
    quire_error *error = &batch->error;
    quire_status status = QUIRE_OK;
    if (!file->is_open) {
        status = q_item_open(file->step->item, &file->source, &file->name, error);
        file->is_open = status == QUIRE_OK;
    }
    if (status == QUIRE_OK) {
        file->source.told = tell;
        file->source.told_context = file;
        file->source.is_promised = file->step->item->is_promised;
        file->source.crew = crew;
        file->source.lane = lane;
        batch->held += file->source.size;
        status = batch->target->store->ops->load_read(batch->load, index, &file->source, error);
    }
    close_file(file);
    return status;
}

/** Read the next one. */
static void read_next(q_batch *batch, q_crew *crew, size_t lane) {
    size_t index = batch->read;
    q_batch_file *file = &batch->files[index];
    quire_status status = file->is_known ? QUIRE_OK : read_file(batch, file, index, crew, lane);
    if (status == QUIRE_OK) {
        batch->read++;
    } else {
        batch->status = status;
        batch->failed = index;
    }
}

static bool has_failed(const q_batch *batch, size_t index) {
    return batch->status && batch->failed == index;
}

void q_batch_read(q_batch *batch, q_crew *crew, size_t lane) {
    while (batch->read < batch->file_count && !has_failed(batch, batch->read) &&
           batch->held <= HELD) {
        read_next(batch, crew, lane);
    }
}

/* --- writing --- */

static quire_status write_file(q_batch *batch, size_t index, quire_error *error) {
    const q_batch_target *target = batch->target;
    const q_batch_file *file = &batch->files[index];
    char digest[Q_DIGEST_TEXT_SIZE] = {0};
    quire_status status = QUIRE_OK;
    if (index == batch->read && !has_failed(batch, index)) {
        read_next(batch, NULL, 0);
    }
    if (has_failed(batch, index)) {
        status = q_error_set(error, batch->status, "%s", batch->error.message);
    }
    status =
        target->store->ops->load_put(batch->load, index, file->step->path, status, digest, error);
    /* One that was linked has a ctime of just now, and none to be relied on yet. */
    if (status == QUIRE_OK && file->is_cached && !file->is_known && !file->source.is_linked) {
        q_cache_remember(target->cache, file->source.name, &file->source.before, &file->opened,
                         digest);
    }
    return status;
}

static quire_status write_other(const q_batch_target *target, const q_step *step,
                                quire_error *error) {
    if (!step->item) {
        return target->store->ops->write_remove(target->writing, step->path, error);
    }
    q_entry entry = *step->item->from.entry;
    entry.path = step->path;
    return target->store->ops->write_entry(target->writing, &entry, error);
}

quire_status q_batch_write(q_batch *batch, quire_error *error) {
    quire_status status = QUIRE_OK;
    size_t file = 0;
    batch->is_written = true;
    for (size_t i = 0; i < batch->count && status == QUIRE_OK; i++) {
        const q_step *step = &batch->steps[i];
        uint64_t bytes = q_step_bytes(step);
        if (has_file(step)) {
            status = write_file(batch, file, error);
            bytes -= batch->files[file++].told;
        } else {
            status = write_other(batch->target, step, error);
        }
        if (status == QUIRE_OK) {
            batch->target->written(batch->target->context, bytes);
        }
    }
    return status;
}
