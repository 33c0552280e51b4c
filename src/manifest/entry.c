/**
 * @file
 * Entries: checks, identity and printing. A version may have millions, so that nothing here
 * allocates once its buffer has grown.
 */
#include "manifest/entry.h"

#include <string.h>

#include "base/json.h"
#include "base/name.h"

#define EXTRA_DEPTH 4
#define DECIMAL_SIZE 20

void q_entry_box_free(q_entry_box *box) {
    q_buffer_free(&box->text);
    memset(&box->entry, 0, sizeof box->entry);
}

static const char *copy_string(q_buffer *text, const char *string) {
    if (!string) {
        return NULL;
    }
    size_t size = strlen(string) + 1;
    char *copy = memcpy(text->data + text->size, string, size);
    text->size += size;
    return copy;
}

quire_status q_entry_copy(q_entry_box *box, const q_entry *entry, quire_error *error) {
    const char *strings[] = {entry->path, entry->digest, entry->ref, entry->extra, entry->pack};
    size_t size = 0;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        size += strings[i] ? strlen(strings[i]) + 1 : 0;
    }
    q_buffer_clear(&box->text);
    quire_status status = q_buffer_reserve(&box->text, size, error);
    if (status != QUIRE_OK) {
        return status;
    }
    box->entry.path = copy_string(&box->text, entry->path);
    box->entry.digest = copy_string(&box->text, entry->digest);
    box->entry.size = entry->size;
    box->entry.ref = copy_string(&box->text, entry->ref);
    box->entry.extra = copy_string(&box->text, entry->extra);
    box->entry.pack = copy_string(&box->text, entry->pack);
    box->entry.offset = entry->offset;
    return QUIRE_OK;
}

quire_status q_entry_sum(uint64_t *sum, uint64_t more, quire_error *error) {
    if (*sum > Q_ENTRY_SIZE_MAX || more > Q_ENTRY_SIZE_MAX - *sum) {
        return q_error_set(error, QUIRE_USAGE, "the sizes add up to more than 2^53 bytes");
    }
    *sum += more;
    return QUIRE_OK;
}

static bool has_control(const char *text) {
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool is_pack_name(const char *pack) {
    return strlen(pack) == Q_PACK_NAME_SIZE - 1 &&
           strspn(pack, "0123456789abcdef") == Q_PACK_NAME_SIZE - 1;
}

static quire_status check_file(const q_entry *entry, quire_error *error) {
    const char *wrong = NULL;
    if (!q_is_digest(entry->digest)) {
        wrong = "a malformed digest";
    } else if (entry->size > Q_ENTRY_SIZE_MAX) {
        wrong = "an impossible size";
    } else if (entry->extra) {
        wrong = "members that only references have";
    } else if (!entry->pack && entry->offset != 0) {
        wrong = "an offset without a pack";
    } else if (entry->pack && !is_pack_name(entry->pack)) {
        wrong = "a malformed pack name";
    } else if (entry->pack && entry->size == 0) {
        wrong = "a pack, but no content";
    } else if (entry->pack && (entry->offset > Q_ENTRY_SIZE_MAX ||
                               entry->size > Q_ENTRY_SIZE_MAX - entry->offset)) {
        wrong = "an impossible offset";
    }
    return wrong ? q_error_set(error, QUIRE_USAGE, "path '%s' has %s", entry->path, wrong)
                 : QUIRE_OK;
}

static quire_status check_extra(const q_entry *entry, quire_error *error) {
    if (has_control(entry->extra)) {
        return q_error_set(error, QUIRE_USAGE, "extra of path '%s' is not on one line",
                           entry->path);
    }
    cJSON *extra = NULL;
    quire_status status = q_json_parse(entry->extra, strlen(entry->extra), Q_ENTRY_EXTRA_MAX,
                                       EXTRA_DEPTH, &extra, error);
    if (status == QUIRE_OK && !cJSON_IsObject(extra)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "no JSON object");
    }
    cJSON_Delete(extra);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "extra of path '%s'", entry->path);
    }
    if (status == QUIRE_INTEGRITY) {
        status = QUIRE_USAGE;
        if (error) {
            error->status = QUIRE_USAGE;
        }
    }
    return status;
}

static quire_status check_reference(const q_entry *entry, quire_error *error) {
    quire_status status = q_name_check_uri(entry->ref, error);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "path '%s'", entry->path);
        return status;
    }
    const char *wrong = NULL;
    size_t length = strlen(entry->digest);
    if (length == 0 || length > Q_URI_MAX || has_control(entry->digest) ||
        !q_name_is_utf8(entry->digest, length)) {
        wrong = "a malformed digest";
    } else if (entry->size > Q_ENTRY_SIZE_MAX && entry->size != QUIRE_SIZE_UNKNOWN) {
        wrong = "an impossible size";
    } else if (entry->pack || entry->offset != 0) {
        wrong = "a pack, but is a reference";
    }
    if (wrong) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' has %s", entry->path, wrong);
    }
    return entry->extra ? check_extra(entry, error) : QUIRE_OK;
}

