/** @file Comparing JSON: the members of two objects are sorted, then compared in pairs. */
#include "base/json_equal.h"

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

quire_status q_json_equal(const cJSON *a, const cJSON *b, bool *equal, quire_error *error) {
    *equal = a == b;
    if (!a || !b || a == b || (a->type & 0xFF) != (b->type & 0xFF)) {
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
