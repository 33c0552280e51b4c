/**
 * @file
 * Reading. Small reads that follow one another go through blocks that are kept (s3_blocks.h), a
 * single one asks for just its bytes, a large one for all of them in pieces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_internal.h"

#define PIECE ((size_t)8 << 20)

typedef struct s3_reader {
    q_object_reader base;
    char *key, etag[Q_S3_ETAG_SIZE];
    uint64_t size;
    uint64_t next; /* where the last read has ended */
    bool has_read;
} s3_reader;

quire_status q_s3_reader_open(q_objects *objects, const char *key, uint64_t *size,
                              q_object_reader **reader, quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    q_s3_answer answer = {0};
    bool found = false;
    s3_reader *this = calloc(1, sizeof *this);
    if (!this) {
        return q_error_memory(error);
    }
    this->base.objects = objects;
    quire_status status = q_strdup(key, &this->key, error);
    status = status ? status : q_s3_head(s3, key, &found, &answer, error);
    if (!status && !found) {
        status = q_s3_not_found(s3, key, error);
    }
    this->size = answer.length;
    snprintf(this->etag, sizeof this->etag, "%s", answer.etag);
    q_s3_answer_free(&answer);
    if (status) {
        q_s3_reader_free(&this->base);
        return status;
    }
    *size = this->size;
    *reader = &this->base;
    return QUIRE_OK;
}

static quire_status read_blocks(s3_reader *this, uint64_t offset, char *data, size_t size,
                                quire_error *error) {
    q_s3 *s3 = (q_s3 *)this->base.objects;
    const q_s3_read object = {this->key, this->etag, this->size};
    quire_status status = QUIRE_OK;
    while (size > 0 && !status) {
        uint64_t left = Q_S3_BLOCK - offset % Q_S3_BLOCK;
        size_t piece = size < left ? size : (size_t)left;
        status = q_s3_blocks_read(s3->blocks, &object, offset, data, piece, error);
        offset += piece;
        data += piece;
        size -= piece;
    }
    return status;
}

static quire_status read_pieces(s3_reader *this, uint64_t offset, char *data, size_t size,
                                quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t at = 0; at < size && !status; at += PIECE) {
        size_t piece = size - at < PIECE ? size - at : PIECE;
        status = q_s3_get_range((q_s3 *)this->base.objects, this->key, offset + at, data + at,
                                piece, error);
    }
    return status;
}

/** What was there when it was opened may be removed meanwhile, as no file of an open descriptor is.
 */
static quire_status explain(const s3_reader *this, quire_status status, quire_error *error) {
    const q_s3 *s3 = (const q_s3 *)this->base.objects;
    return status == QUIRE_NOT_FOUND
               ? q_error_set(error, QUIRE_INTEGRITY, "%s in %s was removed while it was read",
                             this->key, s3->client.config.shown)
               : status;
}

quire_status q_s3_reader_read(q_object_reader *reader, uint64_t offset, void *data, size_t size,
                              size_t *got, quire_error *error) {
    s3_reader *this = (s3_reader *)reader;
    uint64_t left = offset < this->size ? this->size - offset : 0;
    size_t wanted = size < left ? size : (size_t)left;
    bool follows =
        this->has_read ? offset >= this->next && offset - this->next < Q_S3_BLOCK : offset == 0;
    quire_status status = wanted < PIECE && (follows || this->size <= Q_S3_BLOCK)
                              ? read_blocks(this, offset, data, wanted, error)
                              : read_pieces(this, offset, data, wanted, error);
    this->has_read = true;
    this->next = offset + wanted;
    *got = status ? 0 : wanted;
    return explain(this, status, error);
}

void q_s3_reader_free(q_object_reader *reader) {
    s3_reader *this = (s3_reader *)reader;
    free(this->key);
    free(this);
}
