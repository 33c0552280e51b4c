/** @file Uploads of many parts: see s3_upload.h. */
#include "objects/s3/s3_upload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_xml.h"

#define FLIGHTS 3     /* parts of an upload that are under way at once */
#define FLIGHTS_ALL 8 /* and of all uploads of a handle, save for one each */
#define PARTS_MAX 10000
#define ID_SIZE 1024

typedef struct part {
    unsigned number;
    char etag[Q_S3_ETAG_SIZE]; /* without the quotes, which not all who tell it have */
} part;

/** A part on its way. */
typedef struct sending {
    q_s3_flight flight;
    q_s3_request request;
    q_s3_pair query[2], headers[2];
    char number[16], sha256[Q_SHA256_HEX_SIZE], range[64];
    q_buffer data; /* empty: the server takes it from another object */
} sending;

struct q_s3_upload {
    q_s3 *s3;
    char key[Q_S3_KEY_SIZE], id[ID_SIZE];
    int64_t begun; /* by the server's clock, in seconds; -1: not known */
    sending sendings[FLIGHTS];
    size_t oldest, under_way; /* in a ring */
    part *parts;
    size_t count, capacity;
};

unsigned q_s3_part_at(uint64_t offset, uint64_t *begin, uint64_t *size) {
    static const struct {
        unsigned count;
        uint64_t size;
    } classes[] = {
        {1000, Q_S3_PART_FIRST}, {6000, (uint64_t)64 << 20}, {3000, (uint64_t)512 << 20}};
    unsigned number = 1;
    uint64_t base = 0;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        uint64_t index = (offset - base) / classes[i].size;
        if (index < classes[i].count) {
            *begin = base + index * classes[i].size;
            *size = classes[i].size;
            return number + (unsigned)index;
        }
        number += classes[i].count;
        base += classes[i].count * classes[i].size;
    }
    return 0;
}

static quire_status make(q_s3 *s3, const char *key, q_s3_upload **upload, quire_error *error) {
    q_s3_upload *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->s3 = s3;
    made->begun = -1;
    snprintf(made->key, sizeof made->key, "%s", key);
    *upload = made;
    return QUIRE_OK;
}

quire_status q_s3_upload_join(const q_s3_upload *upload, q_s3_upload **joined, quire_error *error) {
    quire_status status = make(upload->s3, upload->key, joined, error);
    if (!status) {
        memcpy((*joined)->id, upload->id, sizeof upload->id);
    }
    return status;
}

static void land_nothing(q_s3_upload *upload, sending *this) {
    q_s3_flight_cancel(&upload->s3->client, &this->flight);
    q_buffer_free(&this->data);
    atomic_fetch_sub(&upload->s3->parts, 1);
}

static void land_nothing_more(q_s3_upload *upload) {
    for (; upload->under_way > 0; upload->under_way--) {
        land_nothing(upload, &upload->sendings[upload->oldest]);
        upload->oldest = (upload->oldest + 1) % FLIGHTS;
    }
}

void q_s3_upload_free(q_s3_upload *upload) {
    if (upload) {
        land_nothing_more(upload);
        free(upload->parts);
        free(upload);
    }
}

static quire_status take_id(void *context, const char *path, const char *text, quire_error *error) {
    q_s3_upload *upload = context;
    (void)error;
    if (strcmp(path, "InitiateMultipartUploadResult/UploadId") == 0) {
        snprintf(upload->id, sizeof upload->id, "%s", text);
    }
    return QUIRE_OK;
}

quire_status q_s3_upload_begin(q_s3 *s3, const char *key, const char *parts, bool only_once,
                               q_s3_upload **upload, quire_error *error) {
    q_s3_upload *made = NULL;
    q_s3_answer answer = {0};
    const q_s3_pair query = {"uploads", NULL};
    const q_s3_pair header = {Q_S3_PARTS, parts};
    const q_s3_request request = {.method = "POST",
                                  .key = key,
                                  .query = &query,
                                  .query_count = 1,
                                  .headers = &header,
                                  .header_count = parts[0] ? 1 : 0,
                                  .only_once = only_once,
                                  .root = "InitiateMultipartUploadResult"};
    quire_status status = make(s3, key, &made, error);
    if (status) {
        return status;
    }
    status = q_s3_expect(s3, &request, "begin an upload", &answer, error);
    if (!status) {
        status = q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size, take_id,
                                made, error);
    }
    if (!status && !made->id[0]) {
        status = q_error_set(error, QUIRE_ERROR, "the server names no upload of %s in %s", key,
                             s3->client.config.shown);
    }
    made->begun = answer.date;
    q_s3_answer_free(&answer);
    if (status) {
        q_s3_upload_free(made);
        return status;
    }
    *upload = made;
    return QUIRE_OK;
}

