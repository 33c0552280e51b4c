/** @file Requests, made and tried again: see s3_request.h. s3_answer.c understands answers. */
#include "objects/s3/s3_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "base/uri.h"
#include "objects/s3/s3_answer.h"

#define SERVICE "s3"
#define TIME_SIZE 24
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define WAIT_FIRST 100 /* milliseconds */
#define WAIT_MOST 20000
#define WAIT_ASKED_MOST 60000 /* of what a server may ask for */

quire_status q_s3_client_open(const char *url, long stall_seconds, q_s3_client *client,
                              quire_error *error) {
    const q_environment_aws environment = q_environment_get_aws();
    *client = (q_s3_client){0};
    quire_status status = q_s3_config_find(url, &environment, &client->config, error);
    if (!status) {
        const q_http_pool_options options = {.ca_bundle = client->config.ca_bundle,
                                             .stall_seconds = stall_seconds};
        status = q_http_pool_new(&options, &client->pool, error);
    }
    if (status) {
        q_s3_client_close(client);
    }
    return status;
}

void q_s3_client_close(q_s3_client *client) {
    q_http_pool_free(client->pool);
    q_s3_config_free(&client->config);
    client->pool = NULL;
}

/* --- signing a request --- */

static void show_time(int64_t seconds, char text[TIME_SIZE]) {
    struct tm parts = {0};
    time_t time = (time_t)seconds;
    gmtime_r(&time, &parts);
    strftime(text, TIME_SIZE, "%Y%m%dT%H%M%SZ", &parts);
}

static int compare_names(const void *one, const void *other) {
    return strcmp(((const q_s3_pair *)one)->name, ((const q_s3_pair *)other)->name);
}

static quire_status make_path(const q_s3_client *client, const q_s3_request *request,
                              q_buffer *path, quire_error *error) {
    const q_s3_config *config = &client->config;
    size_t base = strlen(config->base);
    /* Of a bucket without a key the slash at the end goes, unless it is all there is. */
    size_t size = request->key || base == 1 ? base : base - 1;
    quire_status status = q_buffer_append(path, config->base, size, error);
    if (!status && request->key) {
        status = q_uri_append_path(path, config->prefix, error);
        status = status ? status : q_uri_append_path(path, request->key, error);
    }
    return status;
}

/** Everything that a request needs while it is made. */
typedef struct making {
    q_buffer path, query, scope;
    char time[TIME_SIZE], sha256[Q_SHA256_HEX_SIZE], good_for[16];
    q_s3_pair headers[Q_S3_PAIRS_MAX];
    q_s3_pair pairs[Q_S3_PAIRS_MAX];
    q_s3_signing signing;
} making;

static quire_status check_counts(const q_s3_request *request, quire_error *error) {
    return request->header_count + 5 > Q_S3_PAIRS_MAX || request->query_count + 7 > Q_S3_PAIRS_MAX
               ? q_error_set(error, QUIRE_ERROR, "a request with too many headers")
               : QUIRE_OK;
}

/** The signature in a header, good for a quarter of an hour by the server's clock. */
static quire_status sign_header(q_s3_client *client, const q_s3_request *request, making *this,
                                q_buffer *authorization, quire_error *error) {
    q_s3_signing *signing = &this->signing;
    quire_status status = QUIRE_OK;
    size_t count = request->header_count;
    if (request->sha256) {
        memcpy(this->sha256, request->sha256, sizeof this->sha256);
    } else if (request->size == 0) {
        memcpy(this->sha256, EMPTY_SHA256, sizeof this->sha256);
    } else {
        status = q_sha256_hex(request->body, request->size, this->sha256, error);
    }
    show_time((int64_t)time(NULL), this->time);
    for (size_t i = 0; i < count; i++) {
        this->headers[i] = request->headers[i];
    }
    this->headers[count++] = (q_s3_pair){"host", client->config.host};
    this->headers[count++] = (q_s3_pair){"x-amz-content-sha256", this->sha256};
    this->headers[count++] = (q_s3_pair){"x-amz-date", this->time};
    if (client->config.session_token) {
        this->headers[count++] = (q_s3_pair){"x-amz-security-token", client->config.session_token};
    }
    qsort(this->headers, count, sizeof *this->headers, compare_names);
    signing->headers = this->headers;
    signing->header_count = count;
    signing->payload = this->sha256;
    status = status ? status
                    : q_s3_query_encode(&this->query, request->query, request->query_count, error);
    signing->query = this->query.data ? this->query.data : "";
    return status ? status : q_s3_authorization(authorization, signing, error);
}

