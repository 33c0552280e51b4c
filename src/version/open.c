/** @file Opening, closing and listing versions. */
#include <quire/version.h>

#include "version/range.h"

quire_status quire_version_open(quire_store *store, const char *address, quire_version **version,
                                quire_error *error) {
    q_address parsed;

    if (version == NULL) {
        return q_error_set(error, QUIRE_USAGE, "no place for the version's handle");
    }
    *version = NULL;
    if (store == NULL || address == NULL) {
        return q_error_set(error, QUIRE_USAGE, "opening a version needs a store and an address");
    }
    quire_status status = q_name_parse_address(address, &parsed, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return store->ops->version_open(store, &parsed, version, error);
}

void quire_version_free(quire_version *version) {
    if (version != NULL) {
        q_entry_box_free(&version->found);
        version->store->ops->version_free(version);
    }
}

const quire_version_info *quire_version_get_info(const quire_version *version) {
    return version != NULL ? &version->info : NULL;
}

quire_status quire_version_each(quire_store *store, const char *name,
                                quire_version_callback callback, void *context,
                                quire_error *error) {
    if (store == NULL || name == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE,
                           "listing versions needs a store, a name and a callback");
    }
    quire_status status = q_name_check_artifact(name, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return store->ops->version_each(store, name, callback, context, error);
}
