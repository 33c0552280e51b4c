/**
 * @file
 * A trace: what processes did to one folder, in the order in which it took effect. faultline.h says
 * how one is recorded; each event is a trace_head and the bytes that it counts, in a file that all
 * processes append to.
 */
#ifndef CRASH_TRACE_H
#define CRASH_TRACE_H

#include <stddef.h>
#include <stdint.h>

typedef enum trace_op {
    TRACE_CREATE, /**< a file was opened to be made; `inode` tells it apart */
    TRACE_WRITE,  /**< `data` at `offset` of `inode` */
    TRACE_TRUNCATE,
    TRACE_LINK,   /**< `path` got the further name `to` */
    TRACE_RENAME, /**< `path` became `to` */
    TRACE_UNLINK,
    TRACE_MKDIR,
    TRACE_RMDIR,
    TRACE_SYNC,     /**< fsync or fdatasync of the file `inode`, or of the folder `path` */
    TRACE_SYNC_ALL, /**< syncfs */
    TRACE_OTHER,    /**< changes nothing that is looked at: a time, a close */
    TRACE_REPORTED  /**< not of a process: the command before this ended with success */
} trace_op;

typedef struct trace_head {
    uint64_t inode;
    int64_t offset; /**< or the size that a file is cut to */
    uint32_t op;
    uint32_t process;
    uint32_t path_size; /**< each without a NUL; paths are relative to the folder, "" being it */
    uint32_t to_size;
    uint64_t data_size;
} trace_head;

typedef struct trace_event {
    trace_op op;
    uint64_t inode;
    int64_t offset;
    uint32_t process;
    char *path;
    char *to;
    char *data;
    size_t size;
} trace_event;

typedef struct crash_trace {
    trace_event *events;
    size_t count;
} crash_trace;

/** The whole of a file; a message on stderr and an exit when that is no trace. */
void trace_load(crash_trace *to, const char *file);
void trace_free(crash_trace *this);
/** One line of text on stdout. */
void trace_print(const trace_event *event);

#endif
