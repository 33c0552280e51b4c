/** @file What a commit needs of a merge by many processes. */
#ifndef Q_ARTIFACT_MERGE_H
#define Q_ARTIFACT_MERGE_H

#include "store/store.h"

struct quire_merge;

/** The store's share of it. */
q_merging *q_merge_of_store(const struct quire_merge *merge);

#endif
