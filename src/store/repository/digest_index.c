/** @file The digest index: see digest_index.h. */
#include "store/repository/digest_index.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/repository/void.h"

#define KIND "digest"

/* Follow the chain to the live version, or to the key where the next one belongs; `*last` is the
 * last deleted version that was passed, or -1. Numbers go up along a chain, or it might be a loop.
 */
static quire_status follow(q_repository *repository, const char *name, const char *digest,
                           int64_t *number, int64_t *last, q_key *key, quire_error *error) {
    char suffix[Q_SHA256_HEX_SIZE + 64];
    snprintf(suffix, sizeof suffix, "digests/%s", digest);
    *number = -1;
    *last = -1;
    for (;;) {
        cJSON *record = NULL;
        uint64_t found = 0;
        bool deleted = false;
        quire_status status = q_key_collection(key, name, suffix, error);
        if (!status) {
            status = q_record_get(repository->objects, key->text, KIND, &record, error);
        }
        if (status == QUIRE_NOT_FOUND) {
            return QUIRE_OK;
        }
        if (!status) {
            status = q_json_uint(record, "number", &found, error);
        }
        cJSON_Delete(record);
        if (!status && (int64_t)found <= *last) {
            status =
                q_error_set(error, QUIRE_INTEGRITY, "%s leads back to v%" PRIu64, key->text, found);
        }
        if (!status) {
            status = q_collection_is_deleted(repository, name, (int64_t)found, &deleted, error);
        }
        if (status) {
            return status;
        }
        if (!deleted) {
            *number = (int64_t)found;
            return QUIRE_OK;
        }
        *last = (int64_t)found;
        snprintf(suffix, sizeof suffix, "digests/%s.%" PRIu64, digest, found);
    }
}

/* Whether the version that the index names is there and has the digest. */
static quire_status check_named(q_repository *repository, const char *name, const char *digest,
                                int64_t number, const q_key *key, quire_error *error) {
    q_version_record record;
    quire_status status = q_version_record_get(repository, name, number, &record, error);
    if (status == QUIRE_NOT_FOUND || (!status && strcmp(record.digest, digest) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "%s names v%" PRId64 ", which does not have this digest", key->text,
                             number);
    }
    q_version_record_free(&record);
    return status;
}

quire_status q_digest_index_find(q_repository *repository, const char *name, const char *digest,
                                 int64_t *number, quire_error *error) {
    q_key key;
    int64_t newest = -1, last = -1;
    bool deleted = false;
    quire_status status = follow(repository, name, digest, number, &last, &key, error);
    if (!status && *number >= 0) {
        return check_named(repository, name, digest, *number, &key, error);
    }
    if (status) {
        return status;
    }
    status = q_collection_newest(repository, name, &newest, error);
    if (!status && newest >= 0) {
        status = q_collection_is_deleted(repository, name, newest, &deleted, error);
    }
    if (!status && newest >= 0 && !deleted) {
        q_version_record record;
        status = q_version_record_get(repository, name, newest, &record, error);
        /* A void version will be gone. */
        if (!status && strcmp(record.digest, digest) == 0 && !q_void_is(&record)) {
            *number = newest;
        }
        q_version_record_free(&record);
    }
    return status;
}

quire_status q_digest_index_add(q_repository *repository, const char *name, const char *digest,
                                int64_t number, int64_t *entered, quire_error *error) {
    *entered = -1;
    for (;;) {
        q_key key;
        int64_t found = -1, last = -1;
        bool deleted = false;
        quire_status status = follow(repository, name, digest, &found, &last, &key, error);
        /* Passing it means that it is deleted: it must not follow itself. */
        if (status || found >= 0 || last >= number) {
            *entered = status ? -1 : found;
            return status;
        }
        status = q_collection_is_deleted(repository, name, number, &deleted, error);
        if (status || deleted) {
            return status;
        }
        cJSON *record = q_record_new(KIND);
        if (!record || !q_record_add_uint(record, "number", (uint64_t)number)) {
            status = q_error_memory(error);
        } else {
            status =
                q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
        }
        cJSON_Delete(record);
        if (status != QUIRE_CONFLICT) {
            *entered = status ? -1 : number;
            return status;
        }
    } /* another version came first: follow it */
}
