/** @file Contents, read and checked: see content.h. */
#include "store/repository/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/handle.h"
#include "store/repository/pack.h"
#include "store/repository/retrieve.h"

#define OPEN_PACKS 8

typedef struct open_pack {
    q_object_reader *reader; /* NULL: the slot is free */
    char name[Q_PACK_NAME_SIZE];
    uint64_t size;
    uint64_t used; /* when, by the count of reads */
} open_pack;

struct q_content {
    q_repository *repository;
    open_pack packs[OPEN_PACKS];
    uint64_t reads;
    unsigned char *block; /* what is being checked */
    size_t capacity;
    q_sha256 *sha;
};

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
        for (int i = 0; i < OPEN_PACKS; i++) {
            q_object_reader_free(content->packs[i].reader);
        }
        q_sha256_free(content->sha);
        free(content->block);
        free(content);
    }
}

/* Grows to what is needed, and no further: most files are small. */
static quire_status make_room(q_content *content, uint64_t size, quire_error *error) {
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

static quire_status missing(const q_key *key, const char *path, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s is missing, which holds '%s'", key->text, path);
}

static quire_status damaged(const q_key *key, const char *path, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s is damaged where it holds '%s'", key->text,
                       path);
}

/* Read `size` bytes at `offset` into the block and compare their SHA-256. */
static quire_status read_checked(q_content *content, q_object_reader *reader, uint64_t offset,
                                 size_t size, const char *hex, const q_key *key, const char *path,
                                 quire_error *error) {
    size_t got = 0;
    char found[Q_SHA256_HEX_SIZE];
    quire_status status = make_room(content, size, error);
    status =
        status ? status : q_object_reader_read(reader, offset, content->block, size, &got, error);
    status = status ? status : q_sha256_update(content->sha, content->block, got, error);
    status = status ? status : q_sha256_final_hex(content->sha, found, error);
    if (!status && (got != size || strcmp(found, hex) != 0)) {
        status = damaged(key, path, error);
    }
    return status;
}

/* The block is taken away meanwhile: the sink may read other files by the same handle. */
static quire_status hand_out(q_content *content, uint64_t offset, uint64_t length,
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
                              const char *path, open_pack **found, quire_error *error) {
    open_pack *oldest = &content->packs[0];
    for (int i = 0; i < OPEN_PACKS; i++) {
        open_pack *pack = &content->packs[i];
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
        status = missing(key, path, error);
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
    open_pack *pack = NULL;
    quire_status status = q_key_pack(&key, entry->pack, error);
    status = status ? status : find_pack(content, entry->pack, &key, entry->path, &pack, error);
    if (status) {
        return status;
    }
    pack->used = ++content->reads;
    if (entry->size > Q_PACK_FILE_MAX || entry->offset > pack->size ||
        entry->size > pack->size - entry->offset) {
        return damaged(&key, entry->path, error);
    }
    status = read_checked(content, pack->reader, entry->offset, (size_t)entry->size, entry->digest,
                          &key, entry->path, error);
    return status ? status : hand_out(content, offset, length, sink, context, entry->path, error);
}

/* --- blobs --- */

/* The list of block digests proves itself: its SHA-256 is the file's digest. */
static quire_status load_blocks(q_content *content, const q_entry *entry, q_buffer *blocks,
                                quire_error *error) {
    q_key key;
    char hex[Q_SHA256_HEX_SIZE];
    uint64_t count = (entry->size + Q_DIGEST_BLOCK - 1) / Q_DIGEST_BLOCK;
    quire_status status = q_key_blocks(&key, entry->digest, error);
    if (!status) {
        status = q_retrieve(content->repository, key.text, count * Q_SHA256_SIZE, blocks, error);
        if (status == QUIRE_NOT_FOUND) {
            return missing(&key, entry->path, error);
        }
    }
    status = status ? status : q_sha256_hex(blocks->data, blocks->size, hex, error);
    if (!status &&
        (blocks->size != count * Q_SHA256_SIZE || strcmp(hex, q_digest_hex(entry->digest)) != 0)) {
        status = damaged(&key, entry->path, error);
    }
    return status;
}

static quire_status read_blocks(q_content *content, const q_entry *entry, const q_key *key,
                                q_object_reader *reader, uint64_t offset, uint64_t length,
                                q_content_sink sink, void *context, quire_error *error) {
    q_buffer blocks = {0};
    quire_status status = load_blocks(content, entry, &blocks, error);
    uint64_t end = offset + length;
    for (uint64_t at = offset; !status && at < end;) {
        char hex[Q_SHA256_HEX_SIZE];
        uint64_t index = at / Q_DIGEST_BLOCK;
        uint64_t start = index * Q_DIGEST_BLOCK;
        uint64_t size = entry->size - start < Q_DIGEST_BLOCK ? entry->size - start : Q_DIGEST_BLOCK;
        uint64_t stop = end < start + size ? end : start + size;
        q_hex((const unsigned char *)blocks.data + index * Q_SHA256_SIZE, Q_SHA256_SIZE, hex);
        status = read_checked(content, reader, start, (size_t)size, hex, key, entry->path, error);
        if (!status) {
            status = hand_out(content, at - start, stop - at, sink, context, entry->path, error);
        }
        at = stop;
    }
    q_buffer_free(&blocks);
    return status;
}

static quire_status read_blob(q_content *content, const q_entry *entry, uint64_t offset,
                              uint64_t length, q_content_sink sink, void *context,
                              quire_error *error) {
    q_key key;
    uint64_t size = 0;
    q_object_reader *reader = NULL;
    quire_status status = q_key_blob(&key, entry->digest, error);
    if (!status) {
        status = q_retrieve_open(content->repository, key.text, &size, &reader, error);
        if (status == QUIRE_NOT_FOUND) {
            status = missing(&key, entry->path, error);
        }
    }
    if (!status && size != entry->size) {
        status = damaged(&key, entry->path, error);
    }
    if (!status && q_digest_is_blocks(entry->digest)) {
        status = read_blocks(content, entry, &key, reader, offset, length, sink, context, error);
    } else if (!status && size > Q_DIGEST_BLOCK) {
        status = damaged(&key, entry->path, error); /* a plain digest belongs to one block */
    } else if (!status) {
        status =
            read_checked(content, reader, 0, (size_t)size, entry->digest, &key, entry->path, error);
        status =
            status ? status : hand_out(content, offset, length, sink, context, entry->path, error);
    }
    q_object_reader_free(reader);
    return status;
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
                       : read_blob(content, entry, offset, length, sink, context, error);
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
            status = missing(&key, entry->path, error);
        }
    }
    return status ? status : q_objects_local_path(repository->objects, key.text, path, error);
}
