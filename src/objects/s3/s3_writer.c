/**
 * @file
 * Objects written as streams, whose key is known at the end. What is not larger than a part is kept
 * and put at once, under its key. Anything larger is uploaded in parts, to a key in tmp/, while it
 * comes; at the end the server copies it to its key. A copy replaces what is there: so it is made
 * only where nothing is, or the same bytes are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "objects/s3/s3_upload.h"

typedef struct s3_writer {
    q_object_writer base;
    char temp[Q_OBJECT_TOKEN_SIZE + 8]; /* its key in tmp/ */
    q_buffer buffer;                    /* of the part that is being filled */
    q_s3_upload *upload;                /* NULL: all is in the buffer */
    uint64_t size;
    bool shared, ended, failed;
    bool completed; /* there is an object in tmp/ */
} s3_writer;

static q_s3 *s3_of(const s3_writer *this) {
    return (q_s3 *)this->base.objects;
}

static quire_status make(q_objects *objects, s3_writer **writer, quire_error *error) {
    s3_writer *made = calloc(1, sizeof *made);
    char id[33];
    if (!made) {
        return q_error_memory(error);
    }
    made->base.objects = objects;
    quire_status status = q_random_hex(id, error);
    if (status) {
        free(made);
        return status;
    }
    snprintf(made->temp, sizeof made->temp, Q_S3_TMP "%s", id);
    *writer = made;
    return QUIRE_OK;
}

quire_status q_s3_writer_open(q_objects *objects, q_object_writer **writer, quire_error *error) {
    s3_writer *made = NULL;
    quire_status status = make(objects, &made, error);
    if (!status) {
        *writer = &made->base;
    }
    return status;
}

/** The token is the name of the upload's key, with the size; the others find the upload by it.
 *  They must not find two: so nothing is tried again under the same name. */
quire_status q_s3_shared_open(q_objects *objects, uint64_t size, q_object_writer **writer,
                              char token[Q_OBJECT_TOKEN_SIZE], quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    quire_status status = QUIRE_TEMPORARY;
    for (unsigned i = 0; i < s3->client.config.attempts && status == QUIRE_TEMPORARY; i++) {
        s3_writer *made = NULL;
        status = make(objects, &made, error);
        if (status) {
            break;
        }
        made->shared = true;
        made->size = size;
        size_t length = strlen(made->temp);
        snprintf(made->temp + length, sizeof made->temp - length, "-%" PRIx64, size);
        status = q_s3_upload_begin(s3, made->temp, "", true, &made->upload, error);
        if (status) {
            free(made);
            q_http_pool_pause(s3->client.pool, (int64_t)100 << (i < 7 ? i : 7));
        } else {
            snprintf(token, Q_OBJECT_TOKEN_SIZE, "%s", made->temp + strlen(Q_S3_TMP));
            *writer = &made->base;
        }
    }
    return status;
}

quire_status q_s3_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                           quire_error *error) {
    const s3_writer *this = (const s3_writer *)writer;
    q_s3_upload *joined = NULL;
    if (this->ended || !this->shared || offset > this->size) {
        return q_error_set(error, QUIRE_USAGE, "%s in %s has no such part to be written",
                           this->temp, s3_of(this)->client.config.shown);
    }
    quire_status status = q_s3_upload_join(this->upload, &joined, error);
    return status ? status
                  : q_s3_part_new(writer->objects, joined, this->size, offset, part, error);
}

static quire_status check_usable(const s3_writer *this, const char *other, quire_error *error) {
    if (this->ended || other) {
        return q_error_set(error, QUIRE_USAGE, "%s in %s %s", this->temp,
                           s3_of(this)->client.config.shown,
                           this->ended ? "was published already" : other);
    }
    return this->failed
               ? q_error_set(error, QUIRE_ERROR, "an earlier write to %s has failed", this->temp)
               : QUIRE_OK;
}

/** Send what is in the buffer; it is full, or the last. */
static quire_status send_part(s3_writer *this, quire_error *error) {
    uint64_t begin = 0, size = 0;
    unsigned number = q_s3_part_at(this->size - this->buffer.size, &begin, &size);
    quire_status status = QUIRE_OK;
    if (number == 0) {
        return q_error_set(error, QUIRE_ERROR,
                           "an object of more than %" PRIu64
                           " bytes is too large for an object storage",
                           this->size - this->buffer.size);
    }
    if (!this->upload) {
        status = q_s3_upload_begin(s3_of(this), this->temp, "", false, &this->upload, error);
    }
    return status ? status : q_s3_upload_send(this->upload, number, &this->buffer, error);
}

/** Room to the end of the part that is being filled, which is sent before it if it is full. A part
 *  that was the last byte is not known to be the last: it waits for the next. */
static quire_status make_room(s3_writer *this, size_t *room, quire_error *error) {
    uint64_t begin = 0, size = 0;
    quire_status status = QUIRE_OK;
    (void)q_s3_part_at(this->size - this->buffer.size, &begin, &size);
    if (this->buffer.size > 0 && this->buffer.size >= size) {
        status = send_part(this, error);
        (void)q_s3_part_at(this->size, &begin, &size);
    }
    *room = (size_t)size - this->buffer.size;
    return status;
}

