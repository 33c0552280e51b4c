/** @file Missing writers: see missing.h. */
#include "store/repository/missing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How many numbers a message lists before it breaks off. */
#define LISTED_MAX 20

/* The number a writer is called by, or -1. */
static int64_t number_of(const char *writer) {
    char *end;
    if (*writer < '0' || *writer > '9' || strlen(writer) > 9) {
        return -1;
    }
    long long number = strtoll(writer, &end, 10);
    return *end ? -1 : (int64_t)number;
}

static bool is_own(const q_finish_spec *spec, const char *writer) {
    return spec->own_writer && strcmp(spec->own_writer, writer) == 0;
}

static quire_status list_missing(const unsigned char *seen, int64_t expect, q_buffer *text,
                                 quire_error *error) {
    int listed = 0;
    quire_status status = QUIRE_OK;
    for (int64_t i = 0; !status && i < expect && listed <= LISTED_MAX; i++) {
        if (!(seen[i / 8] >> (i % 8) & 1)) {
            status = listed == LISTED_MAX ? q_buffer_append_string(text, ", …", error)
                                          : q_buffer_printf(text, error, "%s%" PRId64,
                                                            listed ? ", " : "; missing: ", i);
            listed++;
        }
    }
    return status;
}

/* Only numbers below `expect` can be said to be missing; other names just count. */
static quire_status name_missing(const cJSON *parts, const q_finish_spec *spec, q_buffer *text,
                                 quire_error *error) {
    const cJSON *part;
    bool numbered = true;
    /* No more can be listed than this, however many are expected. */
    int64_t end = (int64_t)cJSON_GetArraySize(parts) + LISTED_MAX + 1;
    end = spec->expect < end ? spec->expect : end;
    unsigned char *seen = calloc(1, (size_t)(end / 8) + 1);
    if (!seen) {
        return q_error_memory(error);
    }
    cJSON_ArrayForEach(part, parts) {
        const char *writer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(part, "writer"));
        int64_t number = writer ? number_of(writer) : -1;
        if (writer && is_own(spec, writer)) {
            continue;
        }
        if (number < 0 || number >= spec->expect) {
            numbered = false;
        } else if (number < end) {
            seen[number / 8] |= (unsigned char)(1u << (number % 8));
        }
    }
    quire_status status = numbered ? list_missing(seen, end, text, error) : QUIRE_OK;
    free(seen);
    return status;
}

quire_status q_missing_compare(const cJSON *roster, const q_finish_spec *spec, quire_error *error) {
    const cJSON *part;
    int64_t found = 0;
    if (!spec->receipts) {
        return QUIRE_OK;
    }
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(roster, "parts")) {
        q_draft_member member;
        quire_status status = q_draft_read_member(part, &member, error);
        if (status) {
            return status;
        }
        int64_t number = number_of(member.writer);
        bool is_plain = member.writer[0] != '0' || !member.writer[1]; /* "07" is no rank's name */
        if (number < 0 || number >= spec->expect || !is_plain) {
            continue;
        }
        found++;
        if (strcmp(spec->receipts[number].digest, member.shard.digest) != 0) {
            return q_error_set(error, QUIRE_CONFLICT,
                               "draft '%s' of '%s' has another part of writer '%s': a second job "
                               "upserts to it",
                               spec->distributed_id, spec->name, member.writer);
        }
    }
    return found == spec->expect
               ? QUIRE_OK
               : q_error_set(error, QUIRE_CONFLICT,
                             "draft '%s' of '%s' has %" PRId64 " of the %" PRId64
                             " parts that were upserted",
                             spec->distributed_id, spec->name, found, spec->expect);
}

quire_status q_missing_check(const cJSON *roster, const q_finish_spec *spec, quire_error *error) {
    const cJSON *part;
    const cJSON *parts = cJSON_GetObjectItemCaseSensitive(roster, "parts");
    int64_t count = 0, all = 0;
    q_buffer text = {0};
    cJSON_ArrayForEach(part, parts) {
        const char *writer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(part, "writer"));
        all++;
        count += writer && !is_own(spec, writer);
    }
    if (all == 0 && spec->expect <= 0) {
        return q_error_set(error, QUIRE_NOT_FOUND, "nobody has upserted to draft '%s' of '%s'",
                           spec->distributed_id, spec->name);
    }
    if (count >= spec->expect) {
        return QUIRE_OK;
    }
    quire_status status = name_missing(parts, spec, &text, error);
    if (!status) {
        status = q_error_set(
            error, QUIRE_INCOMPLETE,
            "%" PRId64 " of %" PRId64 " writers have upserted to draft '%s' of '%s'%s", count,
            spec->expect, spec->distributed_id, spec->name, text.data ? text.data : "");
    }
    q_buffer_free(&text);
    return status;
}
