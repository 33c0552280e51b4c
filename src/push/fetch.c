/** @file Fetching files of the source: see fetch.h. */
#include "push/fetch.h"

#include <pthread.h>

#include "base/io.h"

/* --- through the copier --- */

/** Where bytes go: to a descriptor, into memory, into a stream, or nowhere. The store's callback
 * has no room for an error: `failure` keeps it. */
typedef struct sink {
    const q_push_fetching *fetching;
    int fd;
    q_buffer *memory;
    q_stage_stream *stream;
    bool is_silent; /* it is no progress */
    pthread_mutex_t *lock;
    uint64_t at;
    quire_error failure;
} sink;

static quire_status tell(const sink *to, size_t size, quire_error *error) {
    const q_push_fetching *fetching = to->fetching;
    if (to->lock) {
        pthread_mutex_lock(to->lock);
    }
    quire_status status = fetching->told(fetching->context, to->is_silent ? 0 : size, error);
    if (to->lock) {
        pthread_mutex_unlock(to->lock);
    }
    return status;
}

static quire_status take(void *context, const void *data, size_t size) {
    sink *to = context;
    quire_status status = QUIRE_OK;
    if (to->fd >= 0) {
        status = q_io_write_at(to->fd, data, size, to->at, "a temporary file", &to->failure);
    } else if (to->memory) {
        status = q_buffer_append(to->memory, data, size, &to->failure);
    } else if (to->stream) {
        status =
            to->fetching->push->target->ops->stream_write(to->stream, data, size, &to->failure);
    }
    to->at += size;
    if (status == QUIRE_OK && !to->memory) {
        status = tell(to, size, &to->failure);
    }
    to->failure.status = status;
    return status;
}

/* Which of the two failed first is told; and the copier may have given less than it should. */
static quire_status conclude(const sink *to, quire_status status, const q_entry *entry,
                             uint64_t end, quire_error *error) {
    if (to->failure.status != QUIRE_OK) {
        if (error) {
            *error = to->failure;
        }
        return (quire_status)to->failure.status;
    }
    return status == QUIRE_OK && to->at != end
               ? q_error_set(error, QUIRE_INTEGRITY, "%s is cut short", entry->path)
               : status;
}

static quire_status copy_whole(sink *to, size_t lane, const q_entry *entry, quire_error *error) {
    const q_push_fetching *fetching = to->fetching;
    quire_status status = fetching->push->source->store->ops->copier_copy(
        fetching->lanes[lane].copier, entry, take, to, error);
    return conclude(to, status, entry, entry->size, error);
}

typedef struct dividing {
    const sink *whole;
    pthread_mutex_t *lock;
    const q_entry *entry;
} dividing;

static quire_status copy_block(void *context, size_t lane, uint64_t number, quire_error *error) {
    const dividing *of = context;
    sink to = *of->whole;
    to.lock = of->lock;
    const q_push_fetching *fetching = to.fetching;
    uint64_t left = of->entry->size - number * Q_DIGEST_BLOCK;
    to.at = number * Q_DIGEST_BLOCK;
    uint64_t end = to.at + (left < Q_DIGEST_BLOCK ? left : Q_DIGEST_BLOCK);
    quire_status status = fetching->push->source->store->ops->copier_blocks(
        fetching->lanes[lane].copier, of->entry, number, 1, take, &to, error);
    return conclude(&to, status, of->entry, end, error);
}

/** A large file is read by all who have nothing else to do. */
static quire_status copy(sink *to, size_t lane, const q_entry *entry, quire_error *error) {
    const q_push_fetching *fetching = to->fetching;
    if (!fetching->crew || entry->size <= Q_DIGEST_BLOCK || entry->pack ||
        !fetching->push->source->store->ops->copier_blocks) {
        return copy_whole(to, lane, entry, error);
    }
    pthread_mutex_t lock;
    pthread_mutex_init(&lock, NULL); /* with no attributes it cannot fail */
    const dividing of = {.whole = to, .lock = &lock, .entry = entry};
    quire_status status = q_crew_share(fetching->crew, lane, q_digest_count_blocks(entry->size),
                                       copy_block, (void *)(uintptr_t)&of, error);
    pthread_mutex_destroy(&lock);
    return status;
}

/* --- the three ways --- */

static quire_status fetch_by_file(const q_push_fetching *fetching, size_t lane,
                                  const q_entry *entry, q_push_fetched *fetched,
                                  quire_error *error) {
    char *path = fetching->lanes[lane].path;
    quire_status status = q_temporary_open(&fetched->temporary, error);
    if (status) {
        return status;
    }
    sink to = {.fetching = fetching, .fd = fetched->temporary.fd};
    q_temporary_path(&fetched->temporary, path);
    status = copy(&to, lane, entry, error);
    return status ? status : q_source_open_file(&fetched->source, path, error);
}

static quire_status fetch_by_memory(const q_push_fetching *fetching, size_t lane,
                                    const q_entry *entry, q_push_fetched *fetched,
                                    quire_error *error) {
    q_buffer *memory = &fetching->lanes[lane].memory;
    sink to = {.fetching = fetching, .fd = -1, .memory = memory};
    q_buffer_clear(memory);
    quire_status status = q_buffer_reserve(memory, (size_t)entry->size, error);
    status = status ? status : copy_whole(&to, lane, entry, error);
    if (status == QUIRE_OK) {
        q_source_open_memory(&fetched->source, entry->path, memory->data, entry->size);
    }
    return status;
}

static quire_status fetch_in_place(const q_push_fetching *fetching, size_t lane,
                                   const q_entry *entry, const char *local, q_push_fetched *fetched,
                                   quire_error *error) {
    quire_status status = q_source_open_file(&fetched->source, local, error);
    if (status == QUIRE_INCOMPLETE || (status == QUIRE_OK && fetched->source.size != entry->size)) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s, which is %s, is not what it was", local,
                           entry->path);
    }
    if (status == QUIRE_OK && !fetching->push->is_comparable) {
        sink to = {.fetching = fetching, .fd = -1, .is_silent = true};
        status = copy(&to, lane, entry, error);
    }
    return status;
}

quire_status q_push_fetch(const q_push_fetching *fetching, size_t lane, const q_entry *entry,
                          const char *local, q_push_fetched *fetched, bool *told,
                          quire_error *error) {
    *fetched = (q_push_fetched){.source = {.fd = -1}};
    *told = false;
    if (local) {
        return fetch_in_place(fetching, lane, entry, local, fetched, error);
    }
    if (entry->size <= Q_PUSH_HELD) {
        return fetch_by_memory(fetching, lane, entry, fetched, error);
    }
    *told = true;
    return fetch_by_file(fetching, lane, entry, fetched, error);
}

quire_status q_push_pour(const q_push_fetching *fetching, const q_entry *entry,
                         q_stage_stream *stream, quire_error *error) {
    sink to = {.fetching = fetching, .fd = -1, .stream = stream, .is_silent = true};
    return copy_whole(&to, fetching->lane_count, entry, error);
}

void q_push_fetched_close(q_push_fetched *fetched) {
    q_source_close(&fetched->source);
    q_temporary_close(&fetched->temporary);
}
