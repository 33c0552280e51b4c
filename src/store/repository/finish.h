/** @file Finishing a draft (q_store_ops): docs/protocols.md tells the order and why. */
#ifndef Q_REPOSITORY_FINISH_H
#define Q_REPOSITORY_FINISH_H

#include "store/repository/internal.h"

quire_status q_finish(quire_store *store, const q_finish_spec *spec, quire_version_id *version,
                      quire_error *error);

#endif
