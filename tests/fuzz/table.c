/**
 * @file
 * Tables, whose typed cells are the caller's: what is taken is JSON of the shape that
 * docs/format.md tells, with every cell as it was. Input: a byte (columns), a byte a column (type),
 * then cells: a byte (kind), and a number or a line.
 */
#include <quire/table.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/table_cell.h"
#include "base/json_equal.h"
#include "fuzz_store.h"

#define COLUMNS 6
#define ROWS 64

static const char *const names[COLUMNS] = {"a", "b\n\"", "\xc3\xa9", "d", "", "a"};

static quire_cell take_cell(fuzz_input *input, char **text) {
    quire_cell cell = {.kind = (quire_cell_kind)(fuzz_byte(input) % 7)};
    fuzz_input line;
    uint64_t number;
    *text = NULL;
    switch (cell.kind) {
    case QUIRE_CELL_NUMBER:
        number = fuzz_number(input);
        memcpy(&cell.value.number, &number, sizeof number);
        break;
    case QUIRE_CELL_INTEGER:
        cell.value.integer = (int64_t)fuzz_number(input);
        break;
    case QUIRE_CELL_BOOLEAN:
        cell.value.boolean = fuzz_byte(input);
        break;
    case QUIRE_CELL_STRING:
    case QUIRE_CELL_JSON:
        line = fuzz_until(input, "\n");
        *text = fuzz_text(&line);
        cell.value.string = *text;
        break;
    case QUIRE_CELL_NULL:
    default:
        break;
    }
    return cell;
}

/* One cell printed alone: JSON, of the value that went in. */
static void check_cell(const quire_column *column, const quire_cell *cell, quire_status expected) {
    quire_error error = {0};
    q_buffer out = {0};
    cJSON *value = NULL;
    quire_status status = q_cell_print(&out, column, cell, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == expected);
    if (!status) {
        FUZZ_OK(q_json_parse(out.data, out.size, SIZE_MAX, 64, &value, &error), &error);
        FUZZ_CHECK(!memchr(out.data, '\n', out.size));
        if (cell->kind == QUIRE_CELL_STRING) {
            FUZZ_CHECK(strcmp(cJSON_GetStringValue(value), cell->value.string) == 0);
        } else if (cell->kind == QUIRE_CELL_NUMBER && !isnan(cell->value.number)) {
            FUZZ_CHECK(value->valuedouble == cell->value.number);
        } else if (cell->kind == QUIRE_CELL_INTEGER) {
            FUZZ_CHECK(strtoll(out.data, NULL, 10) == cell->value.integer);
        } else if (cell->kind == QUIRE_CELL_JSON) {
            cJSON *given = NULL;
            FUZZ_OK(q_json_parse(cell->value.string, strlen(cell->value.string), SIZE_MAX, 64,
                                 &given, &error),
                    &error);
            bool equal = false;
            FUZZ_OK(q_json_equal(given, value, &equal, &error), &error);
            FUZZ_CHECK(equal);
            cJSON_Delete(given);
        }
    }
    cJSON_Delete(value);
    q_buffer_free(&out);
}

static size_t append_rows(quire_table *table, const quire_column *columns, size_t count,
                          fuzz_input *input) {
    size_t rows = 0;
    for (size_t i = 0; input->size > 0 && i < ROWS; i++) {
        quire_cell cells[COLUMNS];
        char *texts[COLUMNS];
        quire_error error = {0};
        for (size_t j = 0; j < count; j++) {
            cells[j] = take_cell(input, &texts[j]);
        }
        fuzz_byte(input);
        quire_status status = quire_table_append(table, cells, count, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
        rows += status == QUIRE_OK;
        if (count == 1) {
            check_cell(&columns[0], &cells[0], status);
        }
        for (size_t j = 0; j < count; j++) {
            free(texts[j]);
        }
    }
    return rows;
}

static quire_status append(void *context, const void *data, size_t size) {
    return q_buffer_append(context, data, size, NULL);
}

static void check_table(quire_store *store, quire_artifact *artifact, size_t columns, size_t rows) {
    quire_error error = {0};
    quire_version_id id;
    quire_version *version = NULL;
    q_buffer text = {0};
    cJSON *value = NULL;
    uint64_t number = 0;
    FUZZ_OK(quire_log_artifact(store, artifact, NULL, &id, &error), &error);
    FUZZ_OK(quire_version_open(store, "set", &version, &error), &error);
    FUZZ_OK(quire_version_read(version, "t.table.json", 0, UINT64_MAX, append, &text, &error),
            &error);
    FUZZ_OK(q_json_parse(text.data, text.size, SIZE_MAX, 72, &value, &error), &error);
    FUZZ_OK(q_json_uint(value, "ncols", &number, &error), &error);
    FUZZ_CHECK(number == columns);
    FUZZ_OK(q_json_uint(value, "nrows", &number, &error), &error);
    FUZZ_CHECK(number == rows);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(value, "data"), *row;
    FUZZ_CHECK((size_t)cJSON_GetArraySize(data) == rows);
    cJSON_ArrayForEach(row, data) {
        FUZZ_CHECK(cJSON_IsArray(row) && (size_t)cJSON_GetArraySize(row) == columns);
    }
    cJSON_Delete(value);
    q_buffer_free(&text);
    quire_version_free(version);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    quire_error error = {0};
    quire_column columns[COLUMNS];
    size_t count = fuzz_byte(&input) % (COLUMNS + 1);
    quire_table *table = NULL;
    fuzz_store s;
    fuzz_store_empty(&s);
    for (size_t i = 0; i < count; i++) {
        columns[i] = (quire_column){names[i], (quire_column_type)(fuzz_byte(&input) % 6)};
    }
    quire_artifact *artifact = fuzz_artifact(NULL, NULL);
    quire_status status =
        quire_artifact_add_table(artifact, s.store, "t", columns, count, &table, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
    FUZZ_CHECK((status == QUIRE_OK) == (table != NULL));
    if (!status) {
        size_t rows = append_rows(table, columns, count, &input);
        FUZZ_OK(quire_table_close(table, &error), &error);
        check_table(s.store, artifact, count, rows);
    }
    quire_artifact_free(artifact);
    fuzz_store_close(&s);
    return 0;
}
