/**
 * @file
 * Tables: rows streamed into a file of the artifact. Keys are sorted, as W&B sorts them; so the
 * number of rows, which is not known before the end, stands at the end. A row is made in memory
 * before any of it is written, so that a bad cell leaves the table as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/table_cell.h"
#include "base/json.h"

#define TABLE_COLUMNS_MAX 10000
/** Rows are handed to the store in pieces of about this size. */
#define TABLE_PIECE ((size_t)64 << 10)

struct quire_table {
    quire_file *file;
    char *path; /**< for messages */
    quire_column *columns;
    size_t column_count;
    uint64_t rows;
    q_buffer text; /**< whole rows not yet written */
};

static void table_free(quire_table *table) {
    for (size_t i = 0; i < table->column_count; i++) {
        free((char *)(uintptr_t)table->columns[i].name);
    }
    free(table->columns);
    free(table->path);
    q_buffer_free(&table->text);
    free(table);
}

static quire_status check_column(const quire_column *column, size_t index, quire_error *error) {
    if (!column->name || !*column->name) {
        return q_error_set(error, QUIRE_USAGE, "column %zu has no name", index);
    }
    if (!q_name_is_utf8(column->name, strlen(column->name))) {
        return q_error_set(error, QUIRE_USAGE, "name '%s' of column %zu is not UTF-8", column->name,
                           index);
    }
    return q_column_type_is_known(column->type)
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE, "column '%s' is of no known type", column->name);
}

static quire_status copy_columns(quire_table *table, const quire_column *columns, size_t count,
                                 quire_error *error) {
    if (count > TABLE_COLUMNS_MAX) {
        return q_error_set(error, QUIRE_USAGE, "%zu columns where at most %d may be", count,
                           TABLE_COLUMNS_MAX);
    }
    table->columns = calloc(count > 0 ? count : 1, sizeof *table->columns);
    if (!table->columns) {
        return q_error_memory(error);
    }
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < count && status == QUIRE_OK; i++) {
        char *name = NULL;
        status = check_column(&columns[i], i, error);
        if (status == QUIRE_OK) {
            status = q_strdup(columns[i].name, &name, error);
        }
        if (status == QUIRE_OK) {
            table->columns[i] = (quire_column){.name = name, .type = columns[i].type};
            table->column_count++;
        }
    }
    return status;
}

static int compare_columns(const void *a, const void *b) {
    return strcmp((*(const quire_column *const *)a)->name, (*(const quire_column *const *)b)->name);
}

/** The columns in the order of their names; finds those that share one. */
static quire_status sort_columns(const quire_table *table, const quire_column ***sorted,
                                 quire_error *error) {
    size_t count = table->column_count;
    const quire_column **list = calloc(count > 0 ? count : 1, sizeof *list);
    if (!list) {
        return q_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        list[i] = &table->columns[i];
    }
    qsort(list, count, sizeof *list, compare_columns);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(list[i - 1]->name, list[i]->name) == 0) {
            quire_status status =
                q_error_set(error, QUIRE_USAGE, "two columns are named '%s'", list[i]->name);
            free(list);
            return status;
        }
    }
    *sorted = list;
    return QUIRE_OK;
}

static quire_status print_types(quire_table *table, quire_error *error) {
    const quire_column **sorted = NULL;
    q_buffer *out = &table->text;
    quire_status status = sort_columns(table, &sorted, error);
    for (size_t i = 0; i < table->column_count && status == QUIRE_OK; i++) {
        status = i > 0 ? q_buffer_append(out, ",", 1, error) : QUIRE_OK;
        if (status == QUIRE_OK) {
            status = q_json_quote(out, sorted[i]->name, error);
        }
        if (status == QUIRE_OK) {
            status = q_buffer_append(out, ":", 1, error);
        }
        if (status == QUIRE_OK) {
            status = q_column_type_print(out, sorted[i]->type, error);
        }
    }
    free(sorted);
    return status;
}

/** Everything up to the first row. */
static quire_status print_head(quire_table *table, quire_error *error) {
    q_buffer *out = &table->text;
    quire_status status = q_buffer_append_string(
        out, "{\"_type\":\"table\",\"column_types\":{\"params\":{\"type_map\":{", error);
    if (status == QUIRE_OK) {
        status = print_types(table, error);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append_string(out, "}},\"wb_type\":\"typedDict\"},\"columns\":[", error);
    }
    for (size_t i = 0; i < table->column_count && status == QUIRE_OK; i++) {
        status = i > 0 ? q_buffer_append(out, ",", 1, error) : QUIRE_OK;
        if (status == QUIRE_OK) {
            status = q_json_quote(out, table->columns[i].name, error);
        }
    }
    return status == QUIRE_OK ? q_buffer_append_string(out, "],\"data\":[", error) : status;
}

