/** @file Walking a version's entries and comparing versions (q_store_ops). */
#ifndef Q_REPOSITORY_SCAN_H
#define Q_REPOSITORY_SCAN_H

#include "store/repository/internal.h"

quire_status q_scan_entries(quire_version *version, const char *from,
                            quire_status (*callback)(void *, const q_entry *, bool *stop,
                                                     quire_error *),
                            void *context, quire_error *error);
quire_status q_scan_diff(quire_version *before, quire_version *after, quire_diff_callback callback,
                         void *context, quire_error *error);

#endif
