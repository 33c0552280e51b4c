/**
 * @file
 * Sharing a version's entries out among parts (ranks, tasks) by size, without the parts talking:
 * each of them goes through the same entries in the same order and gives every one to the part with
 * the least load so far. Costs 16 bytes a part, and the logarithm of their number an entry.
 */
#ifndef Q_VERSION_SHARE_H
#define Q_VERSION_SHARE_H

#include "manifest/entry.h"

#define Q_SHARE_PARTS_MAX 1000000
/** What a file costs beside its bytes, in bytes. */
#define Q_SHARE_FILE_COST ((uint64_t)64 << 10)

typedef struct q_share {
    int64_t part;
    int64_t parts;
    struct q_share_load *heap; /* the least loaded part first */
} q_share;

/** @param part,parts as in quire_download_options; QUIRE_USAGE when they cannot be right */
quire_status q_share_init(q_share *share, int64_t part, int64_t parts, quire_error *error);
void q_share_free(q_share *share);
/** Begin again at the first entry. */
void q_share_reset(q_share *share);
/** Whether the next entry is this part's. To be called once for every entry, in their order. */
bool q_share_take(q_share *share, const q_entry *entry);

#endif
