/** @file Answers of an object storage: see s3_answer.h. */
#include "objects/s3/s3_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "objects/s3/s3_xml.h"

#define SKEW_SECONDS 900 /* more than this a server does not put up with */

void q_s3_answer_free(q_s3_answer *answer) {
    q_buffer_free(&answer->body);
    *answer = (q_s3_answer){0};
}

typedef struct taking {
    q_s3_answer *answer;
    const char *root;
    bool has_root;
} taking;

static quire_status take_error(void *context, const char *path, const char *text,
                               quire_error *error) {
    taking *this = context;
    q_s3_answer *answer = this->answer;
    (void)error;
    this->has_root = this->has_root || (this->root && strcmp(path, this->root) == 0);
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

static void find_incomplete(q_s3_answer *answer, const char *message) {
    snprintf(answer->why, sizeof answer->why, "IncompleteBody");
    snprintf(answer->message, sizeof answer->message, "%s", message);
}

/** Some requests begin to answer 200 before they are done: what went wrong since is in the body.
 *  What cannot be read of a refusal leaves its code, which says enough. */
static quire_status take_xml(const q_s3_request *request, bool is_success, q_s3_answer *answer,
                             quire_error *error) {
    taking this = {.answer = answer, .root = request->root};
    quire_status status =
        answer->body.size > 0
            ? q_s3_xml_parse(answer->body.data, answer->body.size, take_error, &this, error)
            : QUIRE_OK;
    bool wrong = status == QUIRE_TEMPORARY ||
                 (!status && this.root && !this.has_root && answer->why[0] == '\0');
    if (wrong && is_success) {
        find_incomplete(answer, "the answer is not the XML that was expected");
    }
    return status == QUIRE_TEMPORARY ? QUIRE_OK : status;
}

/** Whether the end of a body can be told from a connection that was lost. */
static bool has_end(const q_http_exchange *exchange, const q_s3_answer *answer) {
    char text[32];
    return answer->has_length || q_http_header(exchange, "transfer-encoding", text, sizeof text) ||
           (exchange->head.size > 6 && strncmp(exchange->head.data, "HTTP/1", 6) != 0);
}

quire_status q_s3_answer_take(q_http_exchange *exchange, const q_s3_request *request,
                              q_s3_answer *answer, quire_error *error) {
    char text[32];
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
    answer->has_length = q_http_header(exchange, "content-length", text, sizeof text);
    if (answer->has_length) {
        answer->length = strtoull(text, NULL, 10);
        if (answer->length > (uint64_t)INT64_MAX) {
            return q_error_set(error, QUIRE_ERROR, "the server tells of an object of %s bytes",
                               text);
        }
    }
    bool is_success = answer->code >= 200 && answer->code <= 299;
    if (!is_success || !request->is_data) {
        return take_xml(request, is_success, answer, error);
    }
    if (!has_end(exchange, answer)) {
        find_incomplete(answer, "the answer does not say where it ends");
    }
    return QUIRE_OK;
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

/** Also of an answer to HEAD, which has no body to say it. */
static bool is_skewed(const q_s3_answer *answer) {
    int64_t now = (int64_t)time(NULL);
    return strcmp(answer->why, "RequestTimeTooSkewed") == 0 ||
           (answer->code == 403 && answer->why[0] == '\0' && answer->date >= 0 &&
            (answer->date < now - SKEW_SECONDS || answer->date > now + SKEW_SECONDS));
}

static void explain(const q_s3_client *client, const q_s3_answer *answer, char *text, size_t size) {
    text[0] = '\0';
    if (is_skewed(answer)) {
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