typedef struct finding {
    const char *key; /* with the prefix of the store */
    char name[Q_S3_KEY_SIZE], id[ID_SIZE], found[ID_SIZE];
    unsigned count;
} finding;

static quire_status take_upload(void *context, const char *path, const char *text,
                                quire_error *error) {
    finding *this = context;
    (void)error;
    if (strcmp(path, "ListMultipartUploadsResult/Upload/Key") == 0) {
        snprintf(this->name, sizeof this->name, "%s", text);
    } else if (strcmp(path, "ListMultipartUploadsResult/Upload/UploadId") == 0) {
        snprintf(this->id, sizeof this->id, "%s", text);
    } else if (strcmp(path, "ListMultipartUploadsResult/Upload") == 0 &&
               strcmp(this->name, this->key) == 0) {
        snprintf(this->found, sizeof this->found, "%s", this->id);
        this->count++;
    }
    return QUIRE_OK;
}

quire_status q_s3_upload_find(q_s3 *s3, const char *key, q_s3_upload **upload, quire_error *error) {
    q_s3_answer answer = {0};
    q_buffer full = {0};
    finding this = {0};
    *upload = NULL;
    quire_status status = q_buffer_printf(&full, error, "%s%s", s3->client.config.prefix, key);
    const q_s3_pair query[] = {{"uploads", NULL}, {"prefix", full.data}};
    const q_s3_request request = {
        .method = "GET", .query = query, .query_count = 2, .root = "ListMultipartUploadsResult"};
    status = status ? status : q_s3_expect(s3, &request, "list uploads", &answer, error);
    this.key = full.data;
    if (!status) {
        status = q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size,
                                take_upload, &this, error);
    }
    if (!status && this.count > 1) { /* parts of one would be missing in the other */
        status = q_error_set(error, QUIRE_TEMPORARY,
                             "the upload %s in %s was begun twice, by something between that sent "
                             "the request again: begin again",
                             key, s3->client.config.shown);
    }
    if (!status && this.found[0]) {
        status = make(s3, key, upload, error);
        if (!status) {
            memcpy((*upload)->id, this.found, sizeof this.found);
        }
    }
    q_s3_answer_free(&answer);
    q_buffer_free(&full);
    return status;
}

/* --- parts --- */

bool q_s3_upload_has(const q_s3_upload *upload, unsigned number) {
    for (size_t i = 0; i < upload->count; i++) {
        if (upload->parts[i].number == number) {
            return true;
        }
    }
    return false;
}

static quire_status note_part(q_s3_upload *upload, unsigned number, const char *etag,
                              quire_error *error) {
    if (upload->count == upload->capacity) {
        size_t capacity = upload->capacity ? 2 * upload->capacity : 16;
        part *grown = realloc(upload->parts, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        upload->parts = grown;
        upload->capacity = capacity;
    }
    size_t size = strlen(etag);
    bool quoted = size > 1 && etag[0] == '"' && etag[size - 1] == '"';
    part *this = &upload->parts[upload->count++];
    this->number = number;
    snprintf(this->etag, sizeof this->etag, "%.*s", (int)(size - (quoted ? 2 : 0)),
             etag + (quoted ? 1 : 0));
    return QUIRE_OK;
}

/** The upload is gone when gc has swept it as one that nobody goes on with. */
static quire_status refuse_part(const q_s3_upload *upload, const q_s3_answer *answer,
                                const char *what, quire_error *error) {
    return strcmp(answer->why, "NoSuchUpload") == 0
               ? q_error_set(error, QUIRE_TEMPORARY,
                             "the upload %s in %s is gone: its maker has given it up, or paused "
                             "for so long that gc removed it: begin again",
                             upload->key, upload->s3->client.config.shown)
               : q_s3_refused(&upload->s3->client, answer, what, error);
}

static quire_status take_etag(void *context, const char *path, const char *text,
                              quire_error *error) {
    (void)error;
    if (strcmp(path, "CopyPartResult/ETag") == 0) {
        snprintf(context, Q_S3_ETAG_SIZE, "%s", text);
    }
    return QUIRE_OK;
}

static quire_status land_oldest(q_s3_upload *upload, quire_error *error) {
    q_s3_answer answer = {0};
    sending *this = &upload->sendings[upload->oldest];
    quire_status status =
        q_s3_flight_land(&upload->s3->client, &this->flight, "send a part", &answer, error);
    if (!status && !q_s3_is_success(&answer)) {
        status = refuse_part(upload, &answer, "send a part", error);
    }
    if (!status && this->request.header_count > 0) {
        status = q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size,
                                take_etag, answer.etag, error);
    }
    if (!status && !answer.etag[0]) {
        status =
            q_error_set(error, QUIRE_ERROR, "the server gives a part of %s no ETag", upload->key);
    }
    if (!status) {
        status = note_part(upload, (unsigned)strtoul(this->number, NULL, 10), answer.etag, error);
    }
    q_s3_answer_free(&answer);
    q_buffer_free(&this->data);
    atomic_fetch_sub(&upload->s3->parts, 1);
    upload->oldest = (upload->oldest + 1) % FLIGHTS;
    upload->under_way--;
    return status;
}

