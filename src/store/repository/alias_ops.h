/**
 * @file
 * Setting and taking away aliases, as the store offers it. Apart from alias.h, because these
 * resolve addresses, which needs aliases in turn.
 */
#ifndef Q_REPOSITORY_ALIAS_OPS_H
#define Q_REPOSITORY_ALIAS_OPS_H

#include "store/store.h"

/** q_store_ops */
quire_status q_alias_op_set(quire_store *store, const q_address *address, const char *alias,
                            quire_error *error);
quire_status q_alias_op_remove(quire_store *store, const q_address *address, quire_error *error);

#endif