/** The signature in the query, which the server refuses after a time that is part of it. */
static quire_status sign_query(q_s3_client *client, const q_s3_request *request, making *this,
                               quire_error *error) {
    q_s3_signing *signing = &this->signing;
    char hex[Q_SHA256_HEX_SIZE];
    q_buffer credential = {0};
    size_t count = request->query_count;
    this->headers[0] = (q_s3_pair){"host", client->config.host};
    signing->headers = this->headers;
    signing->header_count = 1;
    signing->payload = Q_S3_UNSIGNED;
    show_time(request->good_from, this->time);
    snprintf(this->good_for, sizeof this->good_for, "%d", request->good_for);
    for (size_t i = 0; i < count; i++) {
        this->pairs[i] = request->query[i];
    }
    quire_status status = q_buffer_printf(&credential, error, "%s/", client->config.access_key);
    status = status ? status : q_s3_scope(&credential, signing, error);
    this->pairs[count++] = (q_s3_pair){"X-Amz-Algorithm", "AWS4-HMAC-SHA256"};
    this->pairs[count++] = (q_s3_pair){"X-Amz-Credential", credential.data};
    this->pairs[count++] = (q_s3_pair){"X-Amz-Date", this->time};
    this->pairs[count++] = (q_s3_pair){"X-Amz-Expires", this->good_for};
    this->pairs[count++] = (q_s3_pair){"X-Amz-SignedHeaders", "host"};
    if (client->config.session_token) {
        this->pairs[count++] = (q_s3_pair){"X-Amz-Security-Token", client->config.session_token};
    }
    status = status ? status : q_s3_query_encode(&this->query, this->pairs, count, error);
    signing->query = this->query.data ? this->query.data : "";
    status = status ? status : q_s3_signature(signing, hex, error);
    q_buffer_free(&credential);
    return status ? status : q_buffer_printf(&this->query, error, "&X-Amz-Signature=%s", hex);
}

static quire_status add_line(q_s3_flight *flight, const char *name, const char *value,
                             quire_error *error) {
    if (flight->line_count + 1 >= sizeof flight->lines / sizeof *flight->lines) {
        return q_error_set(error, QUIRE_ERROR, "a request with too many headers");
    }
    quire_status status = q_asprintf(&flight->lines[flight->line_count], error, "%s:%s%s", name,
                                     *value ? " " : "", value);
    flight->line_count += status == QUIRE_OK;
    return status;
}

static void free_lines(q_s3_flight *flight) {
    for (size_t i = 0; i < flight->line_count; i++) {
        free(flight->lines[i]);
        flight->lines[i] = NULL;
    }
    flight->line_count = 0;
}

/** Make URL and headers, signed for now. */
static quire_status make(q_s3_client *client, q_s3_flight *flight, quire_error *error) {
    const q_s3_request *request = flight->request;
    making this = {0};
    q_buffer authorization = {0};
    this.signing = (q_s3_signing){.method = request->method,
                                  .time = this.time,
                                  .region = client->config.region,
                                  .service = SERVICE,
                                  .access_key = client->config.access_key,
                                  .secret_key = client->config.secret_key};
    free_lines(flight);
    q_buffer_clear(&flight->url);
    quire_status status = check_counts(request, error);
    status = status ? status : make_path(client, request, &this.path, error);
    this.signing.path = this.path.data;
    if (!status) {
        status = request->good_from != 0
                     ? sign_query(client, request, &this, error)
                     : sign_header(client, request, &this, &authorization, error);
    }
    for (size_t i = 0; i < this.signing.header_count && !status; i++) {
        status = add_line(flight, this.headers[i].name, this.headers[i].value, error);
    }
    if (!status && authorization.size > 0) {
        status = add_line(flight, "authorization", authorization.data, error);
    }
    /* What libcurl would add by itself: a wait before a body, and a type that is none of it. */
    status = status ? status : add_line(flight, "expect", "", error);
    status = status ? status : add_line(flight, "content-type", "", error);
    if (!status) {
        status = q_buffer_printf(&flight->url, error, "%s%s%s%s", client->config.origin,
                                 this.path.data, this.query.size > 0 ? "?" : "",
                                 this.query.size > 0 ? this.query.data : "");
    }
    q_buffer_free(&this.path);
    q_buffer_free(&this.query);
    q_buffer_free(&authorization);
    return status;
}

/* --- flights --- */

