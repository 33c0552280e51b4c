/**
 * @file
 * Cells. A number is written as the fewest digits that read back as the same double; an integer in
 * full, beyond what a double holds too. JSON text is copied without its blanks rather than parsed
 * and printed, which would round its numbers.
 */
#include "artifact/table_cell.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/name.h"

/** What one JSON cell may be; a table is no place for documents. */
#define CELL_JSON_MAX ((size_t)16 << 20)
#define CELL_JSON_DEPTH 64

bool q_column_type_is_known(quire_column_type type) {
    switch (type) {
    case QUIRE_COLUMN_STRING:
    case QUIRE_COLUMN_NUMBER:
    case QUIRE_COLUMN_BOOLEAN:
    case QUIRE_COLUMN_TIMESTAMP:
    case QUIRE_COLUMN_ANY:
        return true;
    }
    return false;
}

static const char *type_name(quire_column_type type) {
    switch (type) {
    case QUIRE_COLUMN_NUMBER:
        return "number";
    case QUIRE_COLUMN_BOOLEAN:
        return "boolean";
    case QUIRE_COLUMN_TIMESTAMP:
        return "timestamp";
    case QUIRE_COLUMN_ANY:
        return "any";
    case QUIRE_COLUMN_STRING:
        break;
    }
    return "string";
}

quire_status q_column_type_print(q_buffer *out, quire_column_type type, quire_error *error) {
    if (type == QUIRE_COLUMN_ANY) {
        return q_buffer_append_string(out, "{\"wb_type\":\"any\"}", error);
    }
    const char *names[2] = {"none", type_name(type)};
    if (strcmp(names[0], names[1]) > 0) {
        names[0] = names[1];
        names[1] = "none";
    }
    return q_buffer_printf(
        out, error,
        "{\"params\":{\"allowed_types\":[{\"wb_type\":\"%s\"},{\"wb_type\":\"%s\"}]},"
        "\"wb_type\":\"union\"}",
        names[0], names[1]);
}

static const char *kind_name(quire_cell_kind kind) {
    switch (kind) {
    case QUIRE_CELL_NULL:
        return "null";
    case QUIRE_CELL_NUMBER:
        return "a number";
    case QUIRE_CELL_INTEGER:
        return "an integer";
    case QUIRE_CELL_BOOLEAN:
        return "a boolean";
    case QUIRE_CELL_STRING:
        return "a string";
    case QUIRE_CELL_JSON:
        return "JSON";
    }
    return "a cell of no known kind";
}

static bool takes(quire_column_type type, quire_cell_kind kind) {
    if (kind == QUIRE_CELL_NULL) {
        return true;
    }
    switch (type) {
    case QUIRE_COLUMN_STRING:
        return kind == QUIRE_CELL_STRING;
    case QUIRE_COLUMN_NUMBER:
        return kind == QUIRE_CELL_NUMBER || kind == QUIRE_CELL_INTEGER;
    case QUIRE_COLUMN_BOOLEAN:
        return kind == QUIRE_CELL_BOOLEAN;
    case QUIRE_COLUMN_TIMESTAMP:
        return kind == QUIRE_CELL_INTEGER;
    case QUIRE_COLUMN_ANY:
        return kind <= QUIRE_CELL_JSON;
    }
    return false;
}

static quire_status print_number(q_buffer *out, const quire_column *column, double number,
                                 quire_error *error) {
    if (isnan(number)) {
        return q_buffer_append_string(out, "null", error);
    }
    if (isinf(number)) {
        return q_error_set(error, QUIRE_USAGE, "column '%s' takes no infinity", column->name);
    }
    cJSON value = {.type = cJSON_Number, .valuedouble = number};
    return q_json_print(out, &value, error);
}

static quire_status print_string(q_buffer *out, const quire_column *column, const char *string,
                                 quire_error *error) {
    if (!string) {
        return q_buffer_append_string(out, "null", error);
    }
    if (!q_name_is_utf8(string, strlen(string))) {
        return q_error_set(error, QUIRE_USAGE, "a string for column '%s' is not UTF-8",
                           column->name);
    }
    return q_json_quote(out, string, error);
}

/** Copy JSON text that is known to be good, without the blanks outside of strings. */
static quire_status append_compact(q_buffer *out, const char *json, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (*json && status == QUIRE_OK) {
        size_t run = strcspn(json, " \t\r\n\"");
        if (json[run] == '"') {
            for (run++; json[run] != '"'; run++) {
                run += json[run] == '\\';
            }
            run++;
        }
        status = q_buffer_append(out, json, run, error);
        json += run;
        json += strspn(json, " \t\r\n");
    }
    return status;
}

static quire_status print_json(q_buffer *out, const quire_column *column, const char *json,
                               quire_error *error) {
    if (!json) {
        return q_buffer_append_string(out, "null", error);
    }
    cJSON *value = NULL;
    quire_status status =
        q_json_parse(json, strlen(json), CELL_JSON_MAX, CELL_JSON_DEPTH, &value, error);
    cJSON_Delete(value);
    if (status == QUIRE_OK) {
        return append_compact(out, json, error);
    }
    if (status == QUIRE_INTEGRITY) { /* the caller's own text, not a stored one */
        status = QUIRE_USAGE;
        if (error) {
            error->status = QUIRE_USAGE;
        }
        q_error_prefix(error, "a cell for column '%s'", column->name);
    }
    return status;
}

quire_status q_cell_print(q_buffer *out, const quire_column *column, const quire_cell *cell,
                          quire_error *error) {
    if (!takes(column->type, cell->kind)) {
        return q_error_set(error, QUIRE_USAGE, "column '%s' is of type %s and does not take %s",
                           column->name, type_name(column->type), kind_name(cell->kind));
    }
    switch (cell->kind) {
    case QUIRE_CELL_NULL:
        break;
    case QUIRE_CELL_NUMBER:
        return print_number(out, column, cell->value.number, error);
    case QUIRE_CELL_INTEGER:
        return q_buffer_printf(out, error, "%" PRId64, cell->value.integer);
    case QUIRE_CELL_BOOLEAN:
        return q_buffer_append_string(out, cell->value.boolean ? "true" : "false", error);
    case QUIRE_CELL_STRING:
        return print_string(out, column, cell->value.string, error);
    case QUIRE_CELL_JSON:
        return print_json(out, column, cell->value.string, error);
    }
    return q_buffer_append_string(out, "null", error);
}
