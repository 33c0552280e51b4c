/** @file Sizes for people: "512 B", "3.4 MB"; decimal units. */
#ifndef Q_CLI_HUMAN_H
#define Q_CLI_HUMAN_H

#include <stdint.h>

#define Q_HUMAN_SIZE 32

/** The ending of a noun, as in "files", and of one like "entry", of which there are `count`. */
const char *q_human_s(uint64_t count);
const char *q_human_ies(uint64_t count);
void q_human_bytes(uint64_t bytes, char text[Q_HUMAN_SIZE]);
/** Seconds as "7 days", "12 hours", "90 seconds": the largest unit that divides them. */
void q_human_seconds(int64_t seconds, char text[Q_HUMAN_SIZE]);

#endif
