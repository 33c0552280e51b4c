/** @file Comparing two manifests. Chunks of equal digest are skipped unread. */
#ifndef Q_MANIFEST_DIFF_H
#define Q_MANIFEST_DIFF_H

#include "manifest/chunk.h"

/** `before` or `after` is NULL for an addition or removal; both borrowed for the call. */
typedef quire_status (*q_diff_callback)(void *context, const q_entry *before, const q_entry *after,
                                        quire_error *error);

quire_status q_manifest_diff(const q_manifest_io *io, const q_root *before, const q_root *after,
                             q_diff_callback callback, void *context, quire_error *error);

#endif
