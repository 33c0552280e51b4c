/**
 * @file
 * Answers of a server. libcurl reads them from the wire; what quire takes of them (ETag, size,
 * where it was redirected to) comes from stand-ins for libcurl's functions here, with whatever
 * bytes the input says. Input: a byte (0: probe, else get), a byte (what curl returns), two bytes
 * (the status), eight (the length announced), a line (the URL), a line (where it ended), then lines
 * of the head; behind an empty line the body.
 */
#include "http/http.h"

#include <curl/curl.h>
#include <quire/artifact.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "fuzz.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

/** What is to happen, and what quire has asked for. The functions below know it through here. */
static struct wire {
    CURLcode failure;
    long status;
    curl_off_t length;
    const char *final_url;
    fuzz_input head, body;
    bool nobody;
    curl_write_callback on_header, on_body;
    void *header_context, *body_context;
} wire;

CURL *curl_easy_init(void) {
    return &wire;
}

void curl_easy_cleanup(CURL *curl) {
    (void)curl;
}

void curl_easy_reset(CURL *curl) {
    (void)curl;
    wire.nobody = false;
}

const char *curl_easy_strerror(CURLcode code) {
    (void)code;
    return "something is wrong";
}

CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...) {
    va_list arguments;
    (void)curl;
    va_start(arguments, option);
    switch (option) {
    case CURLOPT_NOBODY:
        wire.nobody = va_arg(arguments, long) != 0;
        break;
    case CURLOPT_HEADERFUNCTION:
        wire.on_header = va_arg(arguments, curl_write_callback);
        break;
    case CURLOPT_HEADERDATA:
        wire.header_context = va_arg(arguments, void *);
        break;
    case CURLOPT_WRITEFUNCTION:
        wire.on_body = va_arg(arguments, curl_write_callback);
        break;
    case CURLOPT_WRITEDATA:
        wire.body_context = va_arg(arguments, void *);
        break;
    default:
        break;
    }
    va_end(arguments);
    return CURLE_OK;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...) {
    va_list arguments;
    (void)curl;
    va_start(arguments, info);
    void *to = va_arg(arguments, void *);
    va_end(arguments);
    if (info == CURLINFO_RESPONSE_CODE) {
        *(long *)to = wire.status;
    } else if (info == CURLINFO_CONTENT_LENGTH_DOWNLOAD_T) {
        *(curl_off_t *)to = wire.length;
    } else if (info == CURLINFO_EFFECTIVE_URL) {
        *(const char **)to = wire.final_url;
    }
    return CURLE_OK;
}

/* Lines and pieces lie in memory of their own, so that reading past them is seen. */
static bool hand(curl_write_callback callback, void *context, fuzz_input piece) {
    char *copy = malloc(piece.size ? piece.size : 1);
    FUZZ_CHECK(copy);
    if (piece.size) {
        memcpy(copy, piece.data, piece.size);
    }
    size_t taken = callback(copy, 1, piece.size, context);
    free(copy);
    return taken == piece.size;
}

CURLcode curl_easy_perform(CURL *curl) {
    (void)curl;
    fuzz_input head = wire.head, body = wire.body;
    while (head.size > 0) {
        fuzz_input line = head;
        fuzz_until(&head, "\n");
        line.size = (size_t)(head.data - line.data);
        if (!hand(wire.on_header, wire.header_context, line)) {
            return CURLE_WRITE_ERROR;
        }
    }
    while (!wire.nobody && body.size > 0) {
        fuzz_input piece = {body.data, body.size < 100 ? body.size : 100};
        if (!hand(wire.on_body, wire.body_context, piece)) {
            return CURLE_WRITE_ERROR;
        }
        body.data += piece.size;
        body.size -= piece.size;
    }
    return wire.failure;
}

static void check_info(const q_http_info *info) {
    size_t scheme = strcspn(info->url, ":/?#");
    if (strncmp(info->url + scheme, "://", 3) == 0) { /* nobody's password is kept */
        const char *host = info->url + scheme + 3;
        FUZZ_CHECK(!memchr(host, '@', strcspn(host, "/?#")));
    }
    if (info->etag) {
        size_t size = strlen(info->etag);
        FUZZ_CHECK(size > 0 && size <= 1024 && q_name_is_utf8(info->etag, size));
        for (const char *c = info->etag; *c; c++) {
            FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
        }
    }
    FUZZ_CHECK(info->size <= INT64_MAX || info->size == QUIRE_SIZE_UNKNOWN);
}

static quire_status sink(void *context, const void *data, size_t size, quire_error *error) {
    return q_buffer_append(context, data, size, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const CURLcode codes[] = {CURLE_OK, CURLE_PARTIAL_FILE, CURLE_URL_MALFORMAT,
                                     CURLE_RECV_ERROR, CURLE_TOO_MANY_REDIRECTS};
    fuzz_input input = {data, size};
    bool get = fuzz_byte(&input) % 2;
    wire = (struct wire){.failure = codes[fuzz_byte(&input) % 5]};
    wire.status = fuzz_byte(&input) | fuzz_byte(&input) << 8;
    wire.length = (curl_off_t)fuzz_number(&input);
    fuzz_input line = fuzz_until(&input, "\n");
    char *url = fuzz_text(&line);
    line = fuzz_until(&input, "\n");
    char *final_url = fuzz_text(&line);
    if (strncmp(final_url, "http://", 7) == 0 || strncmp(final_url, "https://", 8) == 0) {
        wire.final_url = final_url; /* libcurl goes nowhere else */
    }
    wire.head = fuzz_until(&input, "\n\n");
    wire.body = input;
    quire_error error = {0};
    q_http_info info = {0};
    q_buffer body = {0};
    quire_status status =
        get ? q_http_get(url, sink, &body, &info, &error) : q_http_probe(url, &info, &error);
    FUZZ_TOLD(status, &error);
    if (!status) {
        FUZZ_CHECK(wire.status >= 200 && wire.status <= 299);
        FUZZ_CHECK(!get || info.size == body.size);
        FUZZ_CHECK(body.size == (get ? input.size : 0));
        check_info(&info);
    } else {
        FUZZ_CHECK(!info.etag && !info.url);
    }
    q_http_info_free(&info);
    q_buffer_free(&body);
    free(url);
    free(final_url);
    return 0;
}
