/** @file Registers: see register.h. */
#include "store/repository/register.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/random.h"
#include "store/repository/key.h"

/* Each round of a race is won by somebody, so that this many rounds mean a broken store. */
#define ROUNDS_MAX 1000
/* A gap between the numbers, which only a damaged register has, must not cost a step a number. */
#define REMOVALS_MAX 64

typedef struct span {
    int64_t lowest, highest; /* 0: none */
} span;

static quire_status see_number(void *context, const q_object_info *info, quire_error *error) {
    (void)error;
    span *seen = context;
    int64_t number = q_key_number(info->key);
    if (number > 0) {
        if (number > seen->highest) {
            seen->highest = number;
        }
        if (seen->lowest == 0 || number < seen->lowest) {
            seen->lowest = number;
        }
    }
    return QUIRE_OK;
}

static quire_status look(q_objects *objects, const char *reg, span *seen, quire_error *error) {
    char prefix[Q_KEY_SIZE];
    seen->lowest = seen->highest = 0;
    snprintf(prefix, sizeof prefix, "%s/", reg);
    return q_objects_list(objects, prefix, false, see_number, seen, error);
}

static quire_status record_key(q_key *key, const char *reg, int64_t number, quire_error *error) {
    if (number > Q_KEY_NUMBER_MAX) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s has no number left", reg);
    }
    int size = snprintf(key->text, sizeof key->text, "%s/%010" PRId64, reg, number);
    if (size < 0 || (size_t)size >= sizeof key->text) {
        return q_error_set(error, QUIRE_USAGE, "the key of a register is too long: %.80s…", reg);
    }
    return QUIRE_OK;
}

quire_status q_register_get(q_objects *objects, const char *reg, const char *kind, cJSON **record,
                            int64_t *number, quire_error *error) {
    span seen, since;
    *record = NULL;
    quire_status status = look(objects, reg, &seen, error);
    for (int round = 0; round < ROUNDS_MAX; round++, seen = since) {
        q_key key;
        if (number) {
            *number = seen.highest;
        }
        if (status || seen.highest == 0) {
            return status;
        }
        status = record_key(&key, reg, seen.highest, error);
        if (!status) {
            status = q_record_get(objects, key.text, kind, record, error);
        }
        if (status && status != QUIRE_NOT_FOUND) {
            return status;
        }
        bool found = !status;
        status = look(objects, reg, &since, error);
        if (found && !status && since.highest < seen.highest + Q_REGISTER_KEPT) {
            return QUIRE_OK;
        }
        /* It may have gone since the first look, and another come in its place that never held. */
        cJSON_Delete(*record);
        *record = NULL;
    }
    return q_error_set(error, QUIRE_TEMPORARY, "%s changes faster than it can be read", reg);
}

/* The highest number that exists stays for good, so that a distance seen here proves a late put. */
static quire_status settle(q_objects *objects, const char *reg, int64_t number, bool *holds,
                           quire_error *error) {
    span seen;
    q_key key;
    quire_status status = look(objects, reg, &seen, error);
    if (status) {
        return status;
    }
    *holds = seen.highest < number + Q_REGISTER_KEPT;
    int64_t last = number - Q_REGISTER_KEPT;
    if (last - seen.lowest >= REMOVALS_MAX) {
        last = seen.lowest + REMOVALS_MAX - 1;
    }
    for (int64_t old = seen.lowest; *holds && !status && old <= last; old++) {
        status = record_key(&key, reg, old, error);
        if (!status) {
            status = q_objects_remove(objects, key.text, INT64_MAX, NULL, error);
        }
    }
    return status;
}

/* A nonce, so that two equal values set at once are two records and both callers know whose holds.
 */
static quire_status put_next(q_objects *objects, const char *reg, q_object_kind durability,
                             cJSON *next, int64_t number, bool *holds, quire_error *error) {
    char nonce[33];
    q_key key;
    *holds = false;
    quire_status status = q_random_hex(nonce, error);
    if (!status && !q_record_add_string(next, "nonce", nonce)) {
        status = q_error_memory(error);
    }
    if (!status) {
        status = record_key(&key, reg, number, error);
    }
    if (!status) {
        status = q_record_put(objects, key.text, durability, next, NULL, error);
        if (status == QUIRE_CONFLICT) {
            return QUIRE_OK;
        }
    }
    if (!status) {
        status = settle(objects, reg, number, holds, error);
    }
    return status;
}

quire_status q_register_update(q_objects *objects, const char *reg, const char *kind,
                               q_object_kind durability, q_register_change change, void *context,
                               int64_t *number, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        cJSON *current = NULL;
        cJSON *next = NULL;
        int64_t newest = 0;
        bool holds = false;
        status = q_register_get(objects, reg, kind, &current, &newest, error);
        if (!status) {
            status = change(context, current, &next, error);
        }
        bool unchanged = !status && !next;
        if (unchanged && newest > 0 && durability == Q_OBJECT_RECORD) {
            /* What is said to be so already may have been put by one who has not synced it. */
            q_key key;
            status = record_key(&key, reg, newest, error);
            status = status ? status : q_objects_settle(objects, key.text, error);
            if (status == QUIRE_NOT_FOUND) { /* it has changed meanwhile */
                status = QUIRE_OK;
                unchanged = false;
            }
        }
        if (!status && next) {
            status = put_next(objects, reg, durability, next, newest + 1, &holds, error);
        }
        cJSON_Delete(current);
        cJSON_Delete(next);
        if (number) {
            *number = unchanged ? newest : newest + 1;
        }
        if (status || unchanged || holds) {
            return status;
        }
    }
    return q_error_set(error, QUIRE_TEMPORARY, "%s changes faster than it can be set", reg);
}
