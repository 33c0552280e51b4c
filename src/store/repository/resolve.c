/** @file Resolving addresses: see resolve.h. */
#include "store/repository/resolve.h"

#include <inttypes.h>
#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/digest_index.h"
#include "store/repository/void.h"

quire_status q_resolve_latest(q_repository *repository, const char *name, int64_t *number,
                              quire_error *error) {
    q_numbers numbers = {0};
    quire_status status = q_collection_numbers(repository, name, &numbers, error);
    status = status ? status : q_void_pass_over(repository, name, &numbers, error);
    if (!status) {
        status = q_alias_latest(repository, name, &numbers, number, error);
    }
    q_numbers_free(&numbers);
    return status;
}

quire_status q_resolve(q_repository *repository, const q_address *address, int64_t *number,
                       quire_error *error) {
    char type[Q_TYPE_SIZE];
    bool deleted = false, is_void = false;
    q_key key;
    q_object_info info;
    const char *name = address->name;
    const char *selector = address->selector;
    quire_status status = q_collection_type(repository, name, type, error);
    if (status) {
        return status;
    }
    *number = q_name_version_number(selector);
    if (strcmp(selector, "latest") == 0) {
        return q_resolve_latest(repository, name, number, error);
    }
    if (*number < 0 && q_is_sha256_hex(selector)) {
        status = q_digest_index_find(repository, name, selector, number, error);
        if (!status && *number < 0) {
            status = q_error_set(error, QUIRE_NOT_FOUND, "no version of '%s' in %s has digest %s",
                                 name, repository->base.url, selector);
        }
    } else if (*number < 0) {
        status = q_alias_get(repository, name, selector, number, error);
    }
    if (!status) {
        status = q_key_numbered(&key, name, "versions", *number, error);
    }
    if (!status) {
        status = q_objects_stat(repository->objects, key.text, &info, error);
        if (status == QUIRE_NOT_FOUND) {
            return q_error_set(error, status, "no version %s:v%" PRId64 " in %s", name, *number,
                               repository->base.url);
        }
    }
    if (!status) {
        status = q_collection_is_deleted(repository, name, *number, &deleted, error);
    }
    if (!status && !deleted) {
        status = q_void_is_number(repository, name, *number, &is_void, error);
    }
    if (!status && (deleted || is_void)) {
        status = q_error_set(error, QUIRE_NOT_FOUND, "version %s:v%" PRId64 " was deleted", name,
                             *number);
    }
    return status;
}
