/**
 * @file
 * The keys of a repository's objects, in one place. Each function writes into a caller's q_key;
 * names of callers (collections, aliases, ids) are encoded by q_name_to_component().
 */
#ifndef Q_REPOSITORY_KEY_H
#define Q_REPOSITORY_KEY_H

#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

#define Q_KEY_SIZE 1024

typedef struct q_key {
    char text[Q_KEY_SIZE];
} q_key;

#define Q_KEY_REPOSITORY "quire.json"
#define Q_KEY_COLLECTIONS "collections/"
#define Q_KEY_MANIFESTS "manifests/"
#define Q_KEY_BLOBS "blobs/"
#define Q_KEY_PACKS "packs/"
#define Q_KEY_LEASES "leases/"

/** blobs/ab/<digest>: of plain files the hexadecimal digits, of larger ones those and `-64m`. */
quire_status q_key_blob(q_key *key, const char *digest, quire_error *error);
/** The block digests of a larger file: the blob's key and `.blocks`. */
quire_status q_key_blocks(q_key *key, const char *digest, quire_error *error);
/** packs/<name>.pack */
quire_status q_key_pack(q_key *key, const char *pack, quire_error *error);
/** manifests/<object> */
quire_status q_key_manifest(q_key *key, const char *object, quire_error *error);
/** leases/<id> */
quire_status q_key_lease(q_key *key, const char *id, quire_error *error);

/** collections/<name>/ and, behind it, a plain suffix such as `versions/`. */
quire_status q_key_collection(q_key *key, const char *name, const char *suffix, quire_error *error);
/** collections/<name>/<folder>/<number, ten digits>, folder being versions, deleted or notes. */
quire_status q_key_numbered(q_key *key, const char *name, const char *folder, int64_t number,
                            quire_error *error);
/** The greatest number that ten digits hold. */
#define Q_KEY_NUMBER_MAX ((int64_t)9999999999)
/** The number that the last component of a key is: ten digits and nothing else, else -1. */
int64_t q_key_number(const char *component);
/** collections/<name>/aliases/<alias> */
quire_status q_key_alias(q_key *key, const char *name, const char *alias, quire_error *error);
/** collections/<name>/drafts/<distributed_id>/<suffix> */
quire_status q_key_draft(q_key *key, const char *name, const char *distributed_id,
                         const char *suffix, quire_error *error);

#endif
