/** @file The store's operations on aliases: see alias_ops.h. */
#include "store/repository/alias_ops.h"

#include "store/repository/alias.h"
#include "store/repository/resolve.h"

quire_status q_alias_op_set(quire_store *store, const q_address *address, const char *alias,
                            quire_error *error) {
    int64_t number;
    q_repository *repository = q_repository_of(store);
    quire_status status = q_resolve(repository, address, &number, error);
    if (!status) {
        status = q_alias_put(repository, address->name, alias, number, error);
    }
    return status;
}

quire_status q_alias_op_remove(quire_store *store, const q_address *address, quire_error *error) {
    q_repository *repository = q_repository_of(store);
    char type[Q_TYPE_SIZE];
    quire_status status = q_collection_type(repository, address->name, type, error);
    if (!status) {
        status = q_alias_drop(repository, address->name, address->selector, -1, error);
    }
    return status;
}
