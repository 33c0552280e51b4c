/** @file What all requests have in common: see common.h. */
#include "http/common.h"

#include <string.h>

#define CONNECT_SECONDS 30L

CURLcode q_http_set_common(CURL *curl) {
    CURLcode bad = CURLE_OK;
#define SET(option, value) bad = bad ? bad : curl_easy_setopt(curl, option, value)
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, Q_HTTP_STALL_SECONDS);
    SET(CURLOPT_USERAGENT, "quire");
#undef SET
    return bad;
}

quire_status q_http_status_of_failure(CURLcode failure, long code) {
    switch (failure) {
    case CURLE_URL_MALFORMAT: /* a server's redirect is not the caller's mistake */
        return code == 0 ? QUIRE_USAGE : QUIRE_ERROR;
    case CURLE_AGAIN:
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
        return QUIRE_TEMPORARY;
    default:
        return QUIRE_ERROR;
    }
}

quire_status q_http_strip_url(const char *url, bool show, char **stripped, quire_error *error) {
    const char *mark = strstr(url, ":/");
    const char *host = mark ? mark + 1 + strspn(mark + 1, "/") : url;
    size_t authority = strcspn(host, "/?#");
    const char *rest = host;
    for (size_t i = 0; i < authority; i++) {
        if (host[i] == '@') {
            rest = host + i + 1;
        }
    }
    size_t size = show ? strcspn(rest, "?#") : strlen(rest);
    q_buffer out = {0};
    quire_status status = q_buffer_append(&out, url, (size_t)(host - url), error);
    if (status == QUIRE_OK) {
        status = q_buffer_append(&out, rest, size, error);
    }
    if (status == QUIRE_OK && rest[size]) {
        status = q_buffer_append_string(&out, "?...", error);
    }
    if (status != QUIRE_OK) {
        q_buffer_free(&out);
    }
    *stripped = out.data;
    return status;
}
