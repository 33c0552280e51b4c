/** @file Signatures of AWS, version 4: see s3_sign.h. */
#include "objects/s3/s3_sign.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DATE_SIZE 8 /* of "20130524T000000Z" */

quire_status q_s3_encode(q_buffer *out, const char *text, quire_error *error) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    quire_status status = QUIRE_OK;
    while (*text && !status) {
        size_t run = strspn(text, plain);
        status = q_buffer_append(out, text, run, error);
        text += run;
        if (*text && !status) {
            status = q_buffer_printf(out, error, "%%%02X", (unsigned)(unsigned char)*text);
            text++;
        }
    }
    return status;
}

static int compare_texts(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* "name=value" of encoded texts: `=` sorts before all that may go on a name, save `-` and `.`,
 * which come before it. So names are compared first, by a byte that sorts before all. */
static quire_status encode_pair(const q_s3_pair *pair, char **encoded, quire_error *error) {
    q_buffer text = {0};
    quire_status status = q_s3_encode(&text, pair->name, error);
    status = status ? status : q_buffer_append(&text, "\x01", 1, error);
    status = status ? status : q_s3_encode(&text, pair->value ? pair->value : "", error);
    *encoded = text.data;
    return status;
}

quire_status q_s3_query_encode(q_buffer *out, const q_s3_pair *pairs, size_t count,
                               quire_error *error) {
    char *texts[Q_S3_PAIRS_MAX] = {0};
    quire_status status = count <= Q_S3_PAIRS_MAX
                              ? QUIRE_OK
                              : q_error_set(error, QUIRE_ERROR, "a query of too many names");
    for (size_t i = 0; i < count && !status; i++) {
        status = encode_pair(&pairs[i], &texts[i], error);
    }
    if (!status && count > 0) {
        qsort(texts, count, sizeof *texts, compare_texts);
    }
    for (size_t i = 0; i < count && !status; i++) {
        *strchr(texts[i], '\x01') = '=';
        status = q_buffer_printf(out, error, "%s%s", i > 0 ? "&" : "", texts[i]);
    }
    for (size_t i = 0; i < count && i < Q_S3_PAIRS_MAX; i++) {
        free(texts[i]);
    }
    return status;
}

quire_status q_s3_signed_headers(q_buffer *out, const q_s3_signing *signing, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < signing->header_count && !status; i++) {
        status = q_buffer_printf(out, error, "%s%s", i > 0 ? ";" : "", signing->headers[i].name);
    }
    return status;
}

quire_status q_s3_scope(q_buffer *out, const q_s3_signing *signing, quire_error *error) {
    return q_buffer_printf(out, error, "%.*s/%s/%s/aws4_request", DATE_SIZE, signing->time,
                           signing->region, signing->service);
}

static quire_status canonical_request(const q_s3_signing *signing, char hex[Q_SHA256_HEX_SIZE],
                                      quire_error *error) {
    q_buffer text = {0};
    quire_status status = q_buffer_printf(&text, error, "%s\n%s\n%s\n", signing->method,
                                          signing->path, signing->query);
    for (size_t i = 0; i < signing->header_count && !status; i++) {
        status = q_buffer_printf(&text, error, "%s:%s\n", signing->headers[i].name,
                                 signing->headers[i].value);
    }
    status = status ? status : q_buffer_append(&text, "\n", 1, error);
    status = status ? status : q_s3_signed_headers(&text, signing, error);
    status = status ? status : q_buffer_printf(&text, error, "\n%s", signing->payload);
    status = status ? status : q_sha256_hex(text.data, text.size, hex, error);
    q_buffer_free(&text);
    return status;
}

static quire_status hmac(const void *key, size_t key_size, const char *text,
                         unsigned char mac[Q_SHA256_SIZE], quire_error *error) {
    unsigned char made[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)text, strlen(text), made,
              &size) ||
        size != Q_SHA256_SIZE) {
        return q_error_set(error, QUIRE_ERROR, "OpenSSL computes no HMAC");
    }
    memcpy(mac, made, Q_SHA256_SIZE);
    OPENSSL_cleanse(made, sizeof made);
    return QUIRE_OK;
}

/** HMAC over HMAC, of the date, the region, the service. */
static quire_status derive_key(const q_s3_signing *signing, unsigned char key[Q_SHA256_SIZE],
                               quire_error *error) {
    char date[DATE_SIZE + 1] = {0};
    char *first = NULL;
    memcpy(date, signing->time, DATE_SIZE);
    quire_status status = q_asprintf(&first, error, "AWS4%s", signing->secret_key);
    if (!status) {
        status = hmac(first, strlen(first), date, key, error);
        OPENSSL_cleanse(first, strlen(first));
        free(first);
    }
    const char *const steps[] = {signing->region, signing->service, "aws4_request"};
    for (int i = 0; i < 3 && !status; i++) {
        status = hmac(key, Q_SHA256_SIZE, steps[i], key, error);
    }
    return status;
}

quire_status q_s3_signature(const q_s3_signing *signing, char hex[Q_SHA256_HEX_SIZE],
                            quire_error *error) {
    char request[Q_SHA256_HEX_SIZE];
    unsigned char key[Q_SHA256_SIZE], mac[Q_SHA256_SIZE];
    q_buffer text = {0};
    quire_status status = canonical_request(signing, request, error);
    status = status ? status : q_buffer_printf(&text, error, ALGORITHM "\n%s\n", signing->time);
    status = status ? status : q_s3_scope(&text, signing, error);
    status = status ? status : q_buffer_printf(&text, error, "\n%s", request);
    status = status ? status : derive_key(signing, key, error);
    status = status ? status : hmac(key, sizeof key, text.data, mac, error);
    if (!status) {
        q_hex(mac, sizeof mac, hex);
    }
    OPENSSL_cleanse(key, sizeof key);
    q_buffer_free(&text);
    return status;
}

quire_status q_s3_authorization(q_buffer *out, const q_s3_signing *signing, quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = q_s3_signature(signing, hex, error);
    status = status ? status
                    : q_buffer_printf(out, error, ALGORITHM " Credential=%s/", signing->access_key);
    status = status ? status : q_s3_scope(out, signing, error);
    status = status ? status : q_buffer_append_string(out, ",SignedHeaders=", error);
    status = status ? status : q_s3_signed_headers(out, signing, error);
    return status ? status : q_buffer_printf(out, error, ",Signature=%s", hex);
}
