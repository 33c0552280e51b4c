/** @file All aliases of a collection: see alias_table.h. */
#include "store/repository/alias_table.h"

#include <stdlib.h>
#include <string.h>

#include "store/repository/alias.h"

void q_alias_table_free(q_alias_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        free(table->rows[i].alias);
    }
    free(table->rows);
    memset(table, 0, sizeof *table);
}

static quire_status add(void *context, const char *alias, int64_t number, quire_error *error) {
    q_alias_table *table = context;
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 8;
        q_alias_row *grown = reallocarray(table->rows, capacity, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        table->rows = grown;
        table->capacity = capacity;
    }
    q_alias_row *row = &table->rows[table->count];
    quire_status status = q_strdup(alias, &row->alias, error);
    row->number = number;
    table->count += !status;
    return status;
}

static int compare(const void *a, const void *b) {
    const q_alias_row *left = a, *right = b;
    return left->number != right->number ? (left->number > right->number ? 1 : -1)
                                         : strcmp(left->alias, right->alias);
}

quire_status q_alias_table_load(q_repository *repository, const char *name,
                                const q_numbers *numbers, q_alias_table *table,
                                quire_error *error) {
    int64_t latest = -1;
    quire_status status = q_alias_each(repository, name, add, table, error);
    if (!status && q_numbers_newest_live(numbers) >= 0) {
        status = q_alias_latest(repository, name, numbers, &latest, error);
        status = status ? status : add(table, "latest", latest, error);
    }
    if (status) {
        q_alias_table_free(table);
    } else if (table->count > 1) {
        qsort(table->rows, table->count, sizeof *table->rows, compare);
    }
    return status;
}

const q_alias_row *q_alias_table_of(const q_alias_table *table, int64_t number, size_t *count) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->rows[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *count = 0;
    while (low + *count < table->count && table->rows[low + *count].number == number) {
        ++*count;
    }
    return *count ? table->rows + low : NULL;
}
