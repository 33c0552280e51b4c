/**
 * @file
 * Tables: rows of typed cells, in W&B's `table.json` format.
 *
 * A table is a file of an artifact. Its rows are written to the store as they come and never held
 * in memory. Many writers build one table out of parts: each adds a table below a common folder
 * (`parts/0`, `parts/1`, …), and one of them adds a partitioned table that names the folder;
 * readers see the rows of all parts in the order of their paths.
 *
 * Format: docs/format.md, after W&B's Table and PartitionedTable. Every column is optional: any
 * cell may be null.
 */
#ifndef QUIRE_TABLE_H
#define QUIRE_TABLE_H

#include <quire/artifact.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Rows that W&B takes in one table; more is QUIRE_USAGE: use parts. */
#define QUIRE_TABLE_ROWS_MAX 200000

typedef enum quire_column_type {
    QUIRE_COLUMN_STRING = 0,
    QUIRE_COLUMN_NUMBER,
    QUIRE_COLUMN_BOOLEAN,
    QUIRE_COLUMN_TIMESTAMP, /**< milliseconds since 1970-01-01 UTC */
    QUIRE_COLUMN_ANY        /**< any cell, quire_json() included */
} quire_column_type;

typedef struct quire_column {
    const char *name;
    quire_column_type type;
} quire_column;

typedef enum quire_cell_kind {
    QUIRE_CELL_NULL = 0,
    QUIRE_CELL_NUMBER,
    QUIRE_CELL_INTEGER,
    QUIRE_CELL_BOOLEAN,
    QUIRE_CELL_STRING,
    QUIRE_CELL_JSON
} quire_cell_kind;

/** One value. Make it by the functions below; strings are borrowed until the row was appended. */
typedef struct quire_cell {
    quire_cell_kind kind;
    union {
        double number;
        int64_t integer;
        int boolean;
        const char *string;
    } value;
} quire_cell;

static inline quire_cell quire_null(void) {
    quire_cell cell = {QUIRE_CELL_NULL, {0}};
    return cell;
}
/** A NaN is stored as null, as W&B does; an infinity is QUIRE_USAGE when appended. */
static inline quire_cell quire_number(double number) {
    quire_cell cell = {QUIRE_CELL_NUMBER, {0}};
    cell.value.number = number;
    return cell;
}
/** For number and timestamp columns; exact over the whole range. */
static inline quire_cell quire_integer(int64_t integer) {
    quire_cell cell = {QUIRE_CELL_INTEGER, {0}};
    cell.value.integer = integer;
    return cell;
}
static inline quire_cell quire_boolean(int boolean) {
    quire_cell cell = {QUIRE_CELL_BOOLEAN, {0}};
    cell.value.boolean = boolean != 0;
    return cell;
}
/** @param string UTF-8, NUL-terminated; NULL is a null cell */
static inline quire_cell quire_string(const char *string) {
    quire_cell cell = {QUIRE_CELL_STRING, {0}};
    cell.kind = string ? QUIRE_CELL_STRING : QUIRE_CELL_NULL;
    cell.value.string = string;
    return cell;
}
/** A JSON value as text, for QUIRE_COLUMN_ANY. */
static inline quire_cell quire_json(const char *json) {
    quire_cell cell = {QUIRE_CELL_JSON, {0}};
    cell.value.string = json;
    return cell;
}

typedef struct quire_table quire_table;

/**
 * Begin a table of an artifact. Local.
 * @param store where the rows go; the artifact can then be committed to that store only
 * @param name path in the artifact without the ending; the entry is `<name>.table.json`
 * @param columns copied; names are unique, UTF-8, not empty
 * @param table receives the handle; end it with quire_table_close() or quire_table_discard()
 */
QUIRE_API quire_status quire_artifact_add_table(quire_artifact *artifact, quire_store *store,
                                                const char *name, const quire_column *columns,
                                                size_t column_count, quire_table **table,
                                                quire_error *error);

/**
 * Append a row. Local.
 * @param cells as many as there are columns
 * @return QUIRE_USAGE for a cell that its column does not take, which leaves the table as it was
 */
QUIRE_API quire_status quire_table_append(quire_table *table, const quire_cell *cells,
                                          size_t cell_count, quire_error *error);

/** End the table and enter it into the artifact; frees the handle, also on failure. Local. */
QUIRE_API quire_status quire_table_close(quire_table *table, quire_error *error);

/** Give the table up and free the handle; NULL is fine. Local. */
QUIRE_API void quire_table_discard(quire_table *table);

/**
 * Add a table that stands for all tables below a folder. Local.
 * @param name path without the ending; the entry is `<name>.partitioned-table.json`
 * @param parts_path the folder, relative to the artifact's root
 */
QUIRE_API quire_status quire_artifact_add_partitioned_table(quire_artifact *artifact,
                                                            const char *name,
                                                            const char *parts_path,
                                                            quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
