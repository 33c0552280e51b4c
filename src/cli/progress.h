/**
 * @file
 * The progress meter, on stderr: on a terminal one line drawn anew at most five times a second,
 * elsewhere one line every five seconds, so that a batch log stays short.
 */
#ifndef Q_CLI_PROGRESS_H
#define Q_CLI_PROGRESS_H

#include <quire/commit.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct q_meter {
    enum {
        Q_METER_OFF = 0,
        Q_METER_LINES,
        Q_METER_REDRAW
    } kind;
    const char *program;
    const char *verb; /**< "storing", "reading" */
    int64_t began_at; /**< milliseconds of the monotonic clock */
    int64_t drawn_at;
    bool is_drawn; /**< a line without a newline stands on the terminal */
} q_meter;

/** Begin measuring; `verb` is kept. */
void q_meter_start(q_meter *meter, const char *program, const char *verb, bool is_off);

/** A quire_progress_callback; `meter` is a q_meter. */
void q_meter_update(void *meter, const quire_progress *progress);

/** Wipe the line, before anything else is written to the terminal. */
void q_meter_clear(q_meter *meter);

#endif
