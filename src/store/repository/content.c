/** @file Contents, read and checked: see content.h. */
#include "store/repository/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/content_internal.h"
#include "store/repository/handle.h"
#include "store/repository/retrieve.h"

quire_status q_content_new(q_repository *repository, q_content **content, quire_error *error) {
    q_content *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    quire_status status = q_sha256_new(&made->sha, error);
    if (status) {
        free(made);
        return status;
    }
    *content = made;
    return QUIRE_OK;
}

void q_content_free(q_content *content) {
    if (content) {
        for (int i = 0; i < Q_CONTENT_OPEN_PACKS; i++) {
            q_object_reader_free(content->packs[i].reader);
        }
        q_sha256_free(content->sha);
        free(content->block);
        free(content);
    }
}

quire_status q_content_make_room(q_content *content, uint64_t size, quire_error *error) {
    if (size > content->capacity) {
        unsigned char *grown = realloc(content->block, (size_t)size);
        if (!grown) {
            return q_error_memory(error);
        }
        content->block = grown;
        content->capacity = (size_t)size;
    }
    return QUIRE_OK;
}

quire_status q_content_missing(const q_key *key, const char *path, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s is missing, which holds '%s'", key->text, path);
}

quire_status q_content_damaged(const q_key *key, const char *path, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s is damaged where it holds '%s'", key->text,
                       path);
}

quire_status q_content_read_span(q_content *content, const q_content_span *span,
                                 quire_error *error) {
    size_t got = 0, size = (size_t)span->size;
    char found[Q_SHA256_HEX_SIZE];
    quire_status status = q_content_make_room(content, size, error);
    status = status ? status
                    : q_object_reader_read(span->reader, span->offset, content->block, size, &got,
                                           error);
    status = status ? status : q_sha256_update(content->sha, content->block, got, error);
    status = status ? status : q_sha256_final_hex(content->sha, found, error);
    if (!status && (got != size || strcmp(found, span->hex) != 0)) {
        status = q_content_damaged(span->key, span->path, error);
    }
    return status;
}

quire_status q_content_hand_out(q_content *content, uint64_t offset, uint64_t length,
                                q_content_sink sink, void *context, const char *path,
                                quire_error *error) {
    if (length == 0) {
        return QUIRE_OK;
    }
    unsigned char *block = content->block;
    size_t capacity = content->capacity;
    content->block = NULL;
    content->capacity = 0;
    quire_status status = sink(context, block + offset, (size_t)length);
    free(content->block);
    content->block = block;
    content->capacity = capacity;
    return status ? q_error_set(error, status, "the reading of '%s' was ended", path) : QUIRE_OK;
}

/* --- packs --- */

static quire_status find_pack(q_content *content, const char *name, const q_key *key,
                              const char *path, q_content_pack **found, quire_error *error) {
    q_content_pack *oldest = &content->packs[0];
    for (int i = 0; i < Q_CONTENT_OPEN_PACKS; i++) {
        q_content_pack *pack = &content->packs[i];
        if (pack->reader && strcmp(pack->name, name) == 0) {
            *found = pack;
            return QUIRE_OK;
        }
        if (!pack->reader || pack->used < oldest->used) {
            oldest = pack;
        }
    }
    q_object_reader_free(oldest->reader);
    oldest->reader = NULL;
    oldest->used = 0;
    quire_status status =
        q_retrieve_open(content->repository, key->text, &oldest->size, &oldest->reader, error);
    if (status == QUIRE_NOT_FOUND) {
        status = q_content_missing(key, path, error);
    }
    if (!status) {
        snprintf(oldest->name, sizeof oldest->name, "%s", name);
        *found = oldest;
    }
    return status;
}

static quire_status read_packed(q_content *content, const q_entry *entry, uint64_t offset,
                                uint64_t length, q_content_sink sink, void *context,
                                quire_error *error) {
    q_key key;
    q_content_pack *pack = NULL;
    quire_status status = q_key_pack(&key, entry->pack, error);
    status = status ? status : find_pack(content, entry->pack, &key, entry->path, &pack, error);
    if (status) {
        return status;
    }
    pack->used = ++content->reads;
    if (entry->size > Q_PACK_FILE_MAX || entry->offset > pack->size ||
        entry->size > pack->size - entry->offset) {
        return q_content_damaged(&key, entry->path, error);
    }
    const q_content_span span = {.reader = pack->reader,
                                 .offset = entry->offset,
                                 .size = entry->size,
                                 .hex = entry->digest,
                                 .key = &key,
                                 .path = entry->path};
    status = q_content_read_span(content, &span, error);
    return status ? status
                  : q_content_hand_out(content, offset, length, sink, context, entry->path, error);
}

