/**
 * @file
 * What a command writes to stdout: text, bytes, or JSON built as it is written, so that a listing
 * of any length needs no memory. A write that fails is remembered; q_cli_flush() reports it.
 */
#ifndef Q_CLI_OUTPUT_H
#define Q_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define Q_OUTPUT_DEPTH 8

typedef struct q_output {
    bool is_silent;               /**< another rank speaks */
    int failure;                  /**< errno of the first write that failed, or 0 */
    bool is_pending;              /**< an outermost `[` waits for its first element or end */
    int depth;                    /**< of open JSON objects and arrays */
    char closing[Q_OUTPUT_DEPTH]; /**< `}` or `]` of each */
    bool is_first[Q_OUTPUT_DEPTH + 1];
} q_output;

void q_out_bytes(q_output *output, const void *data, size_t size);
void q_out_text(q_output *output, const char *format, ...) Q_PRINTF(2, 3);

/** QUIRE_ERROR when a write has failed: a listing then ends. */
quire_status q_out_check(const q_output *output, quire_error *error);

/** Flush; QUIRE_ERROR when any write failed. */
quire_status q_out_flush(q_output *output, quire_error *error);

/* JSON. `key` is NULL within an array and at the top. The outermost end adds a newline. Elements of
 * an outermost array stand on lines of their own. Bytes that are not UTF-8 come out as `?`. */
void q_out_object(q_output *output, const char *key);
void q_out_array(q_output *output, const char *key);
void q_out_end(q_output *output);
void q_out_string(q_output *output, const char *key, const char *string); /**< NULL: null */
void q_out_uint(q_output *output, const char *key, uint64_t number);
void q_out_int(q_output *output, const char *key, int64_t number);
void q_out_bool(q_output *output, const char *key, bool value);
/** A value that is JSON already; NULL or "": null. */
void q_out_raw(q_output *output, const char *key, const char *json);

/** Append `text` as a JSON string to a fixed buffer; used where stdout is not the place. */
void q_out_quote(char *buffer, size_t size, const char *text);

#endif
