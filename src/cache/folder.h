/**
 * @file
 * The folder of the cache: a user's own, with a file a segment.
 *
 * Whoever can write a segment decides which bytes the user's next version seems to have. Hence the
 * folder must belong to the user and be closed to everybody else, and it is not in the store, which
 * others may write. Nothing here is synced: the checksum tells what a power cut has left.
 */
#ifndef Q_CACHE_FOLDER_H
#define Q_CACHE_FOLDER_H

#include "cache/segment.h"

/** 32 hexadecimal digits for host, store and collection, `-`, 32 for the writer. */
#define Q_CACHE_NAME_SIZE 66
#define Q_CACHE_GROUP_SIZE                                                                         \
    33 /**< bytes of a name that the writers of a collection share: to the `-` */

#define Q_CACHE_UNUSED_DAYS 30 /**< after which a segment is removed */

/** Zero-initialise, `fd` -1. */
typedef struct q_cache_folder {
    int fd;
    char *path;
} q_cache_folder;

/** Open it, and make it where it is missing. QUIRE_ERROR for one of somebody else, or open to
 *  others. */
quire_status q_cache_folder_open(q_cache_folder *folder, const char *path, quire_error *error);
void q_cache_folder_close(q_cache_folder *folder);

/** Read a segment; QUIRE_NOT_FOUND when there is none. `modified` (may be NULL): when it was used
 *  last, seconds since 1970. */
quire_status q_cache_folder_load(const q_cache_folder *folder, const char *name,
                                 q_cache_segment *segment, int64_t *modified, quire_error *error);

/** Replace a segment at once; the runs are those of q_cache_segment_write(). Once a day this also
 *  removes what nobody used for long. */
quire_status q_cache_folder_save(const q_cache_folder *folder, const char *name,
                                 const q_cache_record *one, size_t one_count,
                                 const q_cache_record *other, size_t other_count,
                                 quire_error *error);

/** Say that a segment is in use, which keeps it from being removed. */
void q_cache_folder_touch(const q_cache_folder *folder, const char *name);

/** Called for each regular file; the name is borrowed. */
typedef quire_status (*q_cache_callback)(void *context, const char *name, const struct stat *status,
                                         quire_error *error);
/** @param prefix what names begin with; others are not looked at */
quire_status q_cache_folder_each(const q_cache_folder *folder, const char *prefix,
                                 q_cache_callback callback, void *context, quire_error *error);

#endif
