/** @file The lines of a stored object: finding them, and its first one, which says what it is. */
#ifndef Q_MANIFEST_LINE_H
#define Q_MANIFEST_LINE_H

#include "base/json.h"

/** The format of chunks, roots and shards that this library writes, and the newest it reads. */
#define Q_LINE_FORMAT 1

/**
 * The line at `*position`, without its LF, and move behind it. `*line` is NULL at the end of the
 * text. A last line without LF is QUIRE_INTEGRITY.
 */
quire_status q_line_next(const char *text, size_t size, size_t *position, const char **line,
                         size_t *length, quire_error *error);

/**
 * Parse a first line. QUIRE_INTEGRITY when it is not of that kind ("chunk"), QUIRE_ERROR when a
 * newer library wrote it.
 * @param value the members, freed by the caller with cJSON_Delete(); may be NULL
 */
quire_status q_line_header(const char *line, size_t length, const char *kind, cJSON **value,
                           quire_error *error);

/** What a check of a caller's value says, said of a stored one: QUIRE_USAGE becomes
 * QUIRE_INTEGRITY. */
quire_status q_line_stored(quire_status status, quire_error *error);

#endif
