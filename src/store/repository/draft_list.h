/** @file Listing and dropping drafts (q_store_ops). */
#ifndef Q_REPOSITORY_DRAFT_LIST_H
#define Q_REPOSITORY_DRAFT_LIST_H

#include "store/repository/internal.h"

quire_status q_draft_list(quire_store *store, const char *name, quire_draft_callback callback,
                          void *context, quire_error *error);
quire_status q_draft_drop(quire_store *store, const char *name, const char *distributed_id,
                          quire_error *error);

#endif
