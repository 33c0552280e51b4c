/**
 * @file
 * Version records: `collections/<name>/versions/<number>`, the commit point. Created if absent,
 * never rewritten, never removed; `collections/<name>/deleted/<number>` says that one is gone.
 *
 *     {"quire":"version","format":1,"name":…,"number":N,"type":…,"mode":…,"digest":…,
 *      "root":OBJECT,"root_size":N,"entries":N,"bytes":N,"created_at":…,
 *      "created_by":{…},"notes":{…},"nonce":…,"check":…}
 */
#ifndef Q_REPOSITORY_VERSION_RECORD_H
#define Q_REPOSITORY_VERSION_RECORD_H

#include "store/repository/internal.h"

/** A parsed record; strings are borrowed from `json`. */
typedef struct q_version_record {
    cJSON *json;
    const char *name, *type, *mode, *digest, *root, *created_at;
    int64_t number;
    uint64_t root_size, entries, bytes;
    const cJSON *created_by; /**< object */
    const cJSON *notes;      /**< object; see notes.h */
} q_version_record;

void q_version_record_free(q_version_record *record);

/** Read and check. QUIRE_NOT_FOUND when there is none (deleted ones are read all the same). */
quire_status q_version_record_get(q_repository *repository, const char *name, int64_t number,
                                  q_version_record *record, quire_error *error);

/** From here on the handle keeps the record that it read last, until it is told to forget as often:
 *  around what looks at one again and again. */
void q_version_record_keep(q_repository *repository);
void q_version_record_forget(q_repository *repository);
/** The number of the version of a collection whose record is kept; -1: none is. */
int64_t q_version_record_known(const q_repository *repository, const char *name);

struct q_lease;

/** What a record is made of. All borrowed. */
typedef struct q_version_draft {
    const char *name, *type, *mode;
    const q_root *root;
    const char *root_object;
    uint64_t root_size;
    const cJSON *created_by, *notes;
    const struct q_lease *lease; /**< what protects all this until it is committed; may be NULL */
} q_version_draft;

/** Create version `number` if absent. QUIRE_CONFLICT when it is there and not this very call's. */
quire_status q_version_record_put(q_repository *repository, const q_version_draft *draft,
                                  int64_t number, quire_error *error);

/** Make the record durable, whoever put it; before anything is said or put that rests on it. */
quire_status q_version_record_settle(q_repository *repository, const char *name, int64_t number,
                                     quire_error *error);

#endif
