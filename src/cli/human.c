/** @file Sizes and spans of time for people. */
#include "cli/human.h"

#include <inttypes.h>
#include <stdio.h>

const char *q_human_s(uint64_t count) {
    return count == 1 ? "" : "s";
}

const char *q_human_ies(uint64_t count) {
    return count == 1 ? "y" : "ies";
}

void q_human_bytes(uint64_t bytes, char text[Q_HUMAN_SIZE]) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    int unit = 0;
    /* 999.95 would be printed as 1000.0 of the smaller unit. */
    while (value >= 999.95 && unit < 6) {
        value /= 1000.0;
        unit++;
    }
    if (unit == 0) {
        snprintf(text, Q_HUMAN_SIZE, "%" PRIu64 " B", bytes);
    } else {
        snprintf(text, Q_HUMAN_SIZE, "%.1f %s", value, units[unit]);
    }
}

void q_human_seconds(int64_t seconds, char text[Q_HUMAN_SIZE]) {
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    for (int i = 0; i < 4; i++) {
        if (seconds % units[i].seconds == 0 && (seconds != 0 || i == 3)) {
            int64_t count = seconds / units[i].seconds;
            snprintf(text, Q_HUMAN_SIZE, "%" PRId64 " %s%s", count, units[i].name,
                     count == 1 ? "" : "s");
            return;
        }
    }
}
