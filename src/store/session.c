/** @file What one process finds out of a store for others. */
#include <string.h>

#include "store/store.h"

int quire_store_has_session(const quire_store *store) {
    return store != NULL && store->ops->prepare != NULL;
}

quire_status quire_store_prepare(quire_store *store, const char *name, const char *distributed_id,
                                 quire_store_session *session, quire_error *error) {
    if (store == NULL || name == NULL || distributed_id == NULL || session == NULL) {
        return q_error_set(error, QUIRE_USAGE,
                           "preparing a draft needs a store, a name, a distributed_id and a place "
                           "for the session");
    }
    memset(session, 0, sizeof *session);
    quire_status status = q_name_check_artifact(name, error);
    if (status == QUIRE_OK) {
        status = q_name_check_id("distributed_id", distributed_id, error);
    }
    return status == QUIRE_OK && store->ops->prepare != NULL
               ? store->ops->prepare(store, name, distributed_id, session, error)
               : status;
}

quire_status quire_store_join(quire_store *store, const quire_store_session *session, int writers,
                              quire_error *error) {
    if (store == NULL || session == NULL || writers < 1) {
        return q_error_set(error, QUIRE_USAGE,
                           "joining needs a store, a session and the number of writers");
    }
    return store->ops->join != NULL && session->text[0] != '\0'
               ? store->ops->join(store, session, writers, error)
               : QUIRE_OK;
}
