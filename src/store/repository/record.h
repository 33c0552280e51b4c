/**
 * @file
 * Records: the small JSON objects of a repository (commits, pointers, promises).
 *
 * A record is one JSON object whose first member tells its kind, `"quire":KIND`, the second its
 * format, and the last, `"check"`, is the SHA-256 of all bytes before `,"check"`. Whoever edits or
 * cuts a record by hand makes it QUIRE_INTEGRITY; a format above ours is QUIRE_ERROR and says so.
 */
#ifndef Q_REPOSITORY_RECORD_H
#define Q_REPOSITORY_RECORD_H

#include "base/json.h"
#include "objects/objects.h"

#define Q_RECORD_MAX ((uint64_t)64 << 20)
#define Q_RECORD_FORMAT 1
/** Metadata may be 64 deep, and lies below the notes of the parts of a roster. */
#define Q_RECORD_DEPTH 72

/** Begin the object of a record; the caller adds members. NULL: out of memory. */
cJSON *q_record_new(const char *kind);

/** Add members; each says whether memory sufficed. A NULL string adds nothing; a number is at most
 *  2^53, as in all of JSON. */
bool q_record_add_string(cJSON *record, const char *key, const char *string);
bool q_record_add_uint(cJSON *record, const char *key, uint64_t number);
/** Takes `value` over, also when it fails; NULL is a value that memory did not suffice for. */
bool q_record_adopt(cJSON *record, const char *key, cJSON *value);

/** Serialise, with the check. QUIRE_ERROR when it would be larger than what is read. */
quire_status q_record_print(const cJSON *record, q_buffer *out, quire_error *error);

/** Parse and check. `name` is what a message calls it; `kind` NULL: any. The caller frees with
 *  cJSON_Delete(). */
quire_status q_record_parse(const char *text, size_t size, const char *kind, const char *name,
                            cJSON **record, quire_error *error);

/** Read one from objects. QUIRE_NOT_FOUND when there is none. */
quire_status q_record_get(q_objects *objects, const char *key, const char *kind, cJSON **record,
                          quire_error *error);

/** Create one if absent, as q_objects_put(). */
quire_status q_record_put(q_objects *objects, const char *key, q_object_kind durability,
                          const cJSON *record, bool *created, quire_error *error);

#endif
