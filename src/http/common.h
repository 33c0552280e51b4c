/**
 * @file
 * What all requests of quire have in common: the options that keep them safe, the meaning of
 * libcurl's failures, and URLs as messages may show them. For the files of http/ alone.
 */
#ifndef Q_HTTP_COMMON_H
#define Q_HTTP_COMMON_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/buffer.h"

#define Q_HTTP_STALL_SECONDS 60L

/** http and https alone, verified certificates, no signals, bounds on connecting and on standing
 *  still. Redirects are not followed unless the caller asks for it. */
CURLcode q_http_set_common(CURL *curl);

/** What a failed transfer means. @param code of the response, 0 when none came */
quire_status q_http_status_of_failure(CURLcode failure, long code);

/** A copy without user and password, and without query and fragment when it is to be shown; freed
 *  with free(). */
quire_status q_http_strip_url(const char *url, bool show, char **stripped, quire_error *error);

#endif