/** Room for one more under way, which goes for `this`. */
static quire_status take_turn(q_s3_upload *upload, size_t size, sending **this,
                              quire_error *error) {
    quire_status status = QUIRE_OK;
    bool full = upload->under_way == FLIGHTS ||
                (upload->under_way > 0 && atomic_load(&upload->s3->parts) >= FLIGHTS_ALL) ||
                (upload->under_way > 1 && size > (size_t)64 << 20);
    if (full) {
        status = land_oldest(upload, error);
    }
    *this = &upload->sendings[(upload->oldest + upload->under_way) % FLIGHTS];
    return status;
}

static quire_status set_off(q_s3_upload *upload, sending *this, unsigned number,
                            quire_error *error) {
    snprintf(this->number, sizeof this->number, "%u", number);
    this->query[0] = (q_s3_pair){"partNumber", this->number};
    this->query[1] = (q_s3_pair){"uploadId", upload->id};
    this->request.method = "PUT";
    this->request.key = upload->key;
    this->request.query = this->query;
    this->request.query_count = 2;
    quire_status status =
        q_s3_flight_start(&upload->s3->client, &this->flight, &this->request, error);
    if (status) {
        q_buffer_free(&this->data);
        return status;
    }
    atomic_fetch_add(&upload->s3->parts, 1);
    upload->under_way++;
    q_http_pool_drive(upload->s3->client.pool);
    return QUIRE_OK;
}

quire_status q_s3_upload_send(q_s3_upload *upload, unsigned number, q_buffer *data,
                              quire_error *error) {
    sending *this = NULL;
    quire_status status = take_turn(upload, data->size, &this, error);
    if (!status) {
        status = q_sha256_hex(data->data ? data->data : "", data->size, this->sha256, error);
    }
    if (status) {
        return status;
    }
    this->data = *data;
    *data = (q_buffer){0};
    this->request =
        (q_s3_request){.body = this->data.data, .size = this->data.size, .sha256 = this->sha256};
    return set_off(upload, this, number, error);
}

quire_status q_s3_upload_copy(q_s3_upload *upload, unsigned number, const char *source,
                              uint64_t first, uint64_t last, quire_error *error) {
    sending *this = NULL;
    quire_status status = take_turn(upload, 0, &this, error);
    if (status) {
        return status;
    }
    snprintf(this->range, sizeof this->range, "bytes=%" PRIu64 "-%" PRIu64, first, last);
    this->headers[0] = (q_s3_pair){"x-amz-copy-source", source};
    this->headers[1] = (q_s3_pair){"x-amz-copy-source-range", this->range};
    this->request =
        (q_s3_request){.headers = this->headers, .header_count = 2, .root = "CopyPartResult"};
    return set_off(upload, this, number, error);
}

quire_status q_s3_upload_settle(q_s3_upload *upload, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (upload->under_way > 0) {
        quire_status landed = land_oldest(upload, status ? NULL : error);
        status = status ? status : landed;
    }
    return status;
}

/* --- surveying --- */

typedef struct surveying {
    q_s3_upload *upload;
    unsigned number;
    char etag[Q_S3_ETAG_SIZE], marker[16];
    uint64_t size, total;
    bool more;
} surveying;

static quire_status take_part(void *context, const char *path, const char *text,
                              quire_error *error) {
    surveying *this = context;
    if (strcmp(path, "ListPartsResult/Part/PartNumber") == 0) {
        this->number = (unsigned)strtoul(text, NULL, 10);
    } else if (strcmp(path, "ListPartsResult/Part/ETag") == 0) {
        snprintf(this->etag, sizeof this->etag, "%s", text);
    } else if (strcmp(path, "ListPartsResult/Part/Size") == 0) {
        this->size = strtoull(text, NULL, 10);
    } else if (strcmp(path, "ListPartsResult/IsTruncated") == 0) {
        this->more = strcmp(text, "true") == 0;
    } else if (strcmp(path, "ListPartsResult/NextPartNumberMarker") == 0) {
        snprintf(this->marker, sizeof this->marker, "%s", text);
    } else if (strcmp(path, "ListPartsResult/Part") == 0) {
        this->total += this->size;
        return note_part(this->upload, this->number, this->etag, error);
    }
    return QUIRE_OK;
}

