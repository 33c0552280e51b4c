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

static const char *writer_of(const cJSON *part) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(part, "writer"));
}

/* How the writers are numbered, as far as those who are there tell. */
typedef struct numbering {
    unsigned char *seen; /* a bit for each number below `end` */
    int64_t end;
    int64_t first; /* 0, 1, or -1: not to be told */
} numbering;

static quire_status list_missing(const numbering *self, int64_t expect, q_buffer *text,
                                 quire_error *error) {
    int listed = 0;
    quire_status status = QUIRE_OK;
    int64_t end = expect < self->end - self->first ? expect + self->first : self->end;
    for (int64_t i = self->first; !status && i < end && listed <= LISTED_MAX; i++) {
        if (!(self->seen[i / 8] >> (i % 8) & 1)) {
            status = listed == LISTED_MAX ? q_buffer_append_string(text, ", …", error)
                                          : q_buffer_printf(text, error, "%s%" PRId64,
                                                            listed ? ", " : "; missing: ", i);
            listed++;
        }
    }
    return status;
}

static quire_status list_present(const cJSON *parts, const q_finish_spec *spec, q_buffer *text,
                                 quire_error *error) {
    const cJSON *part;
    int listed = 0;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(part, parts) {
        const char *writer = writer_of(part);
        if (status || listed > LISTED_MAX || !writer || is_own(spec, writer)) {
            continue;
        }
        status = listed == LISTED_MAX
                     ? q_buffer_append_string(text, ", …", error)
                     : q_buffer_printf(text, error, "%s%s", listed ? ", " : "; have: ", writer);
        listed++;
    }
    return status;
}

/* Ranks count from 0, the tasks of a batch array often from 1. Which it is, 0 tells, or the last.
 */
static void find_numbering(const cJSON *parts, const q_finish_spec *spec, numbering *self) {
    const cJSON *part;
    bool has_first = false, has_last = false;
    cJSON_ArrayForEach(part, parts) {
        const char *writer = writer_of(part);
        if (writer && is_own(spec, writer)) {
            continue;
        }
        int64_t number = writer ? number_of(writer) : -1;
        if (number < 0 || number > spec->expect) {
            return;
        }
        has_first = has_first || number == 0;
        has_last = has_last || number == spec->expect;
        if (number < self->end) {
            self->seen[number / 8] |= (unsigned char)(1u << (number % 8));
        }
    }
    if (has_first != has_last) {
        self->first = has_first ? 0 : 1;
    }
}

static quire_status name_missing(const cJSON *parts, const q_finish_spec *spec, q_buffer *text,
                                 quire_error *error) {
    /* No more can be listed than this, however many are expected. */
    numbering numbers = {.end = (int64_t)cJSON_GetArraySize(parts) + LISTED_MAX + 2, .first = -1};
    numbers.seen = calloc(1, (size_t)(numbers.end / 8) + 1);
    if (!numbers.seen) {
        return q_error_memory(error);
    }
    find_numbering(parts, spec, &numbers);
    quire_status status = numbers.first >= 0 ? list_missing(&numbers, spec->expect, text, error)
                                             : list_present(parts, spec, text, error);
    free(numbers.seen);
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
        quire_status status = q_draft_read_member(roster, part, &member, error);
        if (status) {
            return status;
        }
        int64_t number = number_of(member.writer);
        bool is_plain = member.writer[0] != '0' || !member.writer[1]; /* "07" is no rank's name */
        if (number < 0 || !is_plain) {
            continue;
        }
        if (number >= spec->expect) { /* what it did is split among fewer now */
            return q_error_set(error, QUIRE_CONFLICT,
                               "draft '%s' of '%s' has a part of writer '%s', left by a job with "
                               "more than these %" PRId64
                               " ranks; use another id, as dropping it only frees space",
                               spec->distributed_id, spec->name, member.writer, spec->expect);
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
