/**
 * @file
 * UTF-8 decoding. The ranges of the second byte, which rule out overlong forms and surrogates, are
 * those of the table in RFC 3629, section 4.
 */
#include "base/utf8.h"

#include <string.h>

/** A byte in each place of a word. */
#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

size_t q_utf8_length(const char *text, size_t size, uint32_t *code) {
    const unsigned char *byte = (const unsigned char *)text;
    uint32_t ignored = 0;
    uint32_t *point = code ? code : &ignored;
    if (size == 0) {
        return 0;
    }
    if (byte[0] < 0x80) {
        *point = byte[0];
        return 1;
    }
    size_t length;
    unsigned char low = 0x80, high = 0xBF;
    if (byte[0] >= 0xC2 && byte[0] <= 0xDF) {
        length = 2;
        *point = byte[0] & 0x1FU;
    } else if (byte[0] >= 0xE0 && byte[0] <= 0xEF) {
        length = 3;
        low = byte[0] == 0xE0 ? 0xA0 : 0x80;
        high = byte[0] == 0xED ? 0x9F : 0xBF;
        *point = byte[0] & 0x0FU;
    } else if (byte[0] >= 0xF0 && byte[0] <= 0xF4) {
        length = 4;
        low = byte[0] == 0xF0 ? 0x90 : 0x80;
        high = byte[0] == 0xF4 ? 0x8F : 0xBF;
        *point = byte[0] & 0x07U;
    } else {
        return 0;
    }
    if (size < length || byte[1] < low || byte[1] > high) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if (byte[i] < 0x80 || byte[i] > 0xBF) {
            return 0;
        }
        *point = (*point << 6) | (byte[i] & 0x3FU);
    }
    return length;
}

size_t q_utf8_plain(const char *text, size_t size) {
    size_t plain = 0;
    uint64_t word;
    for (; size - plain >= sizeof word; plain += sizeof word) {
        memcpy(&word, text + plain, sizeof word);
        /* A high bit shows up where a byte is above 0x7F, equal to it, or (the lowest such one at
         * least) below 0x20. */
        if ((word | (word + EACH_BYTE(0x01)) | (word - EACH_BYTE(0x20))) & EACH_BYTE(0x80)) {
            break;
        }
    }
    while (plain < size && text[plain] >= 0x20 && text[plain] < 0x7F) {
        plain++;
    }
    return plain;
}

bool q_utf8_is_control(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}
