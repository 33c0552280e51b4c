/**
 * @file
 * The text of errors. A message may hold a hostile name and is printed on terminals: whatever goes
 * in comes out as one line of valid UTF-8 without control characters. A message that is too long
 * loses the end of its name rather than the words that say what is wrong.
 */
#ifndef Q_BASE_MESSAGE_H
#define Q_BASE_MESSAGE_H

#include <quire/error.h>
#include <stdarg.h>
#include <stddef.h>

/** Format and clean; returns the length. What exceeds the room ends in dots. */
size_t q_message_format(char text[QUIRE_MESSAGE_SIZE], const char *format, va_list arguments);

/** Write `head: tail`, cutting the head to no less than half of the room, then the tail, which may
 * be `message` itself. */
void q_message_join(char message[QUIRE_MESSAGE_SIZE], const char *head, const char *tail);

#endif
