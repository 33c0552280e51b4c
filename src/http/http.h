/**
 * @file
 * One request at a time over http and https: enough to look a reference up and to read one back.
 *
 * Redirects are followed, at most ten, to http and https only; certificates are verified. There is
 * no limit on the whole time, only on connecting (30 s) and on standing still (60 s). Failures:
 * QUIRE_NOT_FOUND for 404 and 410, QUIRE_AUTH for 401 and 403, QUIRE_TEMPORARY for 408, 429, 5xx
 * and trouble with the connection, QUIRE_USAGE for a URL that is none, QUIRE_ERROR for all else.
 * libcurl's own variables for proxies (https_proxy, no_proxy) hold. Messages show a URL without
 * user, password, query and fragment, any of which may hold a secret.
 */
#ifndef Q_HTTP_H
#define Q_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/** What a server said about a resource. Zero-initialise; free with q_http_info_free(). */
typedef struct q_http_info {
    uint64_t size; /**< bytes, or QUIRE_SIZE_UNKNOWN */
    char *etag;    /**< as sent, quotes and W/ included; NULL: none, or one not fit to be stored */
    char *url;     /**< after redirects, without user and password */
} q_http_info;

void q_http_info_free(q_http_info *info);

/** Receives a body in pieces; anything but QUIRE_OK ends the transfer and is what the call returns.
 */
typedef quire_status (*q_http_sink)(void *context, const void *data, size_t size,
                                    quire_error *error);

/** Ask for size and ETag without reading the body. */
quire_status q_http_probe(const char *url, q_http_info *info, quire_error *error);

/**
 * Read a resource. Only the body of a success reaches the sink; one that ends before its
 * announced length is QUIRE_TEMPORARY, after the sink has had what came.
 * @param info may be NULL; its `size` is the number of bytes handed to the sink
 */
quire_status q_http_get(const char *url, q_http_sink sink, void *context, q_http_info *info,
                        quire_error *error);

#endif
