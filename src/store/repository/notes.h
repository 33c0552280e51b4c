/**
 * @file
 * Notes of a version: description, metadata, ttl, tags, aliases, inputs, as a JSON object.
 *
 *     {["description":TEXT,]["metadata":{…},]["ttl":SECONDS,]"tags":[…],"aliases":[…],"inputs":[…]}
 *
 * Aliases count at the commit only. What may change later (description, metadata, ttl, tags) is
 * kept in the register `collections/<name>/notes/<number>` once it has changed.
 */
#ifndef Q_REPOSITORY_NOTES_H
#define Q_REPOSITORY_NOTES_H

#include "store/repository/version_record.h"

/** A caller's notes as JSON; inputs are resolved to NAME:vN (QUIRE_NOT_FOUND when there is none).
 */
quire_status q_notes_to_json(q_repository *repository, const q_notes *notes, cJSON **json,
                             quire_error *error);

/** `{}` in the same form. NULL: out of memory. */
cJSON *q_notes_empty(void);

/**
 * Unite notes: lists add up, metadata by key. What `into` has stays; where both have a key of
 * metadata with different values it is QUIRE_CONFLICT, unless `settled` has that key too.
 * @param settled notes of somebody who decides; NULL: nobody
 * @param who for messages: whose notes `from` is
 */
quire_status q_notes_unite(cJSON *into, const cJSON *from, const cJSON *settled, const char *who,
                           quire_error *error);

/** Check notes that were stored: types, names, ranges. QUIRE_INTEGRITY. */
quire_status q_notes_check(const cJSON *notes, quire_error *error);

/** What holds now for a version: the register's, else the record's. Freed with cJSON_Delete(). */
quire_status q_notes_current(q_repository *repository, const q_version_record *record, cJSON **json,
                             quire_error *error);

#define Q_NOTES_KIND "notes"

/** Whether a list of strings has one. */
bool q_notes_has(const cJSON *list, const char *string);
/** Add a copy of another object's member. */
quire_status q_notes_copy(cJSON *into, const cJSON *member, quire_error *error);

/** q_store_ops.annotate */
quire_status q_notes_annotate(quire_store *store, const q_address *address,
                              const quire_notes_change *change, quire_error *error);

#endif
