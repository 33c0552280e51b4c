/**
 * @file
 * A recursive descent over the grammar of RFC 8259 that builds nothing; it recurses no deeper than
 * the caller allows.
 */
#include "base/json_scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/** cJSON copies a number into 64 bytes. */
#define NUMBER_MAX 63

typedef struct scan {
    const char *text;
    size_t size;
    size_t at;
    int depth;         /**< levels still allowed */
    const char *fault; /**< NULL: none so far */
    size_t fault_at;
} scan;

static bool value(scan *s);

static bool refuse(scan *s, const char *fault) {
    if (!s->fault) {
        s->fault = fault;
        s->fault_at = s->at;
    }
    return false;
}

/** The next byte, or -1 at the end. */
static int peek(const scan *s) {
    return s->at < s->size ? (unsigned char)s->text[s->at] : -1;
}

static bool take(scan *s, char c) {
    if (peek(s) != (unsigned char)c) {
        return false;
    }
    s->at++;
    return true;
}

static void skip_blanks(scan *s) {
    while (take(s, ' ') || take(s, '\t') || take(s, '\n') || take(s, '\r')) {
    }
}

/** Four hexadecimal digits. */
static bool hex4(scan *s, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int c = peek(s);
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        } else {
            return refuse(s, "an escape that is cut short");
        }
        *code = *code * 16 + digit;
        s->at++;
    }
    return true;
}

/** What follows a backslash. */
static bool escape(scan *s) {
    int c = peek(s);
    if (c < 0 || c == 0 || !strchr("\"\\/bfnrtu", c)) {
        return refuse(s, "an unknown escape");
    }
    s->at++;
    if (c != 'u') {
        return true;
    }
    uint32_t code, low;
    if (!hex4(s, &code)) {
        return false;
    }
    if (code == 0) {
        return refuse(s, "a NUL character");
    }
    if (code >= 0xDC00 && code <= 0xDFFF) {
        return refuse(s, "half a surrogate pair");
    }
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (!take(s, '\\') || !take(s, 'u')) {
            return refuse(s, "half a surrogate pair");
        }
        if (!hex4(s, &low)) {
            return false;
        }
        if (low < 0xDC00 || low > 0xDFFF) {
            return refuse(s, "half a surrogate pair");
        }
    }
    return true;
}

static bool string(scan *s) {
    if (!take(s, '"')) {
        return refuse(s, "no string where one must be");
    }
    while (!take(s, '"')) {
        int c = peek(s);
        if (c < 0) {
            return refuse(s, "a string without an end");
        }
        if (c == 0) {
            return refuse(s, "a NUL character");
        }
        if (c < 0x20) {
            return refuse(s, "a control character in a string");
        }
        if (c == '\\') {
            s->at++;
            if (!escape(s)) {
                return false;
            }
            continue;
        }
        size_t length = q_utf8_length(s->text + s->at, s->size - s->at, NULL);
        if (length == 0) {
            return refuse(s, "bytes that are not UTF-8");
        }
        s->at += length;
    }
    return true;
}

/** One or more digits. */
static bool digits(scan *s) {
    size_t start = s->at;
    while (peek(s) >= '0' && peek(s) <= '9') {
        s->at++;
    }
    return s->at > start || refuse(s, "a number that is none");
}

static bool number(scan *s) {
    size_t start = s->at;
    take(s, '-');
    if (!take(s, '0') && !digits(s)) {
        return false;
    }
    if (take(s, '.') && !digits(s)) {
        return false;
    }
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+')) {
            take(s, '-');
        }
        if (!digits(s)) {
            return false;
        }
    }
    return s->at - start <= NUMBER_MAX || refuse(s, "a number of too many digits");
}

static bool word(scan *s, const char *expected) {
    size_t length = strlen(expected);
    if (s->size - s->at < length || memcmp(s->text + s->at, expected, length) != 0) {
        return refuse(s, "no JSON value");
    }
    s->at += length;
    return true;
}

/** An array, or an object when `end` is a brace; the opening one is already taken. */
static bool container(scan *s, char end) {
    if (s->depth == 0) {
        return refuse(s, "too deep a nesting");
    }
    s->depth--;
    skip_blanks(s);
    if (!take(s, end)) {
        do {
            skip_blanks(s);
            if (end == '}') {
                if (!string(s)) {
                    return false;
                }
                skip_blanks(s);
                if (!take(s, ':')) {
                    return refuse(s, "no ':' after a key");
                }
            }
            if (!value(s)) {
                return false;
            }
            skip_blanks(s);
        } while (take(s, ','));
        if (!take(s, end)) {
            return refuse(s, end == '}' ? "an object without an end" : "an array without an end");
        }
    }
    s->depth++;
    return true;
}

static bool value(scan *s) {
    skip_blanks(s);
    switch (peek(s)) {
    case '{':
        s->at++;
        return container(s, '}');
    case '[':
        s->at++;
        return container(s, ']');
    case '"':
        return string(s);
    case 't':
        return word(s, "true");
    case 'f':
        return word(s, "false");
    case 'n':
        return word(s, "null");
    case 0:
        return refuse(s, "a NUL character");
    case -1:
        return refuse(s, "an end where a value must be");
    default:
        if (peek(s) == '-' || (peek(s) >= '0' && peek(s) <= '9')) {
            return number(s);
        }
        return refuse(s, "no JSON value");
    }
}

quire_status q_json_scan(const char *text, size_t size, int max_depth, quire_error *error) {
    scan s = {.text = text, .size = size, .depth = max_depth};
    if (value(&s)) {
        skip_blanks(&s);
        if (s.at == s.size) {
            return QUIRE_OK;
        }
        refuse(&s, peek(&s) == 0 ? "a NUL character" : "bytes after the value");
    }
    return q_error_set(error, QUIRE_INTEGRITY, "malformed JSON: %s at byte %zu", s.fault,
                       s.fault_at);
}