quire_status q_s3_upload_survey(q_s3_upload *upload, uint64_t *size, quire_error *error) {
    surveying this = {.upload = upload, .more = true};
    quire_status status = QUIRE_OK;
    upload->count = 0;
    while (this.more && !status) {
        q_s3_answer answer = {0};
        const q_s3_pair query[] = {{"uploadId", upload->id}, {"part-number-marker", this.marker}};
        const q_s3_request request = {.method = "GET",
                                      .key = upload->key,
                                      .query = query,
                                      .query_count = this.marker[0] ? 2 : 1,
                                      .root = "ListPartsResult"};
        this.more = false;
        status = q_s3_perform(&upload->s3->client, &request, "list parts", &answer, error);
        if (!status && !q_s3_is_success(&answer)) {
            status = refuse_part(upload, &answer, "list parts", error);
        }
        if (!status) {
            status = q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size,
                                    take_part, &this, error);
        }
        if (!status && this.more && upload->count > PARTS_MAX) {
            status = q_error_set(error, QUIRE_ERROR, "the server lists no end of parts of %s",
                                 upload->key);
        }
        q_s3_answer_free(&answer);
    }
    *size = this.total;
    return status;
}

/* --- ending --- */

static int compare_parts(const void *one, const void *other) {
    unsigned left = ((const part *)one)->number, right = ((const part *)other)->number;
    return (left > right) - (left < right);
}

static void sort_parts(q_s3_upload *upload) {
    if (upload->count > 0) {
        qsort(upload->parts, upload->count, sizeof *upload->parts, compare_parts);
    }
}

quire_status q_s3_upload_parts(q_s3_upload *upload, char hex[Q_SHA256_HEX_SIZE],
                               quire_error *error) {
    q_buffer list = {0};
    quire_status status = QUIRE_OK;
    sort_parts(upload);
    for (size_t i = 0; i < upload->count && !status; i++) {
        status = q_buffer_printf(&list, error, "%s\n", upload->parts[i].etag);
    }
    status = status ? status : q_sha256_hex(list.data ? list.data : "", list.size, hex, error);
    q_buffer_free(&list);
    return status;
}

static quire_status list_parts(q_s3_upload *upload, q_buffer *list, quire_error *error) {
    sort_parts(upload);
    quire_status status = q_buffer_append_string(list, "<CompleteMultipartUpload>", error);
    for (size_t i = 0; i < upload->count && !status; i++) {
        const part *this = &upload->parts[i];
        status = q_buffer_printf(list, error,
                                 "<Part><PartNumber>%u</PartNumber>"
                                 "<ETag>&quot;%s&quot;</ETag></Part>",
                                 this->number, this->etag);
    }
    return status ? status : q_buffer_append_string(list, "</CompleteMultipartUpload>", error);
}

/** Whether an earlier attempt, whose answer was lost, has ended it: libcurl may have made that one
 * by itself. Names in tmp/ are nobody else's; what is there of another key must be new. */
static quire_status has_ended(const q_s3_upload *upload, bool *ended, quire_error *error) {
    q_s3_answer looked = {0};
    bool found = false;
    quire_status status = q_s3_head(upload->s3, upload->key, &found, &looked, error);
    bool is_temp = strncmp(upload->key, Q_S3_TMP, strlen(Q_S3_TMP)) == 0;
    bool is_new = upload->begun >= 0 && looked.modified >= upload->begun;
    *ended = !status && found && (is_temp || is_new);
    q_s3_answer_free(&looked);
    return status;
}

quire_status q_s3_upload_complete(q_s3_upload *upload, quire_error *error) {
    q_buffer list = {0};
    q_s3_answer answer = {0};
    bool ended = false;
    quire_status status = q_s3_upload_settle(upload, error);
    status = status ? status : list_parts(upload, &list, error);
    const q_s3_pair query = {"uploadId", upload->id};
    const q_s3_request request = {.method = "POST",
                                  .key = upload->key,
                                  .query = &query,
                                  .query_count = 1,
                                  .body = list.data,
                                  .size = list.size,
                                  .root = "CompleteMultipartUploadResult"};
    status = status ? status
                    : q_s3_perform(&upload->s3->client, &request, "end an upload", &answer, error);
    if (!status && !q_s3_is_success(&answer)) {
        status =
            strcmp(answer.why, "NoSuchUpload") == 0 ? has_ended(upload, &ended, error) : QUIRE_OK;
        if (!status && !ended) {
            status = refuse_part(upload, &answer, "end an upload", error);
        }
    }
    q_s3_answer_free(&answer);
    q_buffer_free(&list);
    return status;
}

void q_s3_upload_abort(q_s3_upload *upload) {
    q_s3_answer answer = {0};
    const q_s3_pair query = {"uploadId", upload->id};
    const q_s3_request request = {
        .method = "DELETE", .key = upload->key, .query = &query, .query_count = 1};
    land_nothing_more(upload);
    (void)q_s3_perform(&upload->s3->client, &request, "give up an upload", &answer, NULL);
    q_s3_answer_free(&answer);
}
