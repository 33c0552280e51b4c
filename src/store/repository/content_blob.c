/**
 * @file
 * Contents in blobs. Of a file above one block each block has a digest of its own, so that a range
 * costs the blocks it touches; a copy of the whole is handed on in pieces that still lie in the
 * processor's cache, each block's digest being compared at its end.
 */
#include <string.h>

#include "store/repository/content_internal.h"
#include "store/repository/retrieve.h"

#define PIECE ((uint64_t)256 << 10)

typedef struct blob {
    const q_entry *entry;
    q_key key;
    q_object_reader *reader;
    q_buffer blocks; /* binary digests; empty: the whole is one block */
} blob;

/* The list of block digests proves itself: its SHA-256 is the file's digest. */
static quire_status load_blocks(q_content *content, blob *from, quire_error *error) {
    q_key key;
    char hex[Q_SHA256_HEX_SIZE];
    const q_entry *entry = from->entry;
    q_buffer *blocks = &from->blocks;
    uint64_t count = (entry->size + Q_DIGEST_BLOCK - 1) / Q_DIGEST_BLOCK;
    quire_status status = q_key_blocks(&key, entry->digest, error);
    if (!status) {
        status = q_retrieve(content->repository, key.text, count * Q_SHA256_SIZE, blocks, error);
        if (status == QUIRE_NOT_FOUND) {
            return q_content_missing(&key, entry->path, error);
        }
    }
    status = status ? status : q_sha256_hex(blocks->data, blocks->size, hex, error);
    if (!status &&
        (blocks->size != count * Q_SHA256_SIZE || strcmp(hex, q_digest_hex(entry->digest)) != 0)) {
        status = q_content_damaged(&key, entry->path, error);
    }
    return status;
}

static void close_blob(blob *from) {
    q_object_reader_free(from->reader);
    q_buffer_free(&from->blocks);
}

/* To be closed also on failure. */
static quire_status open_blob(q_content *content, const q_entry *entry, blob *from,
                              quire_error *error) {
    uint64_t size = 0;
    *from = (blob){.entry = entry};
    quire_status status = q_key_blob(&from->key, entry->digest, error);
    if (!status) {
        status = q_retrieve_open(content->repository, from->key.text, &size, &from->reader, error);
        if (status == QUIRE_NOT_FOUND) {
            return q_content_missing(&from->key, entry->path, error);
        }
    }
    /* A plain digest belongs to one block. */
    if (!status &&
        (size != entry->size || (size > Q_DIGEST_BLOCK && !q_digest_is_blocks(entry->digest)))) {
        status = q_content_damaged(&from->key, entry->path, error);
    }
    if (!status && q_digest_is_blocks(entry->digest)) {
        status = load_blocks(content, from, error);
    }
    return status;
}

/* The block that holds byte `at`; `hex` is filled with its digest. */
static q_content_span block_at(const blob *from, uint64_t at, char hex[Q_SHA256_HEX_SIZE]) {
    const q_entry *entry = from->entry;
    uint64_t index = at / Q_DIGEST_BLOCK, offset = index * Q_DIGEST_BLOCK;
    uint64_t left = entry->size - offset;
    q_content_span span = {.reader = from->reader,
                           .offset = offset,
                           .size = left < Q_DIGEST_BLOCK ? left : Q_DIGEST_BLOCK,
                           .hex = entry->digest,
                           .key = &from->key,
                           .path = entry->path};
    if (from->blocks.size > 0) {
        q_hex((const unsigned char *)from->blocks.data + index * Q_SHA256_SIZE, Q_SHA256_SIZE, hex);
        span.hex = hex;
    }
    return span;
}

quire_status q_content_read_blob(q_content *content, const q_entry *entry, uint64_t offset,
                                 uint64_t length, q_content_sink sink, void *context,
                                 quire_error *error) {
    blob from;
    char hex[Q_SHA256_HEX_SIZE];
    uint64_t end = offset + length;
    quire_status status = open_blob(content, entry, &from, error);
    for (uint64_t at = offset; !status && at < end;) {
        q_content_span span = block_at(&from, at, hex);
        uint64_t stop = end < span.offset + span.size ? end : span.offset + span.size;
        status = q_content_read_span(content, &span, error);
        if (!status) {
            status = q_content_hand_out(content, at - span.offset, stop - at, sink, context,
                                        entry->path, error);
        }
        at = stop;
    }
    close_blob(&from);
    return status;
}

static quire_status copy_pieces(q_content *content, const q_content_span *span, q_content_sink sink,
                                void *context, quire_error *error) {
    size_t got = 0;
    quire_status status = QUIRE_OK;
    for (uint64_t at = 0; !status && at < span->size; at += got) {
        uint64_t left = span->size - at;
        size_t piece = (size_t)(left < PIECE ? left : PIECE);
        status = q_object_reader_read(span->reader, span->offset + at, content->block, piece, &got,
                                      error);
        if (!status && got != piece) {
            status = q_content_damaged(span->key, span->path, error);
        }
        status = status ? status : q_sha256_update(content->sha, content->block, got, error);
        if (!status) {
            status = sink(context, content->block, got);
            status = status
                         ? q_error_set(error, status, "the reading of '%s' was ended", span->path)
                         : QUIRE_OK;
        }
    }
    return status;
}

static quire_status copy_span(q_content *content, const q_content_span *span, q_content_sink sink,
                              void *context, quire_error *error) {
    char found[Q_SHA256_HEX_SIZE];
    quire_status status = copy_pieces(content, span, sink, context, error);
    /* Ended in any case: what was begun must not leak into the next digest. */
    quire_status ended = q_sha256_final_hex(content->sha, found, status ? NULL : error);
    status = status ? status : ended;
    if (!status && strcmp(found, span->hex) != 0) {
        status = q_content_damaged(span->key, span->path, error);
    }
    return status;
}

quire_status q_content_copy_blob(q_content *content, const q_entry *entry, uint64_t begin,
                                 uint64_t end, q_content_sink sink, void *context,
                                 quire_error *error) {
    blob from;
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = open_blob(content, entry, &from, error);
    status = status ? status : q_content_make_room(content, PIECE, error);
    for (uint64_t at = begin; !status && at < end; at += Q_DIGEST_BLOCK) {
        q_content_span span = block_at(&from, at, hex);
        status = copy_span(content, &span, sink, context, error);
    }
    close_blob(&from);
    return status;
}
