/**
 * @file
 * Whether the times of a file can be relied on.
 *
 * A file that is written twice within one tick of the clock has the same times after both. So a
 * file's digest is remembered only if its times lay well before it was opened: then whatever was
 * written into it since gave it other ones. On a file system that is not of this host the times are
 * those of another clock, so that "well" is longer there; and what stat() tells may be some seconds
 * old, so that the file has to be opened, which asks the server.
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

/** File systems that were looked at already. Zero-initialise. */
typedef struct q_settled {
    struct {
        dev_t device;
        bool is_local;
    } known[Q_SETTLED_DEVICES];
    size_t count, next;
} q_settled;

/** Whether a file's times are those of this host's clock; looks at the file system of `file` unless
 *  its device is known. What is not known to be local is taken for remote. */
bool q_settled_is_local(q_settled *settled, const char *file, dev_t device);

/** Whether a file of these times, opened not before `opened`, cannot change without other ones. A
 *  time in the future is never settled. */
bool q_settled_since(const struct stat *status, const struct timespec *opened, bool is_local);

#endif
