/**
 * @file
 * JSON. cJSON builds the tree; q_json_scan() decides beforehand whether the text is good. Output is
 * written here and not by cJSON, which would build a second copy and print through the locale.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_exact.h"
#include "base/json_scan.h"
#include "base/name.h"

#define METADATA_SIZE ((size_t)1 << 20)
#define METADATA_DEPTH 64

static int compare_keys(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static quire_status check_keys(const cJSON *object, quire_error *error) {
    size_t count = 0;
    const cJSON *member;
    cJSON_ArrayForEach(member, object) {
        count++;
    }
    if (count < 2) {
        return QUIRE_OK;
    }
    const char **keys = calloc(count, sizeof *keys);
    if (!keys) {
        return q_error_memory(error);
    }
    size_t i = 0;
    cJSON_ArrayForEach(member, object) {
        keys[i++] = member->string;
    }
    quire_status status = QUIRE_OK;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 1; i < count && status == QUIRE_OK; i++) {
        if (strcmp(keys[i - 1], keys[i]) == 0) {
            status = q_error_set(error, QUIRE_INTEGRITY, "malformed JSON: key '%s' twice", keys[i]);
        }
    }
    free(keys);
    return status;
}

/** What the text alone does not show: keys that are equal once unescaped, numbers that overflow. */
static quire_status check_tree(const cJSON *value, quire_error *error) {
    if (cJSON_IsNumber(value) && !isfinite(value->valuedouble)) {
        return q_error_set(error, QUIRE_INTEGRITY, "malformed JSON: a number that is too large");
    }
    quire_status status = cJSON_IsObject(value) ? check_keys(value, error) : QUIRE_OK;
    for (const cJSON *child = value->child; child && status == QUIRE_OK; child = child->next) {
        status = check_tree(child, error);
    }
    return status;
}

quire_status q_json_parse(const char *text, size_t size, size_t max_size, int max_depth,
                          cJSON **value, quire_error *error) {
    *value = NULL;
    if (size > max_size) {
        return q_error_set(error, QUIRE_INTEGRITY,
                           "malformed JSON: %zu bytes where at most %zu may be", size, max_size);
    }
    quire_status status = q_json_scan(text, size, max_depth, error);
    if (status != QUIRE_OK) {
        return status;
    }
    cJSON *tree = cJSON_ParseWithLengthOpts(text, size, NULL, 0);
    if (!tree) {
        return q_error_memory(error); /* the text is good, so nothing else is left */
    }
    status = check_tree(tree, error);
    if (status == QUIRE_OK) {
        status = q_json_keep_exact(tree, text, size, error);
    }
    if (status != QUIRE_OK) {
        cJSON_Delete(tree);
        return status;
    }
    *value = tree;
    return QUIRE_OK;
}

static quire_status wrong_member(const cJSON *member, const char *key, const char *type,
                                 quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, member ? "member '%s' is not %s" : "no member '%s'",
                       key, type);
}

quire_status q_json_string(const cJSON *object, const char *key, const char **string,
                           quire_error *error) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);
    *string = cJSON_GetStringValue(member);
    return *string ? QUIRE_OK : wrong_member(member, key, "a string", error);
}

quire_status q_json_string_or_null(const cJSON *object, const char *key, const char **string,
                                   quire_error *error) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);
    *string = cJSON_GetStringValue(member);
    return *string || !member ? QUIRE_OK : wrong_member(member, key, "a string", error);
}

quire_status q_json_uint(const cJSON *object, const char *key, uint64_t *number,
                         quire_error *error) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);
    *number = 0;
    if (!cJSON_IsNumber(member) || !q_json_is_whole(member->valuedouble) ||
        member->valuedouble < 0) {
        return wrong_member(member, key, "a whole number", error);
    }
    *number = (uint64_t)member->valuedouble;
    return QUIRE_OK;
}

static quire_status quote_byte(q_buffer *out, char c, quire_error *error) {
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = strchr(plain, c);
    if (found) {
        char escape[2] = {'\\', letters[found - plain]};
        return q_buffer_append(out, escape, sizeof escape, error);
    }
    return q_buffer_printf(out, error, "\\u%04x", (unsigned)(unsigned char)c);
}

