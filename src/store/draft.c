/** @file The public calls on drafts: arguments are checked here, the store does the rest. */
#include <quire/draft.h>

#include "store/store.h"

quire_status quire_draft_list(quire_store *store, const char *name, quire_draft_callback callback,
                              void *context, quire_error *error) {
    if (store == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "listing drafts needs a store and a callback");
    }
    quire_status status = name != NULL ? q_name_check_artifact(name, error) : QUIRE_OK;
    if (status != QUIRE_OK) {
        return status;
    }
    return store->ops->draft_list(store, name, callback, context, error);
}

quire_status quire_draft_drop(quire_store *store, const char *name, const char *distributed_id,
                              quire_error *error) {
    if (store == NULL || name == NULL || distributed_id == NULL) {
        return q_error_set(error, QUIRE_USAGE,
                           "dropping a draft needs a store, a name and a distributed_id");
    }
    quire_status status = q_name_check_artifact(name, error);
    if (status == QUIRE_OK) {
        status = q_name_check_id("distributed_id", distributed_id, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    return store->ops->draft_drop(store, name, distributed_id, error);
}
