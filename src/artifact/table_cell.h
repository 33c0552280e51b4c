/** @file The cells and column types of a table as JSON. */
#ifndef Q_ARTIFACT_TABLE_CELL_H
#define Q_ARTIFACT_TABLE_CELL_H

#include <quire/table.h>
#include <stdbool.h>

#include "base/buffer.h"

/** Whether there is such a column type. */
bool q_column_type_is_known(quire_column_type type);

/** Append the type of a column as W&B writes it: optional, members of the union by name. */
quire_status q_column_type_print(q_buffer *out, quire_column_type type, quire_error *error);

/** Append a cell. QUIRE_USAGE, naming the column, for one that the column does not take. */
quire_status q_cell_print(q_buffer *out, const quire_column *column, const quire_cell *cell,
                          quire_error *error);

#endif
