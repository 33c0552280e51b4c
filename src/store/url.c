/**
 * @file
 * Store URLs and file URIs (RFC 3986, RFC 8089). Messages never repeat the authority of a URL,
 * since that is where people put passwords.
 */
#include "store/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t scheme_length(const char *url) {
    if (!isalpha((unsigned char)url[0])) {
        return 0;
    }
    size_t length = 1;
    while (isalnum((unsigned char)url[length]) || url[length] == '+' || url[length] == '.' ||
           url[length] == '-') {
        length++;
    }
    return url[length] == ':' ? length : 0;
}

bool q_url_scheme(const char *url, char scheme[Q_URL_SCHEME_SIZE]) {
    size_t length = scheme_length(url);
    bool is_file = length == 4 && strncasecmp(url, "file", 4) == 0;
    if (length == 0 || strncmp(url + length, is_file ? ":/" : "://", is_file ? 2 : 3) != 0) {
        return false;
    }
    size_t kept = length < Q_URL_SCHEME_SIZE - 1 ? length : Q_URL_SCHEME_SIZE - 1;
    for (size_t i = 0; i < kept; i++) {
        scheme[i] = (char)tolower((unsigned char)url[i]);
    }
    scheme[kept] = '\0';
    return true;
}

static int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static quire_status decode(const char *text, char *out, quire_error *error) {
    const char *start = text;
    for (; *text != '\0'; text++) {
        if (*text == '?' || *text == '#') {
            return q_error_set(error, QUIRE_USAGE,
                               "file URL with a query or fragment (write %s) at %s",
                               *text == '?' ? "%3F" : "%23", start);
        }
        if (*text != '%') {
            *out++ = *text;
            continue;
        }
        int high = hex_value(text[1]);
        int low = high < 0 ? -1 : hex_value(text[2]);
        if (low < 0 || high * 16 + low == 0) {
            return q_error_set(error, QUIRE_USAGE, "broken %% escape in file URL at %s", text);
        }
        *out++ = (char)(high * 16 + low);
        text += 2;
    }
    *out = '\0';
    return QUIRE_OK;
}

quire_status q_url_file_path(const char *uri, char **path, quire_error *error) {
    char scheme[Q_URL_SCHEME_SIZE];
    *path = NULL;
    if (!q_url_scheme(uri, scheme) || strcmp(scheme, "file") != 0) {
        return q_error_set(error, QUIRE_USAGE, "not a file URL with an absolute path");
    }
    const char *rest = uri + strlen("file:");
    if (rest[0] == '/' && rest[1] == '/') {
        const char *host = rest + 2;
        rest = host + strcspn(host, "/?#");
        size_t length = (size_t)(rest - host);
        if (length != 0 && !(length == 9 && strncasecmp(host, "localhost", 9) == 0)) {
            return q_error_set(error, QUIRE_USAGE,
                               "file URL of another host: only file:///DIR is local");
        }
    }
    if (rest[0] != '/') {
        return q_error_set(error, QUIRE_USAGE, "file URL without an absolute path");
    }
    char *decoded = malloc(strlen(rest) + 1);
    if (decoded == NULL) {
        return q_error_memory(error);
    }
    quire_status status = decode(rest, decoded, error);
    if (status != QUIRE_OK) {
        free(decoded);
        return status;
    }
    *path = decoded;
    return QUIRE_OK;
}
