/** @file The lines of a stored object. What is stored may be hostile, and is only read forwards. */
#include "manifest/line.h"

#include <inttypes.h>
#include <string.h>

#define HEADER_MAX 1024

quire_status q_line_next(const char *text, size_t size, size_t *position, const char **line,
                         size_t *length, quire_error *error) {
    *line = NULL;
    *length = 0;
    if (*position >= size) {
        return QUIRE_OK;
    }
    const char *end = memchr(text + *position, '\n', size - *position);
    if (!end) {
        return q_error_set(error, QUIRE_INTEGRITY, "the last line is cut short");
    }
    *line = text + *position;
    *length = (size_t)(end - *line);
    *position += *length + 1;
    return QUIRE_OK;
}

quire_status q_line_header(const char *line, size_t length, const char *kind, cJSON **value,
                           quire_error *error) {
    if (value) {
        *value = NULL;
    }
    if (!line) {
        return q_error_set(error, QUIRE_INTEGRITY, "no %s, but an empty object", kind);
    }
    cJSON *header = NULL;
    const char *found = NULL;
    uint64_t format = 0;
    quire_status status = q_json_parse(line, length, HEADER_MAX, Q_JSON_DEPTH, &header, error);
    if (status == QUIRE_OK) {
        status = q_json_string(header, "quire", &found, error);
    }
    if (status == QUIRE_OK && strcmp(found, kind) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "no %s, but '%.32s'", kind, found);
    }
    if (status == QUIRE_OK) {
        status = q_json_uint(header, "format", &format, error);
    }
    if (status == QUIRE_OK && format == 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "a %s of format 0", kind);
    }
    if (status == QUIRE_OK && format > Q_LINE_FORMAT) {
        status = q_error_set(error, QUIRE_ERROR,
                             "a %s of a newer format (%" PRIu64 "; this quire reads up to %d)",
                             kind, format, Q_LINE_FORMAT);
    }
    if (status == QUIRE_OK && value) {
        *value = header;
        header = NULL;
    }
    cJSON_Delete(header);
    return status;
}

quire_status q_line_stored(quire_status status, quire_error *error) {
    if (status != QUIRE_USAGE) {
        return status;
    }
    if (error) {
        error->status = QUIRE_INTEGRITY;
    }
    return QUIRE_INTEGRITY;
}
