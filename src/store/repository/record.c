/** @file Records: see record.h. The check covers bytes, not meaning, so that it needs no parser. */
#include "store/repository/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

#define CHECK_KEY ",\"check\":\""
#define CHECK_SIZE (sizeof(CHECK_KEY) - 1 + Q_SHA256_HEX_SIZE - 1 + 3) /* closing: `"}` LF */

cJSON *q_record_new(const char *kind) {
    cJSON *record = cJSON_CreateObject();
    if (!record || !q_record_add_string(record, "quire", kind) ||
        !q_record_add_uint(record, "format", Q_RECORD_FORMAT)) {
        cJSON_Delete(record);
        return NULL;
    }
    return record;
}

bool q_record_add_string(cJSON *record, const char *key, const char *string) {
    return !string || cJSON_AddStringToObject(record, key, string) != NULL;
}

bool q_record_add_uint(cJSON *record, const char *key, uint64_t number) {
    return cJSON_AddNumberToObject(record, key, (double)number) != NULL;
}

bool q_record_adopt(cJSON *record, const char *key, cJSON *value) {
    bool done = value && cJSON_AddItemToObject(record, key, value);
    if (!done) {
        cJSON_Delete(value);
    }
    return done;
}

quire_status q_record_print(const cJSON *record, q_buffer *out, quire_error *error) {
    char check[Q_SHA256_HEX_SIZE];
    size_t start = out->size;
    quire_status status = q_json_print(out, record, error);
    if (!status) {
        out->size--; /* the closing brace comes after the check */
        status = q_sha256_hex(out->data + start, out->size - start, check, error);
    }
    if (!status) {
        status = q_buffer_printf(out, error, CHECK_KEY "%s\"}\n", check);
    }
    if (!status && out->size - start > Q_RECORD_MAX) {
        status =
            q_error_set(error, QUIRE_ERROR, "a record of %zu bytes would be too large to be read",
                        out->size - start);
    }
    return status;
}

static quire_status check_bytes(const char *text, size_t size, const char *name,
                                quire_error *error) {
    char check[Q_SHA256_HEX_SIZE];
    char expected[CHECK_SIZE + 1];
    if (size <= CHECK_SIZE) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s is cut short", name);
    }
    quire_status status = q_sha256_hex(text, size - CHECK_SIZE, check, error);
    if (status) {
        return status;
    }
    snprintf(expected, sizeof expected, CHECK_KEY "%s\"}\n", check);
    if (memcmp(text + size - CHECK_SIZE, expected, CHECK_SIZE) != 0) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s was changed or cut short", name);
    }
    return QUIRE_OK;
}

quire_status q_record_parse(const char *text, size_t size, const char *kind, const char *name,
                            cJSON **record, quire_error *error) {
    const char *found = NULL;
    uint64_t format = 0;
    cJSON *parsed = NULL;
    *record = NULL;
    quire_status status = check_bytes(text, size, name, error);
    if (status) {
        return status;
    }
    status = q_json_parse(text, size, Q_RECORD_MAX, Q_RECORD_DEPTH, &parsed, error);
    if (!status) {
        status = q_json_string(parsed, "quire", &found, error);
    }
    if (!status) {
        status = q_json_uint(parsed, "format", &format, error);
    }
    if (status) {
        q_error_prefix(error, "%s", name);
    } else if (kind && strcmp(found, kind) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s is a %s, not a %s", name, found, kind);
    } else if (format > Q_RECORD_FORMAT) {
        status = q_error_set(error, QUIRE_ERROR,
                             "%s has format %" PRIu64 ", newer than this quire, which reads %d",
                             name, format, Q_RECORD_FORMAT);
    }
    if (status) {
        cJSON_Delete(parsed);
        return status;
    }
    *record = parsed;
    return QUIRE_OK;
}

quire_status q_record_get(q_objects *objects, const char *key, const char *kind, cJSON **record,
                          quire_error *error) {
    q_buffer text = {0};
    *record = NULL;
    quire_status status = q_objects_get(objects, key, Q_RECORD_MAX, &text, error);
    if (!status) {
        status = q_record_parse(text.data ? text.data : "", text.size, kind, key, record, error);
    }
    q_buffer_free(&text);
    return status;
}

quire_status q_record_put(q_objects *objects, const char *key, q_object_kind durability,
                          const cJSON *record, bool *created, quire_error *error) {
    q_buffer text = {0};
    quire_status status = q_record_print(record, &text, error);
    if (!status) {
        status = q_objects_put(objects, key, durability, text.data, text.size, created, error);
    }
    q_buffer_free(&text);
    return status;
}
