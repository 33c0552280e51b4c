/**
 * @file
 * Taking URIs apart. They are looked at, never rewritten: what is stored is what was given.
 */
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

bool q_uri_has_scheme(const char *uri, const char *scheme) {
    size_t i = 0;
    for (; scheme[i]; i++) {
        char c = uri[i] >= 'A' && uri[i] <= 'Z' ? (char)(uri[i] - 'A' + 'a') : uri[i];
        if (c != scheme[i]) {
            return false;
        }
    }
    return uri[i] == ':';
}

/** Where the authority begins, or NULL when there is none; `size` receives its length. */
static const char *authority(const char *uri, size_t *size) {
    const char *rest = strchr(uri, ':');
    if (!rest || strncmp(rest, "://", 3) != 0) {
        return NULL;
    }
    rest += 3;
    *size = strcspn(rest, "/?#");
    return rest;
}

/** The path of a URI: what is between authority and query. */
static const char *path_of(const char *uri, size_t *size) {
    size_t skip = 0;
    const char *start = authority(uri, &skip);
    if (!start) {
        start = strchr(uri, ':');
        start = start ? start + 1 : uri;
    }
    start += skip;
    *size = strcspn(start, "?#");
    return start;
}

bool q_uri_has_query(const char *uri) {
    size_t size;
    return path_of(uri, &size)[size] == '?';
}

quire_status q_uri_refuse_secrets(const char *uri, quire_error *error) {
    size_t size = 0;
    const char *start = authority(uri, &size);
    bool is_http = q_uri_has_scheme(uri, "http") || q_uri_has_scheme(uri, "https");
    if (is_http && (!start || size == 0)) { /* clients differ on what of such a one is the host */
        return q_error_set(error, QUIRE_USAGE, "an http URI without '//' and a host");
    }
    if (!start || !memchr(start, '@', size)) {
        return QUIRE_OK;
    }
    const char *at = memrchr(start, '@', size);
    return q_error_set(error, QUIRE_USAGE,
                       "a URI of host '%.*s' has a user or password in it, and would be stored",
                       (int)(size - (size_t)(at + 1 - start)), at + 1);
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static quire_status decode(const char *uri, const char *text, size_t size, char **decoded,
                           quire_error *error) {
    char *out = malloc(size + 1);
    if (!out) {
        return q_error_memory(error);
    }
    size_t to = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '%') {
            out[to++] = text[i];
            continue;
        }
        int value = -1;
        if (size - i > 2 && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            value = hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]);
        }
        if (value <= 0) {
            free(out);
            return q_error_set(error, QUIRE_USAGE, "URI '%s' has a malformed percent-encoding",
                               uri);
        }
        out[to++] = (char)value;
        i += 2;
    }
    out[to] = '\0';
    *decoded = out;
    return QUIRE_OK;
}

quire_status q_uri_base_name(const char *uri, char **name, quire_error *error) {
    size_t size;
    const char *path = path_of(uri, &size);
    while (size > 0 && path[size - 1] == '/') {
        size--;
    }
    const char *slash = size > 0 ? memrchr(path, '/', size) : NULL;
    const char *start = slash ? slash + 1 : path;
    size -= (size_t)(start - path);
    if (size == 0) {
        return q_error_set(error, QUIRE_USAGE, "URI '%.*s' has no last component to name it by",
                           (int)strcspn(uri, "?#"), uri);
    }
    return decode(uri, start, size, name, error);
}

quire_status q_uri_to_file(const char *uri, char **file, quire_error *error) {
    size_t host_size = 0, size = 0;
    const char *host = authority(uri, &host_size);
    const char *path = path_of(uri, &size);
    if (host && host_size > 0 && !(host_size == 9 && strncmp(host, "localhost", 9) == 0)) {
        return q_error_set(error, QUIRE_USAGE, "URI '%s' names a file of another host", uri);
    }
    if (size == 0 || path[0] != '/') {
        return q_error_set(error, QUIRE_USAGE, "URI '%s' has no absolute path", uri);
    }
    if (path[size] != '\0') {
        return q_error_set(error, QUIRE_USAGE, "URI '%s' has a query or fragment", uri);
    }
    return decode(uri, path, size, file, error);
}

quire_status q_uri_append_path(q_buffer *out, const char *path, quire_error *error) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    quire_status status = QUIRE_OK;
    while (*path && status == QUIRE_OK) {
        size_t run = strspn(path, plain);
        status = q_buffer_append(out, path, run, error);
        path += run;
        if (*path && status == QUIRE_OK) {
            status = q_buffer_printf(out, error, "%%%02X", (unsigned)(unsigned char)*path);
            path++;
        }
    }
    return status;
}
