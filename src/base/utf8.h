/** @file UTF-8, byte by byte: what error messages, names and JSON check text with. */
#ifndef Q_BASE_UTF8_H
#define Q_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The length of the well-formed sequence that `text` begins with (RFC 3629: shortest form, no
 * surrogates, at most U+10FFFF), or 0 when it begins with none within `size` bytes.
 * @param code receives the code point; may be NULL
 */
size_t q_utf8_length(const char *text, size_t size, uint32_t *code);

/** How many bytes at the beginning are printable ASCII. Names are checked by the million, and most
 *  are nothing else: this is many times faster than looking at one code point after another. */
size_t q_utf8_plain(const char *text, size_t size);

/** Whether a code point is a control character: C0, DEL or C1. */
bool q_utf8_is_control(uint32_t code);

#endif
