/**
 * @file
 * Verifying a whole store (q_store_ops): each record parses and fits its place, each pack fits its
 * index, each version's and open draft's manifests and contents are there and are what they claim.
 * Contents that several versions share are read once.
 */
#ifndef Q_REPOSITORY_VERIFY_H
#define Q_REPOSITORY_VERIFY_H

#include "store/store.h"

quire_status q_verify_repository(quire_store *store, quire_fault_callback callback, void *context,
                                 quire_error *error);

#endif
