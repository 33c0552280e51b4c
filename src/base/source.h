/**
 * @file
 * Where an entry's bytes come from: a local file, or memory.
 *
 * A file is opened once and read once. What it was when opened (size, mtime, ctime, inode, device)
 * is compared with what it is when all its bytes are read; a difference, or another number of bytes
 * than its size said, is QUIRE_ERROR "… changed while it was read". A file that is
 * not there is QUIRE_INCOMPLETE; a folder, device, FIFO or socket is QUIRE_ERROR (never blocks).
 */
#ifndef Q_BASE_SOURCE_H
#define Q_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"

typedef struct q_source {
    const char *name; /**< the file's path, or the entry's for memory; borrowed */
    uint64_t size;
    int fd; /**< -1: memory */
    const char *data;
    uint64_t position;
    bool is_read; /**< a file: all of it, and found unchanged */
    struct stat before;
    /** Told of every read but the one that comes to the end, which it may end by a status of its
     *  own. Set by who opened the source; NULL: nobody is. */
    quire_status (*told)(void *context, uint64_t position, quire_error *error);
    void *told_context;
    /** Whose idle workers may read parts of it, and the number of the one who reads it among them;
     *  NULL: it is read by one thread. */
    struct q_crew *crew;
    size_t lane;
    bool is_promised; /**< the file stays unchanged, so that its bytes may be shared, not copied */
    bool is_linked;   /**< it has got a further name, which alone changes its ctime */
} q_source;

quire_status q_source_open_file(q_source *source, const char *file, quire_error *error);
void q_source_open_memory(q_source *source, const char *name, const void *data, uint64_t size);
/** Read on; `*got` is 0 at the end, and only there. The change is looked for with the last byte. */
quire_status q_source_read(q_source *source, void *data, size_t size, size_t *got,
                           quire_error *error);
/** Read `size` bytes of a file from anywhere; that there are fewer is a change. Does not move. */
quire_status q_source_read_at(const q_source *source, uint64_t offset, void *data, size_t size,
                              quire_error *error);
/** Whether a file is what it was when it was opened; for who does not read to its end. One that was
 *  replaced by another, under its name, has lost a name, which changes its ctime. */
quire_status q_source_check(const q_source *source, quire_error *error);
/** The file was given a further name before it was read: from then on its ctime, which changes with
 *  its names, does not count. What else had changed since it was opened is an error. */
quire_status q_source_linked(q_source *source, quire_error *error);
/** Begin again, for a second pass. */
quire_status q_source_rewind(q_source *source, quire_error *error);
void q_source_close(q_source *source);

#endif
