/**
 * @file
 * All aliases of a collection, `latest` among them, as of one look: a listing of the versions would
 * otherwise read every alias once for each of them.
 */
#ifndef Q_REPOSITORY_ALIAS_TABLE_H
#define Q_REPOSITORY_ALIAS_TABLE_H

#include "store/repository/collection.h"

typedef struct q_alias_row {
    int64_t number;
    char *alias; /**< owned */
} q_alias_row;

/** Zero-initialise. */
typedef struct q_alias_table {
    q_alias_row *rows; /**< by number, then by alias */
    size_t count, capacity;
} q_alias_table;

void q_alias_table_free(q_alias_table *table);
quire_status q_alias_table_load(q_repository *repository, const char *name,
                                const q_numbers *numbers, q_alias_table *table, quire_error *error);
/** The rows of one version: the first of them, and how many there are. */
const q_alias_row *q_alias_table_of(const q_alias_table *table, int64_t number, size_t *count);

#endif
