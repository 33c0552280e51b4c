/**
 * @file
 * Parsing entries. Lines in exactly the form that q_entry_print() writes, without escapes, are
 * taken apart in place, which is many times faster than building a JSON tree; every other line goes
 * through the JSON parser. Both ways end in the same check of all fields.
 */
#include <string.h>

#include "base/json.h"
#include "manifest/entry.h"
#include "manifest/line.h"

#define NUMBER_DIGITS 16

/** What is left of a line. */
typedef struct scan {
    char *at;
    char *end;
} scan;

static bool take(scan *s, const char *literal, size_t size) {
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, literal, size) != 0) {
        return false;
    }
    s->at += size;
    return true;
}

/** The rest of a string whose opening quote was taken, ended by a NUL in place of its last one. */
static const char *take_string(scan *s) {
    char *start = s->at;
    char *quote = memchr(start, '"', (size_t)(s->end - start));
    if (!quote || memchr(start, '\\', (size_t)(quote - start))) {
        return NULL;
    }
    *quote = '\0';
    s->at = quote + 1;
    return start;
}

static bool take_number(scan *s, uint64_t *number) {
    const char *start = s->at;
    *number = 0;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && s->at - start < NUMBER_DIGITS) {
        *number = *number * 10 + (uint64_t)(*s->at++ - '0');
    }
    return s->at > start && (*start != '0' || s->at == start + 1) && *number <= Q_ENTRY_SIZE_MAX;
}

#define TAKE(s, literal) take(s, literal, sizeof literal - 1)

/** Take a line apart in place; false for any form but the canonical one. */
static bool scan_entry(char *line, size_t size, q_entry *entry) {
    scan s = {line, line + size};
    *entry = (q_entry){.size = QUIRE_SIZE_UNKNOWN};
    if (!TAKE(&s, "{\"path\":\"") || !(entry->path = take_string(&s)) ||
        !TAKE(&s, ",\"digest\":\"") || !(entry->digest = take_string(&s))) {
        return false;
    }
    if (TAKE(&s, ",\"size\":") && !take_number(&s, &entry->size)) {
        return false;
    }
    if (TAKE(&s, ",\"ref\":\"")) {
        entry->ref = take_string(&s);
        if (!entry->ref) {
            return false;
        }
        if (TAKE(&s, ",\"extra\":")) {
            if (s.end - s.at < 3 || *s.at != '{' || s.end[-1] != '}') {
                return false;
            }
            entry->extra = s.at;
            s.at = s.end - 1;
            *s.at = '\0';
            return true;
        }
    } else if (TAKE(&s, ",\"pack\":\"")) {
        entry->pack = take_string(&s);
        if (!entry->pack || !TAKE(&s, ",\"offset\":") || !take_number(&s, &entry->offset)) {
            return false;
        }
    }
    return s.end - s.at == 1 && *s.at == '}';
}

static bool has(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

static quire_status read_members(const cJSON *object, q_entry *entry, quire_error *error) {
    quire_status status = q_json_string(object, "path", &entry->path, error);
    if (status == QUIRE_OK) {
        status = q_json_string(object, "digest", &entry->digest, error);
    }
    if (status == QUIRE_OK) {
        status = q_json_string_or_null(object, "ref", &entry->ref, error);
    }
    if (status == QUIRE_OK && (!entry->ref || has(object, "size"))) {
        status = q_json_uint(object, "size", &entry->size, error);
    }
    if (status == QUIRE_OK) {
        status = q_json_string_or_null(object, "pack", &entry->pack, error);
    }
    if (status == QUIRE_OK && (entry->pack || has(object, "offset"))) {
        status = q_json_uint(object, "offset", &entry->offset, error);
    }
    return status;
}

static quire_status parse_json(const char *line, size_t size, q_entry_box *box,
                               quire_error *error) {
    q_buffer extra = {0};
    cJSON *object = NULL;
    q_entry entry = {.size = QUIRE_SIZE_UNKNOWN};
    quire_status status = q_json_parse(line, size, Q_ENTRY_LINE_MAX, Q_JSON_DEPTH, &object, error);
    if (status != QUIRE_OK) {
        goto done;
    }
    if (!cJSON_IsObject(object)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "a line that is no JSON object");
        goto done;
    }
    status = read_members(object, &entry, error);
    if (status != QUIRE_OK) {
        goto done;
    }
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "extra");
    if (member) {
        status = q_json_print(&extra, member, error);
        entry.extra = extra.data;
    }
    if (status == QUIRE_OK) {
        status = q_entry_copy(box, &entry, error);
    }
done:
    cJSON_Delete(object);
    q_buffer_free(&extra);
    return status;
}

quire_status q_entry_parse(const char *line, size_t size, q_entry_box *box, quire_error *error) {
    return q_entry_parse_of(line, size, Q_DIGEST_SHA256, box, error);
}

quire_status q_entry_parse_of(const char *line, size_t size, q_digest_kind kind, q_entry_box *box,
                              quire_error *error) {
    if (size > Q_ENTRY_LINE_MAX) {
        return q_error_set(error, QUIRE_INTEGRITY, "a line of more than %zu bytes",
                           Q_ENTRY_LINE_MAX);
    }
    q_buffer_clear(&box->text);
    quire_status status = q_buffer_append(&box->text, line, size, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (!memchr(line, '\0', size) && scan_entry(box->text.data, size, &box->entry) &&
        (box->entry.ref || box->entry.size != QUIRE_SIZE_UNKNOWN)) {
        status = q_entry_check_of(&box->entry, kind, error);
        /* What follows an "extra" may be a member of a later format. */
        if (status != QUIRE_USAGE || !box->entry.extra) {
            return q_line_stored(status, error);
        }
    }
    status = parse_json(line, size, box, error);
    if (status == QUIRE_OK) {
        status = q_entry_check_of(&box->entry, kind, error);
    }
    return q_line_stored(status, error);
}
