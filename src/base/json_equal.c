/** @file Comparing JSON: the members of two objects are sorted, then compared in pairs. */
#include "base/json_equal.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_members(const void *a, const void *b) {
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static size_t count_of(const cJSON *value) {
    size_t count = 0;
    for (const cJSON *child = value->child; child; child = child->next) {
        count++;
    }
    return count;
}

static quire_status sort_members(const cJSON *object, size_t count, const cJSON ***members,
                                 quire_error *error) {
    size_t i = 0;
    *members = calloc(count ? count : 1, sizeof **members);
    if (!*members) {
        return q_error_memory(error);
    }
    for (const cJSON *child = object->child; child; child = child->next) {
        (*members)[i++] = child;
    }
    qsort(*members, count, sizeof **members, compare_members);
    return QUIRE_OK;
}

static quire_status compare_objects(const cJSON *a, const cJSON *b, bool *equal,
                                    quire_error *error) {
    const cJSON **ours = NULL, **theirs = NULL;
    size_t count = count_of(a);
    *equal = count == count_of(b);
    quire_status status = *equal ? sort_members(a, count, &ours, error) : QUIRE_OK;
    if (!status && *equal) {
        status = sort_members(b, count, &theirs, error);
    }
    for (size_t i = 0; !status && *equal && i < count; i++) {
        *equal = strcmp(ours[i]->string, theirs[i]->string) == 0;
        if (*equal) {
            status = q_json_equal(ours[i], theirs[i], equal, error);
        }
    }
    free(ours);
    free(theirs);
    return status;
}

static quire_status compare_arrays(const cJSON *a, const cJSON *b, bool *equal,
                                   quire_error *error) {
    quire_status status = QUIRE_OK;
    const cJSON *ours = a->child, *theirs = b->child;
    *equal = true;
    for (; !status && *equal && ours && theirs; ours = ours->next, theirs = theirs->next) {
        status = q_json_equal(ours, theirs, equal, error);
    }
    *equal = *equal && !ours && !theirs;
    return status;
}

/** Whether one is a number that is printed as digits alone, the other digits, and both the same. */
static bool are_same_digits(const cJSON *a, const cJSON *b) {
    char digits[DBL_MAX_10_EXP + 3];
    const cJSON *number = cJSON_IsNumber(a) ? a : b;
    const cJSON *raw = number == a ? b : a;
    if (!cJSON_IsNumber(number) || !cJSON_IsRaw(raw)) {
        return false;
    }
    snprintf(digits, sizeof digits, "%.0f", number->valuedouble);
    return strcmp(digits, raw->valuestring) == 0;
}

quire_status q_json_equal(const cJSON *a, const cJSON *b, bool *equal, quire_error *error) {
    *equal = a == b;
    if (!a || !b || a == b) {
        return QUIRE_OK;
    }
    if ((a->type & 0xFF) != (b->type & 0xFF)) {
        *equal = are_same_digits(a, b);
        return QUIRE_OK;
    }
    switch (a->type & 0xFF) {
    case cJSON_Number:
        *equal = a->valuedouble == b->valuedouble;
        return QUIRE_OK;
    case cJSON_String:
    case cJSON_Raw:
        *equal = strcmp(a->valuestring, b->valuestring) == 0;
        return QUIRE_OK;
    case cJSON_Array:
        return compare_arrays(a, b, equal, error);
    case cJSON_Object:
        return compare_objects(a, b, equal, error);
    default: /* true, false and null are their kind */
        *equal = true;
        return QUIRE_OK;
    }
}
