/**
 * @file
 * Entries as bytes: their identity and their line of JSON. A version may have millions, so that
 * nothing here allocates once its buffer has grown.
 */
#include "manifest/entry.h"

#include <stdint.h>
#include <string.h>

#include "base/json.h"

#define DECIMAL_SIZE 20

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

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/** The high bits of bytes that are zero, and perhaps of some above such a one. */
static uint64_t zero_bytes(uint64_t word) {
    return (word - EACH_BYTE(0x01)) & ~word & EACH_BYTE(0x80);
}

/** Whether JSON has a text as it is, without escapes. */
static bool is_plain(const char *text, size_t size) {
    size_t at = 0;
    uint64_t word;
    for (; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        uint64_t control = (word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80);
        if (control | zero_bytes(word ^ EACH_BYTE('"')) | zero_bytes(word ^ EACH_BYTE('\\'))) {
            return false;
        }
    }
    while (at < size && (unsigned char)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
        at++;
    }
    return at == size;
}

/** Append `name` (with its comma, quotes and colon) and a string value. */
static quire_status print_string(q_buffer *out, const char *name, const char *value,
                                 quire_error *error) {
    size_t name_length = strlen(name), length = strlen(value);
    quire_status status = q_buffer_reserve(out, name_length + length + 2, error);
    if (status != QUIRE_OK) {
        return status;
    }
    char *at = put(out->data + out->size, name, name_length);
    if (!is_plain(value, length)) {
        out->size += name_length;
        return q_json_quote(out, value, error);
    }
    *at++ = '"';
    at = put(at, value, length);
    *at++ = '"';
    *at = '\0';
    out->size += name_length + length + 2;
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
