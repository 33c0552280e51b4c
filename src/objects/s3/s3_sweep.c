/** @file What unfinished writers and removers have left: uploads, objects in tmp/, entries. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "objects/s3/s3_internal.h"
#include "objects/s3/s3_xml.h"

#define DELETED_MOST 1000 /* by one request */

typedef struct uploads {
    q_s3 *s3;
    int64_t unless_since;
    char key[Q_S3_KEY_SIZE], id[1024], next_key[Q_S3_KEY_SIZE], next_id[1024];
    int64_t begun; /* in seconds */
    bool more;
} uploads;

static quire_status abort_upload(uploads *this, quire_error *error) {
    q_s3 *s3 = this->s3;
    size_t prefix = strlen(s3->client.config.prefix);
    q_s3_answer answer = {0};
    const q_s3_pair query = {"uploadId", this->id};
    const q_s3_request request = {
        .method = "DELETE", .key = this->key + prefix, .query = &query, .query_count = 1};
    if (strlen(this->key) <= prefix || this->begun < 0 ||
        q_s3_microseconds(this->begun) >= this->unless_since) {
        return QUIRE_OK;
    }
    quire_status status = q_s3_perform(&s3->client, &request, "give up an upload", &answer, error);
    if (!status && !q_s3_is_success(&answer) && answer.code != 404) {
        status = q_s3_refused(&s3->client, &answer, "give up an upload", error);
    }
    q_s3_answer_free(&answer);
    return status;
}

static quire_status take_upload(void *context, const char *path, const char *text,
                                quire_error *error) {
    static const char root[] = "ListMultipartUploadsResult/";
    uploads *this = context;
    struct tm at = {0};
    if (strncmp(path, root, strlen(root)) != 0) {
        return QUIRE_OK;
    }
    path += strlen(root);
    if (strcmp(path, "Upload/Key") == 0) {
        snprintf(this->key, sizeof this->key, "%s", text);
    } else if (strcmp(path, "Upload/UploadId") == 0) {
        snprintf(this->id, sizeof this->id, "%s", text);
    } else if (strcmp(path, "Upload/Initiated") == 0) {
        this->begun = strptime(text, "%Y-%m-%dT%H:%M:%S", &at) ? (int64_t)timegm(&at) : -1;
    } else if (strcmp(path, "NextKeyMarker") == 0) {
        snprintf(this->next_key, sizeof this->next_key, "%s", text);
    } else if (strcmp(path, "NextUploadIdMarker") == 0) {
        snprintf(this->next_id, sizeof this->next_id, "%s", text);
    } else if (strcmp(path, "IsTruncated") == 0) {
        this->more = strcmp(text, "true") == 0;
    } else if (strcmp(path, "Upload") == 0) {
        return abort_upload(this, error);
    }
    return QUIRE_OK;
}

static quire_status sweep_uploads(q_s3 *s3, int64_t unless_since, quire_error *error) {
    q_buffer prefix = {0};
    uploads *this = calloc(1, sizeof *this);
    quire_status status = this ? QUIRE_OK : q_error_memory(error);
    /* Not those in tmp/ alone: a large copy is an upload to its key. */
    status = status ? status : q_buffer_append_string(&prefix, s3->client.config.prefix, error);
    for (bool more = true; more && !status;) {
        q_s3_answer answer = {0};
        char key[Q_S3_KEY_SIZE], id[1024];
        memcpy(key, this->next_key, sizeof key);
        memcpy(id, this->next_id, sizeof id);
        *this = (uploads){.s3 = s3, .unless_since = unless_since, .begun = -1};
        const q_s3_pair query[] = {{"uploads", NULL},
                                   {"prefix", prefix.data ? prefix.data : ""},
                                   {"key-marker", key},
                                   {"upload-id-marker", id}};
        const q_s3_request request = {.method = "GET",
                                      .query = query,
                                      .query_count = key[0] ? 4 : 2,
                                      .root = "ListMultipartUploadsResult"};
        status = q_s3_expect(s3, &request, "list uploads", &answer, error);
        status = status ? status
                        : q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size,
                                         take_upload, this, error);
        bool goes_on = strcmp(key, this->next_key) != 0 || strcmp(id, this->next_id) != 0;
        more = !status && this->more && this->next_key[0] && goes_on;
        q_s3_answer_free(&answer);
    }
    q_buffer_free(&prefix);
    free(this);
    return status;
}

/* --- objects, many at once --- */

static quire_status md5_of(const q_buffer *text, char base64[32], quire_error *error) {
    unsigned char md5[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text->data, text->size, md5, &size, EVP_md5(), NULL) != 1 || size != 16) {
        return q_error_set(error, QUIRE_ERROR, "OpenSSL computes no MD5, which S3 asks for here");
    }
    (void)EVP_EncodeBlock((unsigned char *)base64, md5, (int)size);
    return QUIRE_OK;
}

