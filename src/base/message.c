/** @file Messages of errors: see message.h. */
#include "base/message.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

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

size_t q_message_format(char text[QUIRE_MESSAGE_SIZE], const char *format, va_list arguments) {
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

void q_message_join(char message[QUIRE_MESSAGE_SIZE], const char *head, const char *tail) {
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
