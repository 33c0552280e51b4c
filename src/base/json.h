/**
 * @file
 * JSON: strict reading through cJSON, and writing straight into a buffer.
 *
 * What is read may be hostile: q_json_parse() refuses, before cJSON sees it, more bytes or deeper
 * nesting than the caller allows, NUL characters (raw or escaped), bytes after the value, text that
 * is not UTF-8, and any object that names a key twice.
 */
#ifndef Q_BASE_JSON_H
#define Q_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/** Depth that quire's own formats need: an object of objects of scalars, with room. */
#define Q_JSON_DEPTH 8

/**
 * Parse one JSON value. A whole number beyond 2^53 becomes a cJSON_Raw of its digits, and is
 * printed as it was.
 * @param value freed by the caller with cJSON_Delete()
 * @return QUIRE_INTEGRITY for anything refused; the message says what and at which byte
 */
quire_status q_json_parse(const char *text, size_t size, size_t max_size, int max_depth,
                          cJSON **value, quire_error *error);

/** Member access on an object. Required ones are QUIRE_INTEGRITY when missing or of another type.
 */
quire_status q_json_string(const cJSON *object, const char *key, const char **string,
                           quire_error *error);
/** A whole number of 0 … 2^53. */
quire_status q_json_uint(const cJSON *object, const char *key, uint64_t *number,
                         quire_error *error);
/** The string, or NULL when there is no such member; QUIRE_INTEGRITY for another type. */
quire_status q_json_string_or_null(const cJSON *object, const char *key, const char **string,
                                   quire_error *error);

/** Append a string with quotes and escapes. It must be UTF-8; `/` and non-ASCII stay as they are.
 */
quire_status q_json_quote(q_buffer *out, const char *string, quire_error *error);

/** Serialise compactly, append. */
quire_status q_json_print(q_buffer *out, const cJSON *value, quire_error *error);

#define Q_METADATA_KEYS 100

/** Parse a caller's metadata: an object, at most 100 top-level keys, 1 MiB. QUIRE_USAGE otherwise.
 */
quire_status q_json_metadata(const char *text, cJSON **value, quire_error *error);

#endif
