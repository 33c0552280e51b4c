/**
 * @file
 * Signatures of AWS, version 4. Signed by quire itself, since libcurl's own signing (as of 7.88)
 * goes wrong over unsorted queries, names without a value, and some characters in keys.
 */
#ifndef Q_S3_SIGN_H
#define Q_S3_SIGN_H

#include "base/buffer.h"
#include "base/digest.h"

typedef struct q_s3_pair {
    const char *name, *value;
} q_s3_pair;

/** What is signed. All borrowed. */
typedef struct q_s3_signing {
    const char *method;
    const char *path;  /**< encoded, as in the request */
    const char *query; /**< as q_s3_query_encode() gives it */
    const q_s3_pair
        *headers; /**< names in lower case and sorted, values without blanks at the ends */
    size_t header_count;
    const char *payload; /**< SHA-256 of the body, or what stands for it */
    const char *time;    /**< "20130524T000000Z" */
    const char *region, *service;
    const char *access_key, *secret_key;
} q_s3_signing;

#define Q_S3_PAIRS_MAX 16
#define Q_S3_UNSIGNED "UNSIGNED-PAYLOAD"

/** Append a query, its pairs encoded and sorted; at most Q_S3_PAIRS_MAX. */
quire_status q_s3_query_encode(q_buffer *out, const q_s3_pair *pairs, size_t count,
                               quire_error *error);
/** Append text with all but unreserved bytes encoded, `/` too. */
quire_status q_s3_encode(q_buffer *out, const char *text, quire_error *error);

/** The names of the headers that are signed, with `;` between them. */
quire_status q_s3_signed_headers(q_buffer *out, const q_s3_signing *signing, quire_error *error);
/** DATE/REGION/SERVICE/aws4_request */
quire_status q_s3_scope(q_buffer *out, const q_s3_signing *signing, quire_error *error);
quire_status q_s3_signature(const q_s3_signing *signing, char hex[Q_SHA256_HEX_SIZE],
                            quire_error *error);
/** Append the value of the Authorization header. */
quire_status q_s3_authorization(q_buffer *out, const q_s3_signing *signing, quire_error *error);

#endif