static quire_status begin(q_s3_client *client, q_s3_flight *flight, quire_error *error) {
    const q_s3_request *request = flight->request;
    quire_status status = make(client, flight, error);
    if (status) {
        return status;
    }
    flight->attempts++;
    flight->exchange = (q_http_exchange){.method = request->method,
                                         .url = flight->url.data,
                                         .headers = (const char *const *)flight->lines,
                                         .body = request->body,
                                         .body_size = request->size,
                                         .into = request->into,
                                         .room = request->room,
                                         .only_once = request->only_once};
    q_http_start(client->pool, &flight->exchange);
    return QUIRE_OK;
}

static void end(q_s3_flight *flight) {
    q_http_exchange_free(&flight->exchange);
    free_lines(flight);
    q_buffer_free(&flight->url);
    flight->request = NULL;
    flight->attempts = 0;
}

quire_status q_s3_flight_start(q_s3_client *client, q_s3_flight *flight,
                               const q_s3_request *request, quire_error *error) {
    flight->request = request;
    flight->attempts = 0;
    quire_status status = begin(client, flight, error);
    if (status) {
        end(flight);
    }
    return status;
}

void q_s3_flight_cancel(q_s3_client *client, q_s3_flight *flight) {
    if (flight->request) {
        q_http_cancel(client->pool, &flight->exchange);
        end(flight);
    }
}

/** From nothing to a bound that doubles: many who were refused together come back apart. */
static void wait_before(q_s3_client *client, unsigned attempt, int64_t asked) {
    int64_t most = attempt < 10 ? (int64_t)WAIT_FIRST << (attempt - 1) : WAIT_MOST;
    uint32_t drawn = 0;
    (void)q_random_bytes(&drawn, sizeof drawn, NULL);
    int64_t wait = (int64_t)drawn % ((most < WAIT_MOST ? most : WAIT_MOST) + 1);
    q_http_pool_pause(client->pool, wait > asked ? wait : asked);
}

static int64_t asked_wait(const q_http_exchange *exchange) {
    char text[32];
    if (!q_http_header(exchange, "retry-after", text, sizeof text)) {
        return 0;
    }
    long long seconds = strtoll(text, NULL, 10); /* a date, which is rare, counts as nothing */
    seconds = seconds < WAIT_ASKED_MOST / 1000 ? seconds : WAIT_ASKED_MOST / 1000;
    return seconds > 0 ? (int64_t)seconds * 1000 : 0;
}

static quire_status give_up(const q_s3_client *client, const q_s3_flight *flight,
                            const q_s3_answer *answer, const char *what, quire_error *error) {
    const q_http_exchange *exchange = &flight->exchange;
    if (exchange->status == QUIRE_OK) {
        return q_s3_refused(client, answer, what, error);
    }
    return q_error_set(error, exchange->status, "cannot %s in %s: %s: %s", what,
                       client->config.shown, client->config.origin, exchange->error.message);
}

quire_status q_s3_flight_land(q_s3_client *client, q_s3_flight *flight, const char *what,
                              q_s3_answer *answer, quire_error *error) {
    quire_status status = QUIRE_OK;
    bool again = true;
    q_s3_answer_free(answer);
    while (!status && again) {
        q_http_exchange *exchange = &flight->exchange;
        q_s3_answer_free(answer);
        (void)q_http_wait(client->pool, exchange);
        if (exchange->status == QUIRE_OK) {
            status = q_s3_answer_take(exchange, flight->request, answer, error);
        }
        answer->attempts = flight->attempts;
        again = exchange->status ? exchange->status == QUIRE_TEMPORARY
                                 : !status && q_s3_answer_may_change(answer);
        if (!status && (again || exchange->status)) {
            bool last = flight->request->only_once || flight->attempts >= client->config.attempts;
            if (last || !again) {
                status = give_up(client, flight, answer, what, error);
            } else {
                int64_t asked = asked_wait(exchange);
                q_http_exchange_free(exchange);
                wait_before(client, flight->attempts, asked);
                status = begin(client, flight, error);
            }
        }
    }
    end(flight);
    if (status) {
        q_s3_answer_free(answer);
    }
    return status;
}

quire_status q_s3_perform(q_s3_client *client, const q_s3_request *request, const char *what,
                          q_s3_answer *answer, quire_error *error) {
    q_s3_flight flight = {0};
    quire_status status = q_s3_flight_start(client, &flight, request, error);
    return status ? status : q_s3_flight_land(client, &flight, what, answer, error);
}
