/**
 * @file
 * Whether the times of a file can be relied on.
 *
 * A file that is written twice within one tick of the clock has the same times after both. So a
 * file's digest is remembered only if its times lay well before it was opened: then whatever was
 * written into it since gave it other ones. On a file system that is not of this host the times are
 * those of another clock, so that "well" is longer there; and what stat() tells may be some seconds
 * old, so that the file has to be opened, which asks the server.
 *
 * All of this rests on a time that nobody can set. There are file systems without one: where an
 * image was made of files (squashfs, ISO 9660, erofs), or a protocol or format knows but one time
 * (FAT, sshfs), ctime is told to be mtime, and one image in the place of another may look the same.
 * So only file systems that are known to keep ctime are relied on.
 */
#ifndef Q_CACHE_SETTLED_H
#define Q_CACHE_SETTLED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#define Q_SETTLED_LOCAL 2   /**< seconds; as coarse as any file system tells them (FAT) */
#define Q_SETTLED_REMOTE 60 /**< … further than clocks of one cluster are apart */
#define Q_SETTLED_DEVICES 8

/** What is known of the times that a file system tells. */
typedef enum q_times {
    Q_TIMES_MADE_UP, /**< perhaps: nothing is remembered */
    Q_TIMES_REMOTE,  /**< kept, by another host's clock */
    Q_TIMES_LAYERED, /**< kept by this host, or told by whatever lies below an overlay */
    Q_TIMES_LOCAL
} q_times;

/** File systems that were looked at already. Zero-initialise. */
typedef struct q_settled {
    struct {
        dev_t device;
        q_times times;
    } known[Q_SETTLED_DEVICES];
    size_t count, next;
} q_settled;

/** Whose times a file has; looks at the file system of `file` unless its device is known. Where
 * that cannot be had, its times count as made up, and the next file of that device is looked at. */
q_times q_settled_times(q_settled *settled, const char *file, dev_t device);

/** Whether a file of these times, opened not before `opened`, cannot change without other ones. A
 *  time in the future is never settled. */
bool q_settled_since(const struct stat *status, const struct timespec *opened, q_times times);

#endif
