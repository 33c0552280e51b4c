/**
 * @file
 * What the other writers of a collection remembered, for a writer that misses something: the number
 * of ranks has changed, or files go to other ranks than before.
 *
 * Reading all of it for one new file would cost more than it brings. So it is read when the bytes
 * that had to be read for want of it are as many: at worst that doubles the work, at best it saves
 * nearly all.
 */
#ifndef Q_CACHE_OTHERS_H
#define Q_CACHE_OTHERS_H

#include "cache/folder.h"

#define Q_CACHE_OTHERS_MAX ((uint64_t)64 << 20) /**< bytes; the segments used last come first */
#define Q_CACHE_MISS_COST 4096                  /**< opening a file is worth reading so much */

/** Zero-initialise. */
typedef struct q_cache_others {
    q_cache_segment all; /**< sorted; a key may come more than once */
    struct q_cache_other {
        char name[Q_CACHE_NAME_SIZE];
        uint64_t size;
        int64_t modified;
    } * files;
    size_t count, capacity;
    uint64_t size, missed;
    bool listed, loaded;
} q_cache_others;

void q_cache_others_free(q_cache_others *others);

/** Whether there are none. @param own the segment that is not one of them */
bool q_cache_others_is_empty(q_cache_others *others, const q_cache_folder *folder, const char *own);

/** What they have by this key, or NULL. @param own the segment that is not one of them */
const q_cache_record *q_cache_others_find(q_cache_others *others, const q_cache_folder *folder,
                                          const char *own, const q_cache_record *key);

#endif