static quire_status check_empty(const q_entry *entry, quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_hex("", 0, hex, error);
    if (!status && strcmp(hex, entry->digest) != 0) {
        status =
            q_error_set(error, QUIRE_INTEGRITY, "'%s' is empty but its digest is not", entry->path);
    }
    return status;
}

quire_status q_content_read(q_content *content, const q_entry *entry, uint64_t offset,
                            uint64_t length, q_content_sink sink, void *context,
                            quire_error *error) {
    if (entry->ref) {
        return q_error_set(error, QUIRE_USAGE, "'%s' is a reference: its bytes are not here",
                           entry->path);
    }
    if (offset > entry->size) {
        return q_error_set(error, QUIRE_USAGE, "'%s' ends at byte %" PRIu64, entry->path,
                           entry->size);
    }
    if (length > entry->size - offset) {
        length = entry->size - offset;
    }
    if (entry->size == 0) {
        return check_empty(entry, error);
    }
    return entry->pack ? read_packed(content, entry, offset, length, sink, context, error)
                       : q_content_read_blob(content, entry, offset, length, sink, context, error);
}

quire_status q_content_copy(q_content *content, const q_entry *entry, q_content_sink sink,
                            void *context, quire_error *error) {
    bool is_blob = !entry->ref && !entry->pack && entry->size > 0;
    return is_blob ? q_content_copy_blob(content, entry, 0, entry->size, sink, context, error)
                   : q_content_read(content, entry, 0, entry->size, sink, context, error);
}

quire_status q_content_of_version(quire_version *version, const q_entry *entry, uint64_t offset,
                                  uint64_t length, quire_data_callback callback, void *context,
                                  quire_error *error) {
    q_version_handle *handle = (q_version_handle *)version;
    quire_status status = QUIRE_OK;
    if (!handle->content) {
        status = q_content_new(q_repository_of(version->store), &handle->content, error);
    }
    return status
               ? status
               : q_content_read(handle->content, entry, offset, length, callback, context, error);
}

typedef struct copier {
    q_copier base;
    q_content *content;
} copier;

quire_status q_content_copier_open(quire_version *version, q_copier **opened, quire_error *error) {
    copier *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.version = version;
    quire_status status = q_content_new(q_repository_of(version->store), &made->content, error);
    if (status) {
        free(made);
        return status;
    }
    *opened = &made->base;
    return QUIRE_OK;
}

void q_content_copier_free(q_copier *opened) {
    copier *own = (copier *)opened;
    if (own) {
        q_content_free(own->content);
        free(own);
    }
}

quire_status q_content_copier_copy(q_copier *from, const q_entry *entry,
                                   quire_data_callback callback, void *context,
                                   quire_error *error) {
    return q_content_copy(((copier *)from)->content, entry, callback, context, error);
}

quire_status q_content_copier_blocks(q_copier *from, const q_entry *entry, uint64_t first,
                                     uint64_t count, quire_data_callback callback, void *context,
                                     quire_error *error) {
    uint64_t blocks = entry->size / Q_DIGEST_BLOCK + (entry->size % Q_DIGEST_BLOCK != 0);
    if (entry->ref || entry->pack || first > blocks || count > blocks - first) {
        return q_error_set(error, QUIRE_USAGE, "'%s' has no such blocks", entry->path);
    }
    uint64_t end = first + count < blocks ? (first + count) * Q_DIGEST_BLOCK : entry->size;
    return q_content_copy_blob(((copier *)from)->content, entry, first * Q_DIGEST_BLOCK, end,
                               callback, context, error);
}

quire_status q_content_local_path(quire_version *version, const q_entry *entry, char **path,
                                  quire_error *error) {
    q_key key;
    q_object_info info;
    q_repository *repository = q_repository_of(version->store);
    *path = NULL;
    if (entry->ref || entry->pack || entry->size == 0) {
        return QUIRE_OK;
    }
    quire_status status = q_key_blob(&key, entry->digest, error);
    if (!status) {
        status = q_retrieve_info(repository, key.text, &info, error);
        if (status == QUIRE_NOT_FOUND) {
            status = q_content_missing(&key, entry->path, error);
        }
    }
    return status ? status : q_objects_local_path(repository->objects, key.text, path, error);
}