typedef struct refusal {
    char key[Q_S3_KEY_SIZE], code[Q_S3_CODE_SIZE];
} refusal;

static quire_status take_refusal(void *context, const char *path, const char *text,
                                 quire_error *error) {
    refusal *this = context;
    if (strcmp(path, "DeleteResult/Error/Key") == 0) {
        snprintf(this->key, sizeof this->key, "%s", text);
    } else if (strcmp(path, "DeleteResult/Error/Code") == 0) {
        snprintf(this->code, sizeof this->code, "%s", text);
    } else if (strcmp(path, "DeleteResult/Error") == 0 && strcmp(this->code, "NoSuchKey") != 0) {
        return q_error_set(error,
                           strcmp(this->code, "AccessDenied") == 0 ? QUIRE_AUTH : QUIRE_ERROR,
                           "cannot remove %s: %s", this->key, this->code);
    }
    return QUIRE_OK;
}

/** Their names are random and never used again: nothing can come in between. */
static quire_status delete_many(q_s3 *s3, const q_buffer *list, quire_error *error) {
    char md5[32];
    refusal first = {0};
    q_s3_answer answer = {0};
    quire_status status = md5_of(list, md5, error);
    const q_s3_pair query = {"delete", NULL};
    const q_s3_pair header = {"content-md5", md5};
    const q_s3_request request = {.method = "POST",
                                  .query = &query,
                                  .query_count = 1,
                                  .headers = &header,
                                  .header_count = 1,
                                  .body = list->data,
                                  .size = list->size,
                                  .root = "DeleteResult"};
    status = status ? status
                    : q_s3_expect(s3, &request, "remove what writers have left", &answer, error);
    if (!status) {
        status = q_s3_xml_parse(answer.body.data, answer.body.size, take_refusal, &first, error);
    }
    q_s3_answer_free(&answer);
    return status;
}

/** Names of quire's making need no escaping; the store's prefix may. */
static quire_status escape(q_buffer *out, const char *text, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (; *text && !status; text++) {
        status = strchr("&<>'\"", *text) ? q_buffer_printf(out, error, "&#%d;", (int)*text)
                                         : q_buffer_append(out, text, 1, error);
    }
    return status;
}

static quire_status add_key(q_s3 *s3, q_buffer *list, const char *key, quire_error *error) {
    quire_status status = q_buffer_append_string(list, "<Object><Key>", error);
    status = status ? status : escape(list, s3->client.config.prefix, error);
    status = status ? status : escape(list, key, error);
    return status ? status : q_buffer_append_string(list, "</Key></Object>", error);
}

/** Remove the objects below a prefix whose time is before `before`, in microseconds. */
static quire_status sweep_objects(q_s3 *s3, const char *prefix, int64_t before,
                                  quire_error *error) {
    char *after = NULL;
    bool more = true;
    quire_status status = QUIRE_OK;
    while (more && !status) {
        q_s3_page page = {0};
        q_buffer list = {0};
        size_t count = 0;
        status = q_s3_list_page(s3, prefix, true, DELETED_MOST, after, &page, error);
        status =
            status ? status : q_buffer_append_string(&list, "<Delete><Quiet>true</Quiet>", error);
        for (size_t i = 0; i < page.count && !status; i++) {
            if (q_s3_microseconds(page.items[i].modified) < before) {
                status = add_key(s3, &list, page.items[i].key, error);
                count++;
            }
        }
        status = status ? status : q_buffer_append_string(&list, "</Delete>", error);
        if (!status && count > 0) {
            status = delete_many(s3, &list, error);
        }
        free(after);
        after = page.next;
        page.next = NULL;
        more = after != NULL;
        q_s3_page_free(&page);
        q_buffer_free(&list);
    }
    free(after);
    return status;
}

/** INT64_MIN asks to undo removals that were left half done: none ever is, since a DELETE is all
 *  that a removal does to an object. */
quire_status q_s3_sweep(q_objects *objects, int64_t unless_since, quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    int64_t now = 0;
    if (unless_since == INT64_MIN) {
        return QUIRE_OK;
    }
    q_s3_removals_end(s3);
    quire_status status = sweep_uploads(s3, unless_since, error);
    status = status ? status : sweep_objects(s3, Q_S3_TMP, unless_since, error);
    status = status ? status : q_s3_now(objects, &now, error);
    return status ? status
                  : sweep_objects(s3, Q_S3_TRASH, now - (int64_t)Q_S3_ANNOUNCED_SECONDS * 1000000,
                                  error);
}
