/**
 * @file
 * Requests to an object storage: signed, tried again where that helps, their answers understood.
 *
 * A request is tried again after trouble with the connection, 408, 429, 5xx, and the 409 and 400
 * that say so, with waits drawn from a growing range, and not shorter than `Retry-After`. So who
 * makes a request that changes something may meet what an earlier attempt of its own has done.
 */
#ifndef Q_S3_REQUEST_H
#define Q_S3_REQUEST_H

#include "http/pool.h"
#include "objects/s3/s3_config.h"
#include "objects/s3/s3_sign.h"

#define Q_S3_CODE_SIZE 64
#define Q_S3_ETAG_SIZE 128

/** Metadata of an object that was uploaded in parts: the SHA-256 over the ETags of these, by which
 * another is known to have the same bytes. (A storage whose ETags are no digests, since it encrypts
 * with keys of its customers, gives no two parts the same: then bytes are compared.) */
#define Q_S3_PARTS "x-amz-meta-quire-parts"

/** What requests need: where to, as whom, over what. */
typedef struct q_s3_client {
    q_s3_config config;
    q_http_pool *pool;
} q_s3_client;

/** Nothing is asked of the server. @param stall_seconds 0: a minute */
quire_status q_s3_client_open(const char *url, long stall_seconds, q_s3_client *client,
                              quire_error *error);
void q_s3_client_close(q_s3_client *client);

/** A request. All borrowed until it is done. */
typedef struct q_s3_request {
    const char *method;
    const char *key; /**< below the prefix; NULL: of the bucket */
    const q_s3_pair *query;
    size_t query_count;
    const q_s3_pair *headers; /**< beyond those that all have; names in lower case */
    size_t header_count;
    const void *body;
    size_t size;
    const char *sha256; /**< of the body, in hexadecimal, where it is known; else NULL */
    void *into;         /**< for the body of a success; NULL: it goes to the answer */
    size_t room;        /**< of `into`, or for the answer; 0: as much as any answer may have */
    int64_t good_from;  /**< not 0: by the server's clock, in seconds; the server refuses it later
                             than `good_for` seconds after */
    int good_for;
    bool is_data;   /**< the body of a success is no XML */
    bool only_once; /**< not to be tried again, nor sent again by libcurl */
    /** The outermost element of a success; NULL: it has no body. An answer without it is of
     *  something else than the storage, or was cut short. */
    const char *root;
} q_s3_request;

/** What was answered. Zero-initialise; free with q_s3_answer_free(). */
typedef struct q_s3_answer {
    long code;
    char why[Q_S3_CODE_SIZE]; /**< the error's code; empty: none */
    char message[256];
    char etag[Q_S3_ETAG_SIZE];     /**< as sent */
    char parts[Q_SHA256_HEX_SIZE]; /**< what Q_S3_PARTS says */
    char region[64];               /**< of the bucket, where the server says that it is another */
    uint64_t length;               /**< Content-Length */
    bool has_length;
    int64_t date, modified; /**< in seconds; -1: not said */
    q_buffer body;
    size_t received;
    bool too_large;
    unsigned attempts; /**< more than one: an earlier one may have done something */
} q_s3_answer;

void q_s3_answer_free(q_s3_answer *answer);
static inline bool q_s3_is_success(const q_s3_answer *answer) {
    return answer->code >= 200 && answer->code <= 299 && answer->why[0] == '\0';
}

/**
 * Make a request and wait for its answer, which may be a refusal.
 * @return QUIRE_OK when there is an answer that need not be asked for again; QUIRE_TEMPORARY when
 * all attempts have failed. `what` is for the message: "put KEY".
 */
quire_status q_s3_perform(q_s3_client *client, const q_s3_request *request, const char *what,
                          q_s3_answer *answer, quire_error *error);

/** The error that a refusal is. */
quire_status q_s3_refused(const q_s3_client *client, const q_s3_answer *answer, const char *what,
                          quire_error *error);

/** A request that goes on while its caller does other things. Zero-initialise. */
typedef struct q_s3_flight {
    q_http_exchange exchange;
    q_buffer url;
    char *lines[24];
    size_t line_count;
    const q_s3_request *request; /**< NULL: nothing is under way */
    unsigned attempts;
} q_s3_flight;

/** Begin; `request` and all it borrows stay until it is landed. */
quire_status q_s3_flight_start(q_s3_client *client, q_s3_flight *flight,
                               const q_s3_request *request, quire_error *error);
/** As q_s3_perform() from here on. */
quire_status q_s3_flight_land(q_s3_client *client, q_s3_flight *flight, const char *what,
                              q_s3_answer *answer, quire_error *error);
/** Give it up. */
void q_s3_flight_cancel(q_s3_client *client, q_s3_flight *flight);

#endif