quire_status q_s3_writer_write(q_object_writer *writer, const void *data, size_t size,
                               quire_error *error) {
    s3_writer *this = (s3_writer *)writer;
    const char *from = data;
    quire_status status = check_usable(this, this->shared ? "is written in parts" : NULL, error);
    if (status) {
        return status;
    }
    while (size > 0 && !status) {
        size_t room = 0;
        status = make_room(this, &room, error);
        size_t piece = size < room ? size : room;
        status = status ? status : q_buffer_append(&this->buffer, from, piece, error);
        if (!status) {
            from += piece;
            size -= piece;
            this->size += piece;
        }
    }
    this->failed = status != QUIRE_OK;
    if (this->upload) { /* what is under way goes on while the next bytes are made */
        q_http_pool_drive(s3_of(this)->client.pool);
    }
    return status;
}

/* --- publishing --- */

/** What no part was written of has any bytes. */
static quire_status fill_holes(s3_writer *this, quire_error *error) {
    uint64_t begin = 0, room = 0, written = 0;
    quire_status status = q_s3_upload_survey(this->upload, &written, error);
    for (uint64_t at = 0; at < this->size && !status; at = begin + room) {
        unsigned number = q_s3_part_at(at, &begin, &room);
        if (!q_s3_upload_has(this->upload, number)) {
            q_buffer zeros = {0};
            uint64_t size = this->size - begin < room ? this->size - begin : room;
            status = q_buffer_reserve(&zeros, (size_t)size, error);
            if (!status) {
                memset(zeros.data, 0, (size_t)size);
                zeros.size = (size_t)size;
                status = q_s3_upload_send(this->upload, number, &zeros, error);
            }
            q_buffer_free(&zeros);
        }
    }
    return status;
}

/** Whether the object that is there has the bytes of the one in tmp/. */
static quire_status is_same(s3_writer *this, const char *key, const q_s3_answer *there,
                            const char *parts, bool *same, quire_error *error) {
    *same = there->length == this->size && parts[0] && strcmp(there->parts, parts) == 0;
    return *same || there->length != this->size
               ? QUIRE_OK
               : q_s3_compare(s3_of(this), this->temp, key, this->size, same, error);
}

static quire_status publish_once(s3_writer *this, const char *key, const char *parts, bool *created,
                                 bool *again, quire_error *error) {
    q_s3 *s3 = s3_of(this);
    q_s3_answer there = {0}, made = {0};
    bool found = false, same = true, kept = false;
    quire_status status = q_s3_guard_before(s3, error);
    status = status ? status : q_s3_head(s3, key, &found, &there, error);
    if (!status && found) {
        status = is_same(this, key, &there, parts, &same, error);
    }
    if (!status && !same) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s in %s is stored with other content", key,
                             s3->client.config.shown);
    }
    status = status ? status : q_s3_copy(s3, this->temp, key, this->size, parts, error);
    status = status ? status : q_s3_guard_after(s3, key, &kept, error);
    if (!status && kept) {
        status = q_s3_head(s3, key, &kept, &made, error);
    }
    if (!status && kept && made.length != this->size) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "%s in %s has %" PRIu64 " bytes instead of %" PRIu64, key,
                             s3->client.config.shown, made.length, this->size);
    }
    *created = !status && kept && !found;
    *again = !status && !kept;
    q_s3_answer_free(&there);
    q_s3_answer_free(&made);
    return status;
}

/** From tmp/ to its key. */
static quire_status publish_upload(s3_writer *this, const char *key, bool *created,
                                   quire_error *error) {
    char parts[Q_SHA256_HEX_SIZE] = "";
    bool again = true;
    quire_status status = this->shared ? fill_holes(this, error) : send_part(this, error);
    status = status ? status : q_s3_upload_settle(this->upload, error);
    status = status ? status : q_s3_upload_parts(this->upload, parts, error);
    status = status ? status : q_s3_upload_complete(this->upload, error);
    this->completed = !status;
    for (int i = 0; i < Q_S3_ATTEMPTS && again && !status; i++) {
        status = publish_once(this, key, parts, created, &again, error);
    }
    if (!status && again) {
        status = q_error_set(error, QUIRE_TEMPORARY,
                             "cannot put %s in %s: it is removed again and again", key,
                             s3_of(this)->client.config.shown);
    }
    return status;
}

static void drop_temp(s3_writer *this) {
    if (this->completed) {
        (void)q_s3_delete(s3_of(this), this->temp, NULL); /* else it is swept some time */
    } else if (this->upload) {
        q_s3_upload_abort(this->upload);
    }
    q_s3_upload_free(this->upload);
    this->upload = NULL;
    this->completed = false;
}

quire_status q_s3_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                 quire_error *error) {
    s3_writer *this = (s3_writer *)writer;
    *created = false;
    quire_status status = check_usable(this, NULL, error);
    if (status) {
        return status;
    }
    this->ended = true;
    if (this->upload && (!this->shared || this->size > 0)) {
        status = publish_upload(this, key, created, error);
    } else {
        status = q_s3_store(s3_of(this), key, Q_OBJECT_CONTENT, this->buffer.data,
                            this->buffer.size, QUIRE_INTEGRITY, created, error);
    }
    drop_temp(this);
    q_buffer_free(&this->buffer);
    return status;
}

void q_s3_writer_free(q_object_writer *writer) {
    s3_writer *this = (s3_writer *)writer;
    drop_temp(this);
    q_buffer_free(&this->buffer);
    free(this);
}