quire_status quire_artifact_add_table(quire_artifact *artifact, quire_store *store,
                                      const char *name, const quire_column *columns,
                                      size_t column_count, quire_table **table,
                                      quire_error *error) {
    quire_status status = q_require(table, "place for the table", error);
    if (status != QUIRE_OK) {
        return status;
    }
    *table = NULL;
    status = q_require(name, "table name", error);
    if (status == QUIRE_OK && column_count > 0) {
        status = q_require(columns, "column", error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    quire_table *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    status = q_asprintf(&made->path, error, "%s.table.json", name);
    if (status == QUIRE_OK) {
        status = copy_columns(made, columns, column_count, error);
    }
    if (status == QUIRE_OK) {
        status = print_head(made, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_new_file(artifact, store, made->path, &made->file, error);
    }
    if (status != QUIRE_OK) {
        table_free(made);
        return status;
    }
    *table = made;
    return QUIRE_OK;
}

static quire_status print_row(quire_table *table, const quire_cell *cells, quire_error *error) {
    q_buffer *out = &table->text;
    quire_status status = q_buffer_append_string(out, table->rows > 0 ? ",[" : "[", error);
    for (size_t i = 0; i < table->column_count && status == QUIRE_OK; i++) {
        status = i > 0 ? q_buffer_append(out, ",", 1, error) : QUIRE_OK;
        if (status == QUIRE_OK) {
            status = q_cell_print(out, &table->columns[i], &cells[i], error);
        }
    }
    return status == QUIRE_OK ? q_buffer_append(out, "]", 1, error) : status;
}

static quire_status flush(quire_table *table, quire_error *error) {
    quire_status status = quire_file_write(table->file, table->text.data, table->text.size, error);
    q_buffer_clear(&table->text);
    return status;
}

quire_status quire_table_append(quire_table *table, const quire_cell *cells, size_t cell_count,
                                quire_error *error) {
    quire_status status = q_require(table, "table", error);
    if (status == QUIRE_OK && cell_count > 0) {
        status = q_require(cells, "cell", error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (cell_count != table->column_count) {
        return q_error_set(error, QUIRE_USAGE, "a row of %zu cells for the %zu columns of '%s'",
                           cell_count, table->column_count, table->path);
    }
    if (table->rows >= QUIRE_TABLE_ROWS_MAX) {
        return q_error_set(error, QUIRE_USAGE, "table '%s' may have at most %d rows", table->path,
                           QUIRE_TABLE_ROWS_MAX);
    }
    size_t before = table->text.size;
    status = print_row(table, cells, error);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "row %llu of '%s'", (unsigned long long)table->rows, table->path);
        table->text.size = before;
        return status;
    }
    table->rows++;
    return table->text.size >= TABLE_PIECE ? flush(table, error) : QUIRE_OK;
}

quire_status quire_table_close(quire_table *table, quire_error *error) {
    quire_status status = q_require(table, "table", error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = q_buffer_printf(&table->text, error, "],\"ncols\":%zu,\"nrows\":%llu}",
                             table->column_count, (unsigned long long)table->rows);
    if (status == QUIRE_OK) {
        status = flush(table, error);
    }
    if (status == QUIRE_OK) {
        status = quire_file_close(table->file, error);
    } else {
        quire_file_discard(table->file);
    }
    table_free(table);
    return status;
}

void quire_table_discard(quire_table *table) {
    if (table) {
        quire_file_discard(table->file);
        table_free(table);
    }
}

quire_status quire_artifact_add_partitioned_table(quire_artifact *artifact, const char *name,
                                                  const char *parts_path, quire_error *error) {
    char *path = NULL;
    q_buffer text = {0};
    quire_status status = q_require(name, "table name", error);
    if (status == QUIRE_OK) {
        status = q_require(parts_path, "folder of parts", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_path(parts_path, error);
    }
    if (status == QUIRE_OK) {
        status = q_asprintf(&path, error, "%s.partitioned-table.json", name);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append_string(&text,
                                        "{\"_type\":\"partitioned-table\",\"parts_path\":", error);
    }
    if (status == QUIRE_OK) {
        status = q_json_quote(&text, parts_path, error);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append(&text, "}", 1, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_buffer(artifact, path, text.data, text.size, NULL, error);
    }
    q_buffer_free(&text);
    free(path);
    return status;
}