quire_status q_json_quote(q_buffer *out, const char *string, quire_error *error) {
    size_t size = strlen(string), start = out->size;
    if (!q_name_is_utf8(string, size)) {
        return q_error_set(error, QUIRE_USAGE, "text '%s' is not UTF-8", string);
    }
    quire_status status = q_buffer_append(out, "\"", 1, error);
    for (size_t from = 0, i = 0; i <= size && status == QUIRE_OK; i++) {
        bool special =
            i < size && ((unsigned char)string[i] < 0x20 || string[i] == '"' || string[i] == '\\');
        if (i < size && !special) {
            continue;
        }
        status = q_buffer_append(out, string + from, i - from, error);
        if (status == QUIRE_OK && special) {
            status = quote_byte(out, string[i], error);
        }
        from = i + 1;
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append(out, "\"", 1, error);
    }
    if (status != QUIRE_OK && out->data) {
        out->size = start;
        out->data[start] = '\0';
    }
    return status;
}

/** The fewest digits that read back as the same double; a point, whatever the locale's is. */
static quire_status print_number(q_buffer *out, double number, quire_error *error) {
    if (!isfinite(number)) {
        return q_buffer_append_string(out, "null", error);
    }
    if (q_json_is_whole(number) && !(number == 0 && signbit(number))) {
        return q_buffer_printf(out, error, "%lld", (long long)number);
    }
    char text[64];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    size_t to = 0;
    for (size_t from = 0; text[from]; from++) {
        if (strchr("0123456789+-eE", text[from])) {
            text[to++] = text[from];
        } else if (to == 0 || text[to - 1] != '.') { /* a locale's point may be several bytes */
            text[to++] = '.';
        }
    }
    return q_buffer_append(out, text, to, error);
}

static quire_status print_value(q_buffer *out, const cJSON *value, quire_error *error);

static quire_status print_members(q_buffer *out, const cJSON *value, bool keys,
                                  quire_error *error) {
    quire_status status = q_buffer_append(out, keys ? "{" : "[", 1, error);
    for (const cJSON *child = value->child; child && status == QUIRE_OK; child = child->next) {
        if (child != value->child) {
            status = q_buffer_append(out, ",", 1, error);
        }
        if (keys && status == QUIRE_OK) {
            status = q_json_quote(out, child->string, error);
            if (status == QUIRE_OK) {
                status = q_buffer_append(out, ":", 1, error);
            }
        }
        if (status == QUIRE_OK) {
            status = print_value(out, child, error);
        }
    }
    return status == QUIRE_OK ? q_buffer_append(out, keys ? "}" : "]", 1, error) : status;
}

static quire_status print_value(q_buffer *out, const cJSON *value, quire_error *error) {
    switch (value->type & 0xFF) {
    case cJSON_False:
        return q_buffer_append_string(out, "false", error);
    case cJSON_True:
        return q_buffer_append_string(out, "true", error);
    case cJSON_NULL:
        return q_buffer_append_string(out, "null", error);
    case cJSON_Number:
        return print_number(out, value->valuedouble, error);
    case cJSON_String:
        return q_json_quote(out, value->valuestring, error);
    case cJSON_Raw: /* text that is JSON already: whole numbers beyond a double */
        return q_buffer_append_string(out, value->valuestring, error);
    case cJSON_Array:
        return print_members(out, value, false, error);
    case cJSON_Object:
        return print_members(out, value, true, error);
    default:
        return q_error_set(error, QUIRE_ERROR, "a JSON value of no known kind");
    }
}

quire_status q_json_print(q_buffer *out, const cJSON *value, quire_error *error) {
    size_t start = out->size;
    quire_status status = print_value(out, value, error);
    if (status != QUIRE_OK && out->data) {
        out->size = start;
        out->data[start] = '\0';
    }
    return status;
}

quire_status q_json_metadata(const char *text, cJSON **value, quire_error *error) {
    quire_status status =
        q_json_parse(text, strlen(text), METADATA_SIZE, METADATA_DEPTH, value, error);
    if (status == QUIRE_INTEGRITY) { /* the caller's own text, not a stored one */
        status = QUIRE_USAGE;
        if (error) {
            error->status = QUIRE_USAGE;
        }
        q_error_prefix(error, "metadata");
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (!cJSON_IsObject(*value)) {
        status = q_error_set(error, QUIRE_USAGE, "metadata is not a JSON object");
    } else if (cJSON_GetArraySize(*value) > Q_METADATA_KEYS) {
        status = q_error_set(error, QUIRE_USAGE, "metadata has %d keys where at most %d may be",
                             cJSON_GetArraySize(*value), Q_METADATA_KEYS);
    }
    if (status != QUIRE_OK) {
        cJSON_Delete(*value);
        *value = NULL;
    }
    return status;
}
