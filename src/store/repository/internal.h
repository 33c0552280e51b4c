/** @file What the files of the repository share: its struct, and how they get from the seam to it.
 */
#ifndef Q_REPOSITORY_INTERNAL_H
#define Q_REPOSITORY_INTERNAL_H

#include "manifest/chunk.h"
#include "objects/objects.h"
#include "store/repository/key.h"
#include "store/repository/record.h"
#include "store/store.h"

/** The record of a version that was read last, kept while somebody writes, who looks at it again
 *  and again: it never changes, nor goes away. */
typedef struct q_known_version {
    unsigned writers;
    char key[Q_KEY_SIZE];
    cJSON *record;
} q_known_version;

typedef struct q_repository {
    quire_store base;
    q_objects *objects;
    q_manifest_io io; /* chunks and roots below manifests/ */
    q_known_version known;
} q_repository;

static inline q_repository *q_repository_of(quire_store *store) {
    return (q_repository *)store;
}

/** Create content under a name that its bytes have given it; renews the time of what is there, so
 * that gc leaves it alone. */
quire_status q_repository_save(q_repository *repository, const char *key, const void *data,
                               size_t size, quire_error *error);

/** Read a root object and check its bytes and what it says. `root` is freed by the caller. */
quire_status q_repository_load_root(q_repository *repository, const char *object, q_root *root,
                                    quire_error *error);

/** {"user":…,"host":…[,"job":…][,"origin":{"store":…,"version":…,"digest":…}]}; NULL on failure,
 * with the error set. */
cJSON *q_repository_created_by(const char *job, const q_origin *origin, quire_error *error);

#endif
