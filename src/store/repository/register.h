/**
 * @file
 * Registers: a mutable value as a log of immutable records.
 *
 * The value of a register is its record with the highest number, `<register>/<number, ten digits>`.
 * Setting it creates the next number if absent; who loses the race reads again and tries the next.
 * So nothing is ever overwritten or renamed over (other hosts may hold the old file open), updates
 * are never lost, and it works wherever create-if-absent does.
 *
 * Old records are removed Q_REGISTER_KEPT numbers later, the lowest first. A writer that was so
 * slow that its number had come and gone sees it by the distance to the newest, and tries again. So
 * does one whose record counted and was overtaken that far before it could look: a change must be
 * such that making it twice, onto what others made of the first, does no harm. A reader looks once
 * more after it has read, since what such a slow writer leaves for a moment never held.
 */
#ifndef Q_REPOSITORY_REGISTER_H
#define Q_REPOSITORY_REGISTER_H

#include "store/repository/record.h"

#define Q_REGISTER_KEPT 16

/**
 * Read the newest record.
 * @param record NULL when the register was never set; else freed with cJSON_Delete()
 * @param number of the record, 0 when there is none; may be NULL
 */
quire_status q_register_get(q_objects *objects, const char *reg, const char *kind, cJSON **record,
                            int64_t *number, quire_error *error);

/**
 * Makes the new value out of the current one (NULL: none). Leaves `*next` NULL when nothing is to
 * be done. May be called several times.
 */
typedef quire_status (*q_register_change)(void *context, const cJSON *current, cJSON **next,
                                          quire_error *error);

/** Change a register. `number` (may be NULL) receives the number of the record that holds. */
quire_status q_register_update(q_objects *objects, const char *reg, const char *kind,
                               q_object_kind durability, q_register_change change, void *context,
                               int64_t *number, quire_error *error);

#endif
