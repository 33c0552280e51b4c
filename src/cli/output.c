/** @file Writes stdout through stdio, once; JSON needs no tree because it is written in order. */
#include "cli/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/utf8.h"

void q_out_bytes(q_output *output, const void *data, size_t size) {
    if (output->is_silent || output->failure || size == 0) {
        return;
    }
    if (fwrite(data, 1, size, stdout) != size) {
        output->failure = errno ? errno : EIO;
    }
}

/* What others have stored (a type, a description, the name of a job) must not steer the terminal.
 * Bytes that are not UTF-8 stay: a store's own path may have them. */
static void defuse(char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text + i, size - i, &code);
        if (length > 0 && q_utf8_is_control(code) && code != '\n' && code != '\t') {
            memset(text + i, '?', length);
        }
        i += length ? length : 1;
    }
}

void q_out_text(q_output *output, const char *format, ...) {
    char *text = NULL;
    if (output->is_silent || output->failure) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0) {
        output->failure = ENOMEM;
        return;
    }
    defuse(text, (size_t)size);
    q_out_bytes(output, text, (size_t)size);
    free(text);
}

quire_status q_out_check(const q_output *output, quire_error *error) {
    return output->failure ? q_error_errno(error, output->failure, "standard output") : QUIRE_OK;
}

quire_status q_out_flush(q_output *output, quire_error *error) {
    if (!output->failure && !output->is_silent && fflush(stdout) != 0) {
        output->failure = errno ? errno : EIO;
    }
    return q_out_check(output, error);
}

static void put(q_output *output, const char *text) {
    q_out_bytes(output, text, strlen(text));
}

/* The escape of one character, or its length 0 when it stands for itself. `taken`: its bytes. */
static size_t escape(const char *text, bool is_utf8, char escaped[8], size_t *taken) {
    unsigned char byte = (unsigned char)text[0];
    unsigned char next = byte ? (unsigned char)text[1] : 0;
    *taken = 1;
    if (byte == '"' || byte == '\\') {
        return (size_t)snprintf(escaped, 8, "\\%c", byte);
    }
    if (byte < 0x20 || byte == 0x7f) {
        return (size_t)snprintf(escaped, 8, "\\u%04x", byte);
    }
    if (is_utf8 && byte == 0xC2 && next < 0xA0) { /* U+0080 to U+009F steer terminals, too */
        *taken = 2;
        return (size_t)snprintf(escaped, 8, "\\u%04x", next);
    }
    if (byte >= 0x80 && !is_utf8) {
        return (size_t)snprintf(escaped, 8, "?");
    }
    return 0;
}

static void put_quoted(q_output *output, const char *text) {
    bool is_utf8 = q_name_is_utf8(text, strlen(text));
    char escaped[8];
    size_t taken = 1;
    put(output, "\"");
    for (const char *plain = text;; text += taken) {
        size_t size = *text ? escape(text, is_utf8, escaped, &taken) : 0;
        if (size > 0 || !*text) {
            q_out_bytes(output, plain, (size_t)(text - plain));
            q_out_bytes(output, escaped, size);
            plain = text + taken;
        }
        if (!*text) {
            break;
        }
    }
    put(output, "\"");
}

void q_out_quote(char *buffer, size_t size, const char *text) {
    bool is_utf8 = q_name_is_utf8(text, strlen(text));
    size_t used = 0, taken = 1;
    buffer[used++] = '"';
    for (; *text && used + 10 < size; text += taken) {
        size_t length = escape(text, is_utf8, buffer + used, &taken);
        if (length == 0) {
            buffer[used] = *text;
            length = 1;
        }
        used += length;
    }
    buffer[used++] = '"';
    buffer[used] = '\0';
}

static void put_pending(q_output *output) {
    put(output, output->is_pending ? "[" : "");
    output->is_pending = false;
}

static void begin_value(q_output *output, const char *key) {
    put_pending(output);
    if (output->depth > 0) {
        bool is_line = output->depth == 1 && output->closing[0] == ']';
        put(output, output->is_first[output->depth] ? "" : ",");
        put(output, is_line ? "\n" : "");
    }
    output->is_first[output->depth] = false;
    if (key) {
        put_quoted(output, key);
        put(output, ":");
    }
}

static void open_level(q_output *output, const char *key, const char *opening, char closing) {
    begin_value(output, key);
    /* A listing that fails before its first element writes nothing. */
    output->is_pending = output->depth == 0 && closing == ']';
    put(output, output->is_pending ? "" : opening);
    if (output->depth < Q_OUTPUT_DEPTH) {
        output->closing[output->depth++] = closing;
        output->is_first[output->depth] = true;
    }
}

void q_out_object(q_output *output, const char *key) {
    open_level(output, key, "{", '}');
}

void q_out_array(q_output *output, const char *key) {
    open_level(output, key, "[", ']');
}

void q_out_end(q_output *output) {
    if (output->depth == 0) {
        return;
    }
    put_pending(output);
    bool is_empty = output->is_first[output->depth];
    char closing = output->closing[--output->depth];
    put(output, output->depth == 0 && closing == ']' && !is_empty ? "\n" : "");
    q_out_bytes(output, &closing, 1);
    put(output, output->depth == 0 ? "\n" : "");
}

void q_out_string(q_output *output, const char *key, const char *string) {
    begin_value(output, key);
    if (string) {
        put_quoted(output, string);
    } else {
        put(output, "null");
    }
}

void q_out_uint(q_output *output, const char *key, uint64_t number) {
    begin_value(output, key);
    q_out_text(output, "%" PRIu64, number);
}

void q_out_int(q_output *output, const char *key, int64_t number) {
    begin_value(output, key);
    q_out_text(output, "%" PRId64, number);
}

void q_out_bool(q_output *output, const char *key, bool value) {
    begin_value(output, key);
    put(output, value ? "true" : "false");
}

void q_out_raw(q_output *output, const char *key, const char *json) {
    begin_value(output, key);
    if (!json || !*json) {
        put(output, "null");
        return;
    }
    /* JSON holds these only in strings, where they may be escaped as well. */
    for (const char *plain = json;; json++) {
        unsigned char byte = (unsigned char)*json;
        bool is_pair = byte == 0xC2 && (unsigned char)json[1] < 0xA0;
        if (!byte || byte == 0x7f || is_pair) {
            char escaped[8];
            q_out_bytes(output, plain, (size_t)(json - plain));
            json += is_pair;
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned char)*json);
            put(output, byte ? escaped : "");
            plain = json + 1;
        }
        if (!byte) {
            break;
        }
    }
}
