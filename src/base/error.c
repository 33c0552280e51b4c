/**
 * @file
 * Filling errors. A message may hold a hostile name and is printed on terminals: whatever goes in
 * comes out as one line of valid UTF-8 without control characters. A message that is too long loses
 * the end of its name rather than the words that say what is wrong.
 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* The real ones, not what the header tells the static analyzer of them. */
#undef q_error_set
#undef q_error_errno
#undef q_error_memory

#define CUT "..."

/** The greatest length of at most `limit` bytes of clean text that splits no sequence. */
static size_t fit(const char *text, size_t limit) {
    while (limit > 0 && ((unsigned char)text[limit] & 0xC0) == 0x80) {
        limit--;
    }
    return limit;
}

/** Make the text printable in place. The result is never longer. */
static size_t clean(char *text, size_t size) {
    size_t to = 0;
    for (size_t from = 0; from < size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text + from, size - from, &code);
        if (length == 0 || q_utf8_is_control(code)) {
            text[to++] = '?';
            from += length ? length : 1;
        } else {
            memmove(text + to, text + from, length);
            to += length;
            from += length;
        }
    }
    text[to] = '\0';
    return to;
}

/** The size without a sequence that the end of the room has split. */
static size_t whole(const char *text, size_t size) {
    for (size_t back = 1; back <= 3 && back <= size; back++) {
        unsigned char byte = (unsigned char)text[size - back];
        if (byte >= 0xC0) {
            return q_utf8_length(text + size - back, back, NULL) ? size : size - back;
        }
    }
    return size;
}

/** Format and clean; returns the length. What exceeds the room ends in dots. */
static size_t format_text(char text[QUIRE_MESSAGE_SIZE], const char *format, va_list arguments) {
    char raw[QUIRE_MESSAGE_SIZE + 8];
    int wanted = vsnprintf(raw, sizeof raw, format, arguments);
    if (wanted < 0) {
        wanted = snprintf(raw, sizeof raw, "message could not be formatted");
    }
    bool cut = (size_t)wanted >= sizeof raw;
    size_t length = clean(raw, cut ? whole(raw, strlen(raw)) : strlen(raw));
    if (cut || length >= QUIRE_MESSAGE_SIZE) {
        const size_t room = QUIRE_MESSAGE_SIZE - sizeof CUT;
        length = length > room ? fit(raw, room) : length;
        memcpy(raw + length, CUT, sizeof CUT);
        length += sizeof CUT - 1;
    }
    memcpy(text, raw, length + 1);
    return length;
}

/** Write `head: tail`, cutting the head to no less than half of the room, then the tail. */
static void join(char message[QUIRE_MESSAGE_SIZE], const char *head, const char *tail) {
    const size_t room = QUIRE_MESSAGE_SIZE - 1 - 2;
    size_t head_size = strlen(head), tail_size = strlen(tail);
    const char *cut = "";
    if (head_size + tail_size > room && head_size > room / 2) {
        size_t left = tail_size < room / 2 ? room - tail_size : room / 2;
        if (left < head_size) {
            head_size = fit(head, left - (sizeof CUT - 1));
            cut = CUT;
        }
    }
    size_t tail_room = room - head_size - strlen(cut);
    if (tail_size > tail_room) {
        tail_size = fit(tail, tail_room);
    }
    char joined[QUIRE_MESSAGE_SIZE] = {0}; /* the tail may be the message itself */
    snprintf(joined, sizeof joined, "%.*s%s: %.*s", (int)head_size, head, cut, (int)tail_size,
             tail);
    memcpy(message, joined, sizeof joined);
}

static void enter(quire_error *error, quire_status status) {
    error->status = (int32_t)status;
    error->rank = -1;
}

quire_status q_error_set(quire_error *error, quire_status status, const char *format, ...) {
    if (!error) {
        return status;
    }
    char text[QUIRE_MESSAGE_SIZE]; /* an argument may be the old message */
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text(text, format, arguments);
    va_end(arguments);
    enter(error, status);
    memcpy(error->message, text, length + 1);
    return status;
}

static quire_status status_of(int number) {
    switch (number) {
    case EAGAIN:
    case EBUSY:
    case ECONNABORTED:
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETRESET:
    case ENETUNREACH:
    case ESTALE:
    case ETIMEDOUT:
        return QUIRE_TEMPORARY;
    default:
        return QUIRE_ERROR;
    }
}

quire_status q_error_errno(quire_error *error, int number, const char *format, ...) {
    quire_status status = status_of(number);
    if (!error) {
        return status;
    }
    char text[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    format_text(text, format, arguments);
    va_end(arguments);
    /* Not strerror(): that is neither safe with threads nor free of the caller's locale. */
    const char *words = strerrordesc_np(number);
    char unknown[32];
    if (!words) {
        snprintf(unknown, sizeof unknown, "error number %d", number);
        words = unknown;
    }
    enter(error, status);
    join(error->message, text, words);
    return status;
}

quire_status q_error_memory(quire_error *error) {
    return q_error_set(error, QUIRE_ERROR, "out of memory");
}

void q_error_prefix(quire_error *error, const char *format, ...) {
    if (!error) {
        return;
    }
    char text[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    format_text(text, format, arguments);
    va_end(arguments);
    join(error->message, text, error->message);
}

const char *quire_status_name(quire_status status) {
    switch (status) {
    case QUIRE_OK:
        return "ok";
    case QUIRE_ERROR:
        return "error";
    case QUIRE_USAGE:
        return "usage";
    case QUIRE_INCOMPLETE:
        return "incomplete";
    case QUIRE_CONFLICT:
        return "conflict";
    case QUIRE_NOT_FOUND:
        return "not-found";
    case QUIRE_INTEGRITY:
        return "integrity";
    case QUIRE_AUTH:
        return "auth";
    case QUIRE_TEMPORARY:
        return "temporary";
    }
    return "unknown";
}
