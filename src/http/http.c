/**
 * @file
 * Requests through libcurl's easy interface. Error texts come from the code alone and not from
 * curl's error buffer, which may quote a proxy's URL with its password.
 */
#include "http/http.h"

#include <quire/artifact.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "http/common.h"

#define REDIRECTS_MAX 10L
#define ETAG_MAX 1024

typedef struct request {
    CURL *curl;
    const char *url;
    char *shown;      /**< the URL as messages show it */
    q_http_sink sink; /**< NULL: no body is wanted */
    void *context;
    uint64_t received;
    q_buffer etag; /**< of the response under way */
    bool stopped;  /**< by the write callback, on purpose */
    quire_status status;
    quire_error *error;
} request;

void q_http_info_free(q_http_info *info) {
    free(info->etag);
    free(info->url);
    *info = (q_http_info){0};
}

static long response_code(const request *r) {
    long code = 0;
    curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/** Keep the ETag of the last response: redirects and `100 Continue` come before it. */
static size_t on_header(char *line, size_t one, size_t size, void *context) {
    request *r = context;
    static const char name[] = "etag:";
    size *= one;
    if (size >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        q_buffer_clear(&r->etag);
    }
    if (size <= strlen(name) || strncasecmp(line, name, strlen(name)) != 0) {
        return size;
    }
    size_t from = strlen(name), to = size;
    while (from < to && strchr(" \t", line[from])) {
        from++;
    }
    while (to > from && strchr(" \t\r\n", line[to - 1])) {
        to--;
    }
    q_buffer_clear(&r->etag);
    r->status = q_buffer_append(&r->etag, line + from, to - from, r->error);
    return r->status == QUIRE_OK ? size : 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *context) {
    request *r = context;
    size *= one;
    long code = response_code(r);
    if (!r->sink || code < 200 || code > 299) {
        r->stopped = true;
        return 0;
    }
    r->status = r->sink(r->context, data, size, r->error);
    if (r->status != QUIRE_OK) {
        return 0;
    }
    r->received += size;
    return size;
}

static quire_status set_up(request *r, bool head) {
    CURL *curl = r->curl;
    curl_easy_reset(curl);
    CURLcode bad = q_http_set_common(curl);
#define SET(option, value) bad = bad ? bad : curl_easy_setopt(curl, option, value)
    SET(CURLOPT_URL, r->url);
    SET(CURLOPT_FOLLOWLOCATION, 1L);
    SET(CURLOPT_MAXREDIRS, REDIRECTS_MAX);
    SET(CURLOPT_NOBODY, head ? 1L : 0L);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, r);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, r);
#undef SET
    return bad ? q_error_set(r->error, QUIRE_ERROR, "libcurl refuses an option: %s",
                             curl_easy_strerror(bad))
               : QUIRE_OK;
}

static quire_status status_of_code(long code) {
    switch (code) {
    case 401:
    case 403:
        return QUIRE_AUTH;
    case 404:
    case 410:
        return QUIRE_NOT_FOUND;
    case 408:
    case 429:
        return QUIRE_TEMPORARY;
    default:
        return code >= 500 ? QUIRE_TEMPORARY : QUIRE_ERROR;
    }
}

/** One request with its redirects; `*code` is the last response's, whatever it says. */
static quire_status perform(request *r, bool head, long *code) {
    r->stopped = false;
    r->status = set_up(r, head);
    if (r->status != QUIRE_OK) {
        return r->status;
    }
    CURLcode failure = curl_easy_perform(r->curl);
    *code = response_code(r);
    if (r->status != QUIRE_OK) { /* a callback's, which has filled the error */
        return r->status;
    }
    if (failure == CURLE_OUT_OF_MEMORY) {
        return q_error_memory(r->error);
    }
    if (failure != CURLE_OK && !r->stopped) {
        return q_error_set(r->error, q_http_status_of_failure(failure, *code), "%s: %s", r->shown,
                           curl_easy_strerror(failure));
    }
    return QUIRE_OK;
}

static quire_status judge(request *r, long code) {
    return code >= 200 && code <= 299
               ? QUIRE_OK
               : q_error_set(r->error, status_of_code(code),
                             "%s: the server answers with status %ld", r->shown, code);
}

static bool is_storable(const q_buffer *text) {
    for (size_t i = 0; i < text->size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text->data + i, text->size - i, &code);
        if (length == 0 || q_utf8_is_control(code)) {
            return false;
        }
        i += length;
    }
    return text->size > 0 && text->size <= ETAG_MAX;
}

static quire_status fill_info(request *r, q_http_info *info) {
    curl_off_t size = -1;
    const char *url = NULL;
    curl_easy_getinfo(r->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    curl_easy_getinfo(r->curl, CURLINFO_EFFECTIVE_URL, &url);
    info->size = r->sink ? r->received : size >= 0 ? (uint64_t)size : QUIRE_SIZE_UNKNOWN;
    quire_status status = q_http_strip_url(url ? url : r->url, false, &info->url, r->error);
    if (status == QUIRE_OK && is_storable(&r->etag)) {
        status = q_strdup(r->etag.data, &info->etag, r->error);
    }
    if (status != QUIRE_OK) {
        q_http_info_free(info);
    }
    return status;
}

static quire_status run(request *r, q_http_info *info) {
    long code = 0;
    quire_status status = q_http_strip_url(r->url, true, &r->shown, r->error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (strncasecmp(r->url, "http://", 7) != 0 && strncasecmp(r->url, "https://", 8) != 0) {
        status = q_error_set(r->error, QUIRE_USAGE, "%s is no http or https URL", r->shown);
        goto done;
    }
    r->curl = curl_easy_init();
    if (!r->curl) {
        status = q_error_memory(r->error);
        goto done;
    }
    status = perform(r, !r->sink, &code);
    /* Servers that cannot do HEAD say so; a signed URL is good for one method, mostly GET. */
    if (status == QUIRE_OK && !r->sink && (code == 403 || code == 405 || code == 501)) {
        status = perform(r, false, &code);
    }
    if (status == QUIRE_OK) {
        status = judge(r, code);
    }
    if (status == QUIRE_OK && info) {
        status = fill_info(r, info);
    }
done:
    curl_easy_cleanup(r->curl);
    q_buffer_free(&r->etag);
    free(r->shown);
    return status;
}

quire_status q_http_probe(const char *url, q_http_info *info, quire_error *error) {
    *info = (q_http_info){0};
    request r = {.url = url, .error = error};
    return run(&r, info);
}

quire_status q_http_get(const char *url, q_http_sink sink, void *context, q_http_info *info,
                        quire_error *error) {
    if (info) {
        *info = (q_http_info){0};
    }
    request r = {.url = url, .sink = sink, .context = context, .error = error};
    return run(&r, info);
}
