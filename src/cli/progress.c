/** @file Draws the meter; time comes from the monotonic clock, the width from the terminal. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/environment.h"
#include "cli/human.h"

#define REDRAW_MS 200
#define LINE_MS 5000
#define LINE_SIZE 200

static int64_t now_ms(void) {
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0
               ? (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000
               : 0;
}

void q_meter_start(q_meter *meter, const char *program, const char *verb, bool is_off) {
    bool is_terminal = isatty(STDERR_FILENO) == 1;
    meter->kind = is_off                                     ? Q_METER_OFF
                  : is_terminal && !q_environment_is_plain() ? Q_METER_REDRAW
                                                             : Q_METER_LINES;
    meter->program = program;
    meter->verb = verb;
    meter->began_at = now_ms();
    meter->drawn_at = meter->began_at;
    meter->is_drawn = false;
}

/* Appends; what does not fit is cut off. */
static void add(char line[LINE_SIZE], size_t *used, int written) {
    (void)line;
    *used += written > 0 ? (size_t)written : 0;
    *used = *used < LINE_SIZE ? *used : LINE_SIZE - 1;
}

static void describe(const q_meter *meter, const quire_progress *progress, int64_t elapsed_ms,
                     char line[LINE_SIZE]) {
    char done[Q_HUMAN_SIZE];
    char total[Q_HUMAN_SIZE];
    char rate[Q_HUMAN_SIZE];
    uint64_t per_second =
        elapsed_ms > 0 ? (uint64_t)((double)progress->bytes_done * 1000.0 / (double)elapsed_ms) : 0;
    q_human_bytes(progress->bytes_done, done);
    q_human_bytes(progress->bytes_total, total);
    q_human_bytes(per_second, rate);
    size_t used = 0;
    add(line, &used,
        snprintf(line, LINE_SIZE, "%s: %s %" PRIu64 "/%" PRIu64 " files, %s of %s, %s/s",
                 meter->program, meter->verb, progress->files_done, progress->files_total, done,
                 total, rate));
    /* The rate of the first moments says nothing about the time left. */
    if (elapsed_ms >= 1000 && per_second > 0 && progress->bytes_total >= progress->bytes_done) {
        uint64_t left = (progress->bytes_total - progress->bytes_done) / per_second;
        add(line, &used,
            snprintf(line + used, LINE_SIZE - used, ", %" PRIu64 ":%02u:%02u left", left / 3600,
                     (unsigned)(left / 60 % 60), (unsigned)(left % 60)));
    }
    if (progress->slowest_rank >= 0) {
        add(line, &used,
            snprintf(line + used, LINE_SIZE - used, ", slowest rank %" PRId32,
                     progress->slowest_rank));
    }
}

void q_meter_update(void *context, const quire_progress *progress) {
    q_meter *meter = context;
    int64_t now = now_ms();
    int64_t interval = meter->kind == Q_METER_REDRAW ? REDRAW_MS : LINE_MS;
    if (meter->kind == Q_METER_OFF || now - meter->drawn_at < interval ||
        (progress->files_total == 0 && progress->bytes_total == 0)) { /* nothing is to be done */
        return;
    }
    char line[LINE_SIZE];
    describe(meter, progress, now - meter->began_at, line);
    meter->drawn_at = now;
    if (meter->kind == Q_METER_LINES) {
        fprintf(stderr, "%s\n", line);
        return;
    }
    struct winsize window;
    int width = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1
                    ? window.ws_col - 1
                    : 79;
    fprintf(stderr, "\r%.*s\033[K", width, line);
    meter->is_drawn = true;
}

void q_meter_clear(q_meter *meter) {
    if (meter->is_drawn) {
        fputs("\r\033[K", stderr);
        meter->is_drawn = false;
    }
}
