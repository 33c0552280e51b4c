/**
 * @file
 * Time as text. One fixed width, so that texts sort as the times do; parsing takes just that form.
 */
#include "base/time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MICROSECONDS INT64_C(1000000)

void q_time_now(char text[Q_TIME_SIZE]) {
    struct timespec now = {0};
    struct tm parts = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t length = strftime(text, Q_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, Q_TIME_SIZE - length, ".%06uZ",
             (unsigned)(now.tv_nsec / 1000) % 1000000U);
}

/** Whether the text has a digit wherever the form has a zero and equals it elsewhere. */
static bool has_form(const char *text, const char *form) {
    if (strlen(text) != strlen(form)) {
        return false;
    }
    for (size_t i = 0; form[i]; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i]) {
            return false;
        }
    }
    return true;
}

static int number_at(const char *text, size_t at, size_t digits) {
    int number = 0;
    for (size_t i = at; i < at + digits; i++) {
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

quire_status q_time_parse(const char *text, int64_t *microseconds, quire_error *error) {
    static const char form[] = "0000-00-00T00:00:00.000000Z";
    bool good = has_form(text, form);
    if (good) {
        struct tm parts = {.tm_year = number_at(text, 0, 4) - 1900,
                           .tm_mon = number_at(text, 5, 2) - 1,
                           .tm_mday = number_at(text, 8, 2),
                           .tm_hour = number_at(text, 11, 2),
                           .tm_min = number_at(text, 14, 2),
                           .tm_sec = number_at(text, 17, 2)};
        struct tm same = parts;
        time_t seconds = timegm(&same); /* puts what is out of range right, which shows below */
        good = seconds >= 0 && same.tm_year == parts.tm_year && same.tm_mon == parts.tm_mon &&
               same.tm_mday == parts.tm_mday && same.tm_hour == parts.tm_hour &&
               same.tm_min == parts.tm_min && same.tm_sec == parts.tm_sec;
        *microseconds = good ? (int64_t)seconds * MICROSECONDS + number_at(text, 20, 6) : 0;
    }
    return good ? QUIRE_OK
                : q_error_set(error, QUIRE_INTEGRITY, "not a point in time: %.64s", text);
}
