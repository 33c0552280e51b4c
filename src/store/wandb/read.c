/** @file Reading files of a version: see read.h. */
#include "store/wandb/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/spool.h"

#define IN_MEMORY ((uint64_t)4 << 20)
#define PIECE ((size_t)256 << 10)

struct q_wandb_reader {
    q_wandb_handle *handle;
    q_md5 *md5;
};

static quire_status reader_new(q_wandb_handle *handle, q_wandb_reader **reader,
                               quire_error *error) {
    q_wandb_reader *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->handle = handle;
    quire_status status = q_md5_new(&made->md5, error);
    if (status) {
        free(made);
        return status;
    }
    *reader = made;
    return QUIRE_OK;
}

void q_wandb_reader_free(q_wandb_reader *reader) {
    if (reader) {
        q_md5_free(reader->md5);
        free(reader);
    }
}

/* --- one file --- */

typedef struct reading {
    q_wandb_reader *reader;
    size_t index;
    q_http_sink sink;
    void *context;
    uint64_t bytes, size;
} reading;

static quire_status take(void *context, const void *data, size_t size, quire_error *error) {
    reading *self = context;
    self->bytes += size;
    if (self->bytes > self->size) {
        return q_error_set(error, QUIRE_INTEGRITY, "more than the %" PRIu64 " bytes recorded",
                           self->size);
    }
    quire_status status = q_md5_update(self->reader->md5, data, size, error);
    return status ? status : self->sink(self->context, data, size, error);
}

static quire_status renew(void *context, char **url, bool *with_key, quire_error *error) {
    const reading *self = context;
    q_wandb_urls_drop(self->reader->handle, self->index);
    return q_wandb_urls_get(self->reader->handle, self->index, url, with_key, error);
}

/** Bring all bytes, then tell whether they are the right ones. */
static quire_status bring(q_wandb_reader *reader, const q_entry *entry, q_http_sink sink,
                          void *context, quire_error *error) {
    q_wandb_handle *handle = reader->handle;
    const q_wandb_list *list = &handle->list;
    char what[QUIRE_MESSAGE_SIZE];
    unsigned char raw[Q_MD5_SIZE] = {0};
    quire_status status = q_wandb_need_list(handle, error);
    reading self = {.reader = reader, .sink = sink, .context = context, .size = entry->size};
    self.index = status ? 0 : q_wandb_list_find(list, entry->path);
    if (!status &&
        (self.index == list->count || strcmp(list->items[self.index].path, entry->path) != 0)) {
        status = q_error_set(error, QUIRE_NOT_FOUND, "the version has no '%s'", entry->path);
    }
    q_wandb_place place = {.size = entry->size, .renew = renew, .context = &self};
    if (!status && entry->size > 0) {
        snprintf(what, sizeof what, "download of '%s'", entry->path);
        status = q_wandb_urls_get(handle, self.index, &place.url, &place.with_key, error);
        status = status ? status
                        : q_wandb_fetch(&q_wandb_of(handle->base.store)->client, &place, what, take,
                                        &self, error);
        free(place.url);
    }
    quire_status ended = q_md5_final(reader->md5, raw, status ? NULL : error);
    status = status ? status : ended;
    if (!status &&
        (self.bytes != entry->size || memcmp(raw, list->items[self.index].md5, sizeof raw) != 0)) {
        char digest[Q_MD5_BASE64_SIZE];
        q_md5_to_base64(raw, digest);
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "what W&B has of '%s' is not what it was: %" PRIu64
                             " bytes with digest %s instead of %" PRIu64 " with %s",
                             entry->path, self.bytes, digest, entry->size, entry->digest);
    }
    return status;
}

/* --- copiers --- */

typedef struct copier {
    q_copier base;
    q_wandb_reader *reader;
} copier;

typedef struct passing {
    quire_data_callback callback;
    void *context;
} passing;

static quire_status pass(void *context, const void *data, size_t size, quire_error *error) {
    const passing *to = context;
    quire_status status = to->callback(to->context, data, size);
    return status ? q_error_set(error, status, "the reading was ended") : QUIRE_OK;
}

quire_status q_wandb_copier_open(quire_version *version, q_copier **opened, quire_error *error) {
    copier *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.version = version;
    /* Before several threads ask for it. */
    quire_status status = q_wandb_need_list((q_wandb_handle *)version, error);
    status = status ? status : reader_new((q_wandb_handle *)version, &made->reader, error);
    if (status) {
        free(made);
        return status;
    }
    *opened = &made->base;
    return QUIRE_OK;
}

void q_wandb_copier_free(q_copier *opened) {
    copier *own = (copier *)opened;
    if (own) {
        q_wandb_reader_free(own->reader);
        free(own);
    }
}

quire_status q_wandb_copier_copy(q_copier *opened, const q_entry *entry,
                                 quire_data_callback callback, void *context, quire_error *error) {
    passing to = {callback, context};
    return bring(((copier *)opened)->reader, entry, pass, &to, error);
}

quire_status q_wandb_local_path(quire_version *version, const q_entry *entry, char **file,
                                quire_error *error) {
    (void)version;
    (void)entry;
    (void)error;
    *file = NULL;
    return QUIRE_OK;
}

/* --- a range: of bytes that are checked before any is handed out --- */

typedef struct keeping {
    q_buffer memory;
    q_wandb_spool spool;
    q_wandb_spooled spooled;
    bool in_memory;
} keeping;

static quire_status keep(void *context, const void *data, size_t size, quire_error *error) {
    keeping *self = context;
    return self->in_memory ? q_buffer_append(&self->memory, data, size, error)
                           : q_wandb_spool_append(&self->spool, &self->spooled, data, size, error);
}

static quire_status hand_out(const keeping *self, uint64_t offset, uint64_t length,
                             quire_data_callback callback, void *context, quire_error *error) {
    passing to = {callback, context};
    if (self->in_memory) {
        return length > 0 ? pass(&to, self->memory.data + offset, (size_t)length, error) : QUIRE_OK;
    }
    char *piece = malloc(PIECE);
    quire_status status = piece ? QUIRE_OK : q_error_memory(error);
    while (!status && length > 0) {
        size_t size = length < PIECE ? (size_t)length : PIECE;
        status = q_wandb_spool_read(&self->spool, &self->spooled, offset, piece, size, error);
        status = status ? status : pass(&to, piece, size, error);
        offset += size;
        length -= size;
    }
    free(piece);
    return status;
}

quire_status q_wandb_version_content(quire_version *version, const q_entry *entry, uint64_t offset,
                                     uint64_t length, quire_data_callback callback, void *context,
                                     quire_error *error) {
    q_wandb_handle *handle = (q_wandb_handle *)version;
    keeping self = {.in_memory = entry->size <= IN_MEMORY};
    if (offset > entry->size) {
        return q_error_set(error, QUIRE_USAGE, "'%s' ends at byte %" PRIu64, entry->path,
                           entry->size);
    }
    length = length < entry->size - offset ? length : entry->size - offset;
    quire_status status = handle->reader ? QUIRE_OK : reader_new(handle, &handle->reader, error);
    status = status ? status : bring(handle->reader, entry, keep, &self, error);
    status = status ? status : hand_out(&self, offset, length, callback, context, error);
    q_buffer_free(&self.memory);
    q_wandb_spooled_free(&self.spooled);
    q_wandb_spool_free(&self.spool);
    return status;
}
