/**
 * @file
 * A growing run of bytes. Zero-initialise; free with q_buffer_free(). After a failed append the
 * content is as it was before. `data` is always NUL-terminated behind `size` once it is not NULL,
 * so that text can be read as a string.
 */
#ifndef Q_BASE_BUFFER_H
#define Q_BASE_BUFFER_H

#include <stddef.h>

#include "base/error.h"

typedef struct q_buffer {
    char *data;
    size_t size;
    size_t capacity;
} q_buffer;

void q_buffer_free(q_buffer *buffer);
/** Make it empty, keeping its memory. */
void q_buffer_clear(q_buffer *buffer);
/** Make room for `more` bytes behind `size`. */
quire_status q_buffer_reserve(q_buffer *buffer, size_t more, quire_error *error);
quire_status q_buffer_append(q_buffer *buffer, const void *data, size_t size, quire_error *error);
quire_status q_buffer_append_string(q_buffer *buffer, const char *string, quire_error *error);
quire_status q_buffer_printf(q_buffer *buffer, quire_error *error, const char *format, ...)
    Q_PRINTF(3, 4);

/** strdup that reports; `*copy` is freed by the caller with free(). NULL gives NULL. */
quire_status q_strdup(const char *string, char **copy, quire_error *error);
/** printf into new memory, freed by the caller with free(). */
quire_status q_asprintf(char **text, quire_error *error, const char *format, ...) Q_PRINTF(3, 4);

#endif
