/**
 * @file
 * Growing bytes. Capacity doubles, so that appending is linear; it never shrinks, because buffers
 * are cleared and reused line by line.
 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void q_buffer_free(q_buffer *buffer) {
    free(buffer->data);
    *buffer = (q_buffer){0};
}

void q_buffer_clear(q_buffer *buffer) {
    buffer->size = 0;
    if (buffer->data) {
        buffer->data[0] = '\0';
    }
}

quire_status q_buffer_reserve(q_buffer *buffer, size_t more, quire_error *error) {
    if (buffer->data && more < buffer->capacity - buffer->size) {
        return QUIRE_OK;
    }
    if (more >= SIZE_MAX - buffer->size) {
        return q_error_memory(error);
    }
    size_t needed = buffer->size + more + 1;
    size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
    while (capacity < needed) {
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    }
    char *data = realloc(buffer->data, capacity);
    if (!data) {
        return q_error_memory(error);
    }
    buffer->data = data;
    buffer->capacity = capacity;
    data[buffer->size] = '\0';
    return QUIRE_OK;
}

quire_status q_buffer_append(q_buffer *buffer, const void *data, size_t size, quire_error *error) {
    quire_status status = q_buffer_reserve(buffer, size, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (size > 0) {
        memcpy(buffer->data + buffer->size, data, size);
    }
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
    return QUIRE_OK;
}

quire_status q_buffer_append_string(q_buffer *buffer, const char *string, quire_error *error) {
    return q_buffer_append(buffer, string, strlen(string), error);
}

static quire_status append_format(q_buffer *buffer, quire_error *error, const char *format,
                                  va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    quire_status status = wanted < 0 ? q_error_set(error, QUIRE_ERROR, "text cannot be formatted")
                                     : q_buffer_reserve(buffer, (size_t)wanted, error);
    if (status == QUIRE_OK) {
        vsnprintf(buffer->data + buffer->size, (size_t)wanted + 1, format, again);
        buffer->size += (size_t)wanted;
    }
    va_end(again);
    return status;
}

quire_status q_buffer_printf(q_buffer *buffer, quire_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    quire_status status = append_format(buffer, error, format, arguments);
    va_end(arguments);
    return status;
}

quire_status q_strdup(const char *string, char **copy, quire_error *error) {
    *copy = NULL;
    if (!string) {
        return QUIRE_OK;
    }
    *copy = strdup(string);
    return *copy ? QUIRE_OK : q_error_memory(error);
}

quire_status q_asprintf(char **text, quire_error *error, const char *format, ...) {
    q_buffer buffer = {0};
    va_list arguments;
    va_start(arguments, format);
    quire_status status = append_format(&buffer, error, format, arguments);
    va_end(arguments);
    if (status != QUIRE_OK) {
        q_buffer_free(&buffer);
    }
    *text = buffer.data;
    return status;
}
