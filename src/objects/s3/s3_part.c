/**
 * @file
 * Runs of an object that several processes write: parts of one upload. A run begins and ends where
 * parts do, so that each part is of one run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_upload.h"

typedef struct s3_part {
    q_object_part base;
    q_s3_upload *upload;
    q_buffer buffer; /* of the part that is being filled, up to `position` */
    bool ended;
} s3_part;

static const char *shown(const q_object_part *part) {
    return ((const q_s3 *)part->objects)->client.config.shown;
}

/** The size is a part of the token: ID-SIZE. */
static bool fits(const char *token, uint64_t size, bool *is_token) {
    const char *dash = strchr(token, '-');
    char *end = NULL;
    uint64_t said = dash ? strtoull(dash + 1, &end, 16) : 0;
    *is_token = dash && dash[1] && *end == '\0';
    return *is_token && said == size;
}

static quire_status find(q_s3 *s3, const char *token, uint64_t size, q_s3_upload **upload,
                         quire_error *error) {
    const char *shown = s3->client.config.shown;
    char key[Q_OBJECT_TOKEN_SIZE + 8];
    bool is_token = false;
    bool right = fits(token, size, &is_token);
    snprintf(key, sizeof key, Q_S3_TMP "%s", token);
    quire_status status = is_token ? q_s3_upload_find(s3, key, upload, error) : QUIRE_OK;
    if (!status && !*upload) {
        return q_error_set(error, QUIRE_TEMPORARY,
                           "there is no upload %s in %s: who began it has ended, or paused for so "
                           "long that gc removed it: begin again",
                           key, shown);
    }
    return status || right
               ? status
               : q_error_set(error, QUIRE_INTEGRITY,
                             "the upload %s in %s is not the one that was begun", key, shown);
}

quire_status q_s3_part_new(q_objects *objects, q_s3_upload *upload, uint64_t size, uint64_t offset,
                           q_object_part **part, quire_error *error) {
    uint64_t begin = 0, room = 0;
    bool begins = q_s3_part_at(offset, &begin, &room) != 0 && begin == offset;
    s3_part *this = begins ? calloc(1, sizeof *this) : NULL;
    if (!this) {
        q_s3_upload_free(upload);
        return begins ? q_error_memory(error)
                      : q_error_set(error, QUIRE_USAGE,
                                    "a run of an upload in %s begins at %" PRIu64
                                    ", where no part does",
                                    ((const q_s3 *)objects)->client.config.shown, offset);
    }
    this->base = (q_object_part){.objects = objects, .position = offset, .size = size};
    this->upload = upload;
    *part = &this->base;
    return QUIRE_OK;
}

quire_status q_s3_part_open(q_objects *objects, const char *token, uint64_t size, uint64_t offset,
                            q_object_part **part, quire_error *error) {
    q_s3_upload *upload = NULL;
    quire_status status = find((q_s3 *)objects, token, size, &upload, error);
    if (status) {
        q_s3_upload_free(upload);
        return status;
    }
    return q_s3_part_new(objects, upload, size, offset, part, error);
}

/** Send the part that ends at `end`. */
static quire_status send_part(s3_part *this, uint64_t end, quire_error *error) {
    uint64_t begin = 0, room = 0;
    unsigned number = q_s3_part_at(end - this->buffer.size, &begin, &room);
    return q_s3_upload_send(this->upload, number, &this->buffer, error);
}

quire_status q_s3_part_write(q_object_part *part, const void *data, size_t size,
                             quire_error *error) {
    s3_part *this = (s3_part *)part;
    const char *from = data;
    uint64_t position = part->position;
    quire_status status = QUIRE_OK;
    if (this->ended) {
        return q_error_set(error, QUIRE_USAGE, "this run of an upload in %s was ended already",
                           shown(part));
    }
    while (size > 0 && !status) {
        uint64_t begin = 0, room = 0;
        (void)q_s3_part_at(position, &begin, &room);
        uint64_t left = begin + room - position;
        size_t piece = size < left ? size : (size_t)left;
        status = q_buffer_append(&this->buffer, from, piece, error);
        from += piece;
        size -= piece;
        position += piece;
        if (!status && (piece == left || position == part->size)) {
            status = send_part(this, position, error);
        }
    }
    q_http_pool_drive(((q_s3 *)part->objects)->client.pool);
    return status;
}

/** A run that stops within a part is filled up. */
static quire_status fill_up(s3_part *this, quire_error *error) {
    uint64_t begin = 0, room = 0, end = this->base.position;
    (void)q_s3_part_at(end - this->buffer.size, &begin, &room);
    uint64_t size = this->base.size - begin < room ? this->base.size - begin : room;
    size_t more = (size_t)size - this->buffer.size;
    quire_status status = q_buffer_reserve(&this->buffer, more, error);
    if (!status) {
        memset(this->buffer.data + this->buffer.size, 0, more);
        this->buffer.size += more;
        status = send_part(this, end + more, error);
    }
    return status;
}

quire_status q_s3_part_close(q_object_part *part, quire_error *error) {
    s3_part *this = (s3_part *)part;
    if (this->ended) {
        return q_error_set(error, QUIRE_USAGE, "this run of an upload in %s was ended already",
                           shown(part));
    }
    this->ended = true;
    quire_status status = this->buffer.size > 0 ? fill_up(this, error) : QUIRE_OK;
    quire_status settled = q_s3_upload_settle(this->upload, status ? NULL : error);
    return status ? status : settled;
}

void q_s3_part_free(q_object_part *part) {
    s3_part *this = (s3_part *)part;
    q_s3_upload_free(this->upload);
    q_buffer_free(&this->buffer);
    free(this);
}
