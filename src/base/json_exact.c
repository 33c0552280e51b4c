/**
 * @file
 * cJSON holds numbers as doubles and forgets their digits, but seeds and hashes of 64 bits are
 * common in metadata. The text names the numbers in the order in which they stand in the tree, so
 * one pass over both finds the digits again.
 */
#include "base/json_exact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: up to it a double holds every whole number */

typedef struct cursor {
    const char *at, *end;
} cursor;

bool q_json_is_whole(double number) {
    return number >= -WHOLE_MAX && number <= WHOLE_MAX && (double)(int64_t)number == number;
}

static bool is_in_number(char c) {
    return c && strchr("-+.eE0123456789", c);
}

/** The next number of the text. Outside of strings nothing else has a digit or a minus. */
static const char *next_number(cursor *c, size_t *length) {
    while (c->at < c->end && *c->at != '-' && (*c->at < '0' || *c->at > '9')) {
        if (*c->at++ != '"') {
            continue;
        }
        while (c->at < c->end && *c->at != '"') {
            c->at += *c->at == '\\' ? 2 : 1;
        }
        c->at++;
    }
    const char *start = c->at;
    while (c->at < c->end && is_in_number(*c->at)) {
        c->at++;
    }
    *length = (size_t)(c->at - start);
    return start;
}

/** Of a text that may end with the number: nothing behind it is looked at. */
static bool is_digits(const char *text, size_t length) {
    size_t i = 0;
    while (i < length && text[i] >= '0' && text[i] <= '9') {
        i++;
    }
    return i == length;
}

/** Whether a number is whole by its digits, but not sure to be as a double. */
static bool is_rounded(double number, const char *text, size_t length) {
    static const char most[] = "9007199254740992"; /* others round to this one too */
    size_t sign = text[0] == '-';
    if (fabs(number) < WHOLE_MAX || !is_digits(text + sign, length - sign)) {
        return false;
    }
    return length - sign != sizeof most - 1 || memcmp(text + sign, most, sizeof most - 1) != 0;
}

static quire_status keep(cJSON *value, cursor *c, quire_error *error) {
    quire_status status = QUIRE_OK;
    if (cJSON_IsNumber(value)) {
        size_t length = 0;
        const char *text = next_number(c, &length);
        if (is_rounded(value->valuedouble, text, length)) {
            status = q_asprintf(&value->valuestring, error, "%.*s", (int)length, text);
            value->type = status == QUIRE_OK ? cJSON_Raw : value->type;
        }
    }
    for (cJSON *child = value->child; child && status == QUIRE_OK; child = child->next) {
        status = keep(child, c, error);
    }
    return status;
}

quire_status q_json_keep_exact(cJSON *tree, const char *text, size_t size, quire_error *error) {
    cursor c = {text, text + size};
    return keep(tree, &c, error);
}