quire_status q_entry_check(const q_entry *entry, quire_error *error) {
    if (!entry->path || !entry->digest) {
        return q_error_set(error, QUIRE_USAGE, "an entry without %s",
                           entry->path ? "digest" : "path");
    }
    quire_status status = q_name_check_path(entry->path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return entry->ref ? check_reference(entry, error) : check_file(entry, error);
}

/** The digits of a number, right-aligned in `digits`; gives where they begin. */
static const char *decimal(uint64_t number, char digits[DECIMAL_SIZE], size_t *size) {
    char *at = digits + DECIMAL_SIZE;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    *size = (size_t)(digits + DECIMAL_SIZE - at);
    return at;
}

static char *put(char *at, const void *data, size_t size) {
    memcpy(at, data, size);
    return at + size;
}

quire_status q_entry_identity(q_buffer *out, const q_entry *entry, quire_error *error) {
    char digits[DECIMAL_SIZE];
    const char *size = "-";
    size_t size_length = 1;
    if (entry->size != QUIRE_SIZE_UNKNOWN) {
        size = decimal(entry->size, digits, &size_length);
    }
    size_t path_length = strlen(entry->path);
    size_t digest_length = strlen(entry->digest);
    size_t ref_length = entry->ref ? strlen(entry->ref) : 0;
    size_t total = path_length + 1 + 2 + digest_length + 1 + size_length + 1 + ref_length + 1;
    quire_status status = q_buffer_reserve(out, total, error);
    if (status != QUIRE_OK) {
        return status;
    }
    char *at = put(out->data + out->size, entry->path, path_length + 1);
    at = put(at, entry->ref ? "r" : "f", 2);
    at = put(at, entry->digest, digest_length + 1);
    at = put(at, size, size_length);
    *at++ = '\0';
    at = entry->ref ? put(at, entry->ref, ref_length) : at;
    *at = '\n';
    out->size += total;
    out->data[out->size] = '\0';
    return QUIRE_OK;
}

bool q_entry_same(const q_entry *a, const q_entry *b) {
    return a->size == b->size && strcmp(a->digest, b->digest) == 0 && !a->ref == !b->ref &&
           (!a->ref || strcmp(a->ref, b->ref) == 0);
}

/** Append `name` (with its comma, quotes and colon) and a string value. */
static quire_status print_string(q_buffer *out, const char *name, const char *value,
                                 quire_error *error) {
    quire_status status = q_buffer_append_string(out, name, error);
    size_t length = 0;
    while (value[length] && (unsigned char)value[length] >= 0x20 && value[length] != '"' &&
           value[length] != '\\') {
        length++;
    }
    if (status != QUIRE_OK || value[length]) {
        return status != QUIRE_OK ? status : q_json_quote(out, value, error);
    }
    status = q_buffer_reserve(out, length + 2, error);
    if (status != QUIRE_OK) {
        return status;
    }
    char *at = out->data + out->size;
    *at++ = '"';
    at = put(at, value, length);
    *at++ = '"';
    *at = '\0';
    out->size += length + 2;
    return QUIRE_OK;
}

static quire_status print_number(q_buffer *out, const char *name, uint64_t number,
                                 quire_error *error) {
    char digits[DECIMAL_SIZE];
    size_t size = 0;
    const char *text = decimal(number, digits, &size);
    quire_status status = q_buffer_append_string(out, name, error);
    return status == QUIRE_OK ? q_buffer_append(out, text, size, error) : status;
}

static quire_status print_members(q_buffer *out, const q_entry *entry, quire_error *error) {
    quire_status status = print_string(out, "{\"path\":", entry->path, error);
    if (status == QUIRE_OK) {
        status = print_string(out, ",\"digest\":", entry->digest, error);
    }
    if (status == QUIRE_OK && entry->size != QUIRE_SIZE_UNKNOWN) {
        status = print_number(out, ",\"size\":", entry->size, error);
    }
    if (status == QUIRE_OK && entry->ref) {
        status = print_string(out, ",\"ref\":", entry->ref, error);
    }
    if (status == QUIRE_OK && entry->extra) {
        status = q_buffer_append_string(out, ",\"extra\":", error);
        if (status == QUIRE_OK) {
            status = q_buffer_append_string(out, entry->extra, error);
        }
    }
    if (status == QUIRE_OK && entry->pack) {
        status = print_string(out, ",\"pack\":", entry->pack, error);
        if (status == QUIRE_OK) {
            status = print_number(out, ",\"offset\":", entry->offset, error);
        }
    }
    return status == QUIRE_OK ? q_buffer_append(out, "}\n", 2, error) : status;
}

quire_status q_entry_print(q_buffer *out, const q_entry *entry, quire_error *error) {
    size_t before = out->size;
    quire_status status = print_members(out, entry, error);
    if (status != QUIRE_OK && out->data) {
        out->size = before;
        out->data[before] = '\0';
    }
    return status;
}
