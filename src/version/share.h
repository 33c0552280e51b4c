/**
 * @file
 * Sharing a version's entries out among parts (ranks, tasks) by size, without the parts talking:
 * each of them goes through the same entries in the same order and gives every one to the part with
 * the least load so far. Costs 16 bytes a part, and the logarithm of their number an entry.
 *
 * Neighbours stay together in runs, each a small part of the whole: they lie behind each other in a
 * pack, and parts that write into different folders do not wait for each other.
 */
#ifndef Q_VERSION_SHARE_H
#define Q_VERSION_SHARE_H

#include "manifest/entry.h"

#define Q_SHARE_PARTS_MAX 1000000
/** What a file costs beside its bytes, in bytes. */
#define Q_SHARE_FILE_COST ((uint64_t)64 << 10)
/** How many runs a part is given at least, where there is so much, and what one costs at most. */
#define Q_SHARE_RUNS 32
#define Q_SHARE_RUN_MAX ((uint64_t)64 << 20)

typedef struct q_share {
    int64_t part;
    int64_t parts;
    uint64_t run_max, run;     /* of the run under way: what it may cost, and costs */
    struct q_share_load *heap; /* the least loaded part first */
} q_share;

/**
 * @param part,parts as in quire_download_options; QUIRE_USAGE when they cannot be right
 * @param entries,bytes of all that is to be shared out; 0 where that is not known: then every run
 * is one entry. The same for all parts
 */
quire_status q_share_init(q_share *share, int64_t part, int64_t parts, uint64_t entries,
                          uint64_t bytes, quire_error *error);
void q_share_free(q_share *share);
/** Begin again at the first entry. */
void q_share_reset(q_share *share);
/** Whether the next entry is this part's. To be called once for every entry, in their order. */
bool q_share_take(q_share *share, const q_entry *entry);

#endif
