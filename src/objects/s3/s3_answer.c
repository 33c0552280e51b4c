/** @file Answers of an object storage: see s3_answer.h. */
#include "objects/s3/s3_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_xml.h"

void q_s3_answer_free(q_s3_answer *answer) {
    q_buffer_free(&answer->body);
    *answer = (q_s3_answer){0};
}

static quire_status take_error(void *context, const char *path, const char *text,
                               quire_error *error) {
    q_s3_answer *answer = context;
    (void)error;
    if (strcmp(path, "Error/Code") == 0) {
        snprintf(answer->why, sizeof answer->why, "%s", text);
    } else if (strcmp(path, "Error/Message") == 0) {
        snprintf(answer->message, sizeof answer->message, "%s", text);
    } else if (strcmp(path, "Error/Region") == 0) {
        snprintf(answer->region, sizeof answer->region, "%s", text);
    }
    return QUIRE_OK;
}

static int64_t date_of(const q_http_exchange *exchange, const char *name) {
    char text[64];
    return q_http_header(exchange, name, text, sizeof text) ? q_http_date(text) : -1;
}

quire_status q_s3_answer_take(q_http_exchange *exchange, const q_s3_request *request,
                              q_s3_answer *answer, quire_error *error) {
    char text[32];
    quire_status status = QUIRE_OK;
    answer->code = exchange->code;
    answer->too_large = exchange->too_large;
    answer->received = exchange->received;
    answer->date = date_of(exchange, "date");
    answer->modified = date_of(exchange, "last-modified");
    answer->body = exchange->answer;
    exchange->answer = (q_buffer){0};
    (void)q_http_header(exchange, "etag", answer->etag, sizeof answer->etag);
    (void)q_http_header(exchange, Q_S3_PARTS, answer->parts, sizeof answer->parts);
    (void)q_http_header(exchange, "x-amz-bucket-region", answer->region, sizeof answer->region);
    if (q_http_header(exchange, "content-length", text, sizeof text)) {
        answer->length = strtoull(text, NULL, 10);
        if (answer->length > (uint64_t)INT64_MAX) {
            return q_error_set(error, QUIRE_ERROR, "the server tells of an object of %s bytes",
                               text);
        }
    }
    bool is_success = answer->code >= 200 && answer->code <= 299;
    if (answer->body.size > 0 && !(is_success && request->is_data)) {
        /* Some requests begin to answer 200 before they are done: what went wrong since is in the
         * body. What cannot be read of a refusal leaves its code, which says enough. */
        status = q_s3_xml_parse(answer->body.data, answer->body.size, take_error, answer, error);
        if (status == QUIRE_TEMPORARY && is_success) {
            snprintf(answer->why, sizeof answer->why, "IncompleteBody");
            snprintf(answer->message, sizeof answer->message,
                     "the answer is not the XML that was expected");
        }
        status = status == QUIRE_TEMPORARY ? QUIRE_OK : status;
    }
    return status;
}

bool q_s3_answer_may_change(const q_s3_answer *answer) {
    static const char *const passing[] = {
        "SlowDown",       "InternalError",    "ServiceUnavailable",
        "RequestTimeout", "OperationAborted", "ConditionalRequestConflict",
        "IncompleteBody", "Throttling",       "RequestLimitExceeded"};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
        if (strcmp(answer->why, passing[i]) == 0) {
            return true;
        }
    }
    return answer->code == 408 || answer->code == 429 || answer->code == 500 ||
           answer->code == 502 || answer->code == 503 || answer->code == 504 ||
           (answer->code == 409 && answer->why[0] == '\0');
}

static quire_status status_of(const q_s3_answer *answer) {
    if (q_s3_answer_may_change(answer)) {
        return QUIRE_TEMPORARY;
    }
    if (strcmp(answer->why, "NoSuchBucket") ==
        0) { /* nothing that looked for a key may take it so */
        return QUIRE_ERROR;
    }
    switch (answer->code) {
    case 401:
    case 403:
        return QUIRE_AUTH;
    case 404:
        return QUIRE_NOT_FOUND;
    default:
        return QUIRE_ERROR;
    }
}

static void explain(const q_s3_client *client, const q_s3_answer *answer, char *text, size_t size) {
    text[0] = '\0';
    if (strcmp(answer->why, "RequestTimeTooSkewed") == 0) {
        snprintf(text, size, ": the clock of this host is wrong by more than a quarter of an hour");
    } else if (strcmp(answer->why, "ExpiredToken") == 0) {
        snprintf(text, size, ": the session of these credentials is over, get new ones");
    } else if (strcmp(answer->why, "NoSuchBucket") == 0) {
        snprintf(text, size, ": make the bucket first, quire makes none");
    } else if (answer->region[0] && strcmp(answer->region, client->config.region) != 0) {
        snprintf(text, size, ": the bucket is in region %s, set AWS_REGION", answer->region);
    }
}

quire_status q_s3_refused(const q_s3_client *client, const q_s3_answer *answer, const char *what,
                          quire_error *error) {
    char more[160];
    explain(client, answer, more, sizeof more);
    return q_error_set(error, status_of(answer), "cannot %s in %s: %s%s%s (%ld from %s)%s", what,
                       client->config.shown, answer->why[0] ? answer->why : "the server refuses",
                       answer->message[0] ? ": " : "", answer->message, answer->code,
                       client->config.host, more);
}
