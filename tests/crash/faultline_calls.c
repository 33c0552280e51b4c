/**
 * @file
 * The calls of libc that change a filesystem, put in place of libc's own. Each makes the system
 * call itself. Both names of a call are here, that with 64 and that without: which one a program
 * uses is up to how it was compiled.
 */
#undef _FILE_OFFSET_BITS
#include "crash/faultline.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define WRAP __attribute__((visibility("default")))

/** What is recorded of a call once it is done. */
typedef struct call_effect {
    trace_op op;
    bool of_result; /**< of the descriptor that the call returns */
    int fd;         /**< -1: of a name */
    int64_t offset;
    const char *to;
} call_effect;

static long do_and_record(bool ours, const char *full, long number, const long a[6],
                          const call_effect *effect) {
    if (!ours) {
        return fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    fault_lock();
    long result = fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result >= 0 && effect->of_result) {
        fault_record_open(effect->op, (int)result, full, 0);
    } else if (result >= 0 && effect->fd >= 0) {
        fault_record_open(effect->op, effect->fd, full, effect->offset);
    } else if (result >= 0) {
        fault_record_name(effect->op, full, effect->to);
    }
    fault_unlock();
    return result;
}

/** A call on one path or open file, which is `full` when `ours`. */
static long change(bool ours, const char *full, const char *name, long number, const long a[6],
                   const call_effect *effect) {
    fault_verdict verdict = ours ? fault_at_point(name, full) : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    return fault_outcome(verdict, do_and_record(ours, full, number, a, effect));
}

static long change_at(const char *name, int fd, const char *path, long number, const long a[6],
                      trace_op op) {
    char full[FAULT_PATH_SIZE];
    const call_effect effect = {.op = op, .fd = -1, .of_result = op == TRACE_CREATE};
    return change(fault_is_below(fd, path, full), full, name, number, a, &effect);
}

static long change_open(const char *name, int fd, long number, const long a[6], trace_op op,
                        int64_t offset) {
    char full[FAULT_PATH_SIZE];
    const call_effect effect = {.op = op, .fd = fd, .offset = offset};
    return change(fault_is_open_below(fd, full), full, name, number, a, &effect);
}

#define ARGUMENTS(...)                                                                             \
    (const long[6]) {                                                                              \
        __VA_ARGS__                                                                                \
    }

/* Opening. What is only read is no point. */

static bool may_change(long flags) {
    return (flags & O_PATH) == 0 &&
           ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0);
}

static int open_at(int fd, const char *path, int flags, mode_t mode) {
    const long *arguments = ARGUMENTS(fd, (long)path, flags, (long)mode);
    return (int)(may_change(flags)
                     ? change_at("open", fd, path, SYS_openat, arguments,
                                 (flags & O_CREAT) != 0 ? TRACE_CREATE : TRACE_OTHER)
                     : fault_call(SYS_openat, fd, (long)path, flags, (long)mode, 0, 0));
}

#define MODE_OF(flags, mode)                                                                       \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                                                \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        (mode) = va_arg(list, mode_t);                                                             \
        va_end(list);                                                                              \
    }

WRAP int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode)
    return open_at(AT_FDCWD, path, flags, mode);
}

WRAP int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode)
    return open_at(AT_FDCWD, path, flags, mode);
}

WRAP int openat(int fd, const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode)
    return open_at(fd, path, flags, mode);
}

WRAP int openat64(int fd, const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode)
    return open_at(fd, path, flags, mode);
}

WRAP int creat(const char *path, mode_t mode) {
    return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

WRAP int creat64(const char *path, mode_t mode) {
    return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/** libc has no openat2(), so programs call it by its number. All six are passed on, as libc does.
 */
WRAP long syscall(long number, ...) {
    long a[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (number == SYS_openat2 && may_change((long)((const struct open_how *)a[2])->flags)) {
        return change_at("open", (int)a[0], (const char *)a[1], number, a, TRACE_CREATE);
    }
    return fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

WRAP int close(int fd) {
    char full[FAULT_PATH_SIZE];
    int flags = fcntl(fd, F_GETFL);
    bool ours = flags >= 0 && may_change(flags) && fault_is_open_below(fd, full);
    fault_verdict verdict = ours ? fault_at_point("close", full) : FAULT_NONE;
    int number = errno;
    /* Linux gives the descriptor back, whatever it says. */
    long result = fault_call(SYS_close, fd, 0, 0, 0, 0, 0);
    if (verdict == FAULT_FAIL) {
        errno = number;
        return -1;
    }
    return (int)fault_outcome(verdict, result);
}

/* Writing. */

/** `offset` -1: where the descriptor stands. */
static long write_and_record(bool ours, const char *full, int fd, long number, const long a[6],
                             int64_t offset) {
    if (!ours) {
        return fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    fault_lock();
    long done = fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (done > 0) {
        fault_record_write(fd, full, offset, (size_t)done);
    }
    fault_unlock();
    return done;
}

static ssize_t write_open(const char *name, int fd, long number, const long a[6], int size_at,
                          int64_t offset) {
    char full[FAULT_PATH_SIZE];
    long b[6] = {a[0], a[1], a[2], a[3], a[4], a[5]};
    bool ours = fault_is_open_below(fd, full);
    fault_verdict verdict = ours ? fault_at_point(name, full) : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    if (verdict == FAULT_SHORT && b[size_at] > 1) {
        b[size_at] /= 2;
    }
    return fault_outcome(verdict, write_and_record(ours, full, fd, number, b, offset));
}

WRAP ssize_t write(int fd, const void *data, size_t size) {
    return write_open("write", fd, SYS_write, ARGUMENTS(fd, (long)data, (long)size), 2, -1);
}

WRAP ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return write_open("pwrite", fd, SYS_pwrite64, ARGUMENTS(fd, (long)data, (long)size, offset), 2,
                      offset);
}

WRAP ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return write_open("pwrite", fd, SYS_pwrite64, ARGUMENTS(fd, (long)data, (long)size, offset), 2,
                      offset);
}

/** Cut short, it writes the first half of its pieces. */
WRAP ssize_t writev(int fd, const struct iovec *pieces, int count) {
    return write_open("writev", fd, SYS_writev, ARGUMENTS(fd, (long)pieces, count), 2, -1);
}

WRAP ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t size,
                             unsigned flags) {
    return write_open("copy", out, SYS_copy_file_range,
                      ARGUMENTS(in, (long)in_at, out, (long)out_at, (long)size, (long)flags), 4,
                      out_at == NULL ? -1 : *out_at);
}

WRAP int ftruncate(int fd, off_t size) {
    return (int)change_open("truncate", fd, SYS_ftruncate, ARGUMENTS(fd, size), TRACE_TRUNCATE,
                            size);
}

WRAP int ftruncate64(int fd, off64_t size) {
    return (int)change_open("truncate", fd, SYS_ftruncate, ARGUMENTS(fd, size), TRACE_TRUNCATE,
                            size);
}

/* Stable storage. */

WRAP int fsync(int fd) {
    return (int)change_open("fsync", fd, SYS_fsync, ARGUMENTS(fd), TRACE_SYNC, 0);
}

WRAP int fdatasync(int fd) {
    return (int)change_open("fdatasync", fd, SYS_fdatasync, ARGUMENTS(fd), TRACE_SYNC, 0);
}

WRAP int syncfs(int fd) {
    return (int)change_open("syncfs", fd, SYS_syncfs, ARGUMENTS(fd), TRACE_SYNC_ALL, 0);
}

WRAP int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags) {
    return (int)change_open("sync_range", fd, SYS_sync_file_range,
                            ARGUMENTS(fd, offset, size, (long)flags), TRACE_OTHER, 0);
}

/* Names. What has two of them belongs where it goes to, or else where it comes from. */

static long change_two(const char *name, int from_fd, const char *from, int to_fd, const char *to,
                       long number, const long a[6], trace_op op) {
    char full_from[FAULT_PATH_SIZE], full_to[FAULT_PATH_SIZE];
    bool ours_from = fault_is_below(from_fd, from, full_from);
    bool ours_to = fault_is_below(to_fd, to, full_to);
    const call_effect effect = {
        .op = ours_from && ours_to ? op : TRACE_OTHER, .fd = -1, .to = full_to};
    fault_verdict verdict = ours_to     ? fault_at_point(name, full_to)
                            : ours_from ? fault_at_point(name, full_from)
                                        : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    return fault_outcome(verdict,
                         do_and_record(ours_from && ours_to, full_from, number, a, &effect));
}

WRAP int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    return (int)change_two("link", from_fd, from, to_fd, to, SYS_linkat,
                           ARGUMENTS(from_fd, (long)from, to_fd, (long)to, flags), TRACE_LINK);
}

WRAP int link(const char *from, const char *to) {
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

WRAP int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    return (int)change_two("rename", from_fd, from, to_fd, to, SYS_renameat2,
                           ARGUMENTS(from_fd, (long)from, to_fd, (long)to, (long)flags),
                           TRACE_RENAME);
}

WRAP int renameat(int from_fd, const char *from, int to_fd, const char *to) {
    return renameat2(from_fd, from, to_fd, to, 0);
}

WRAP int rename(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

WRAP int unlinkat(int fd, const char *path, int flags) {
    return (int)change_at("unlink", fd, path, SYS_unlinkat, ARGUMENTS(fd, (long)path, flags),
                          (flags & AT_REMOVEDIR) != 0 ? TRACE_RMDIR : TRACE_UNLINK);
}

WRAP int unlink(const char *path) {
    return unlinkat(AT_FDCWD, path, 0);
}

WRAP int rmdir(const char *path) {
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

WRAP int mkdirat(int fd, const char *path, mode_t mode) {
    return (int)change_at("mkdir", fd, path, SYS_mkdirat, ARGUMENTS(fd, (long)path, (long)mode),
                          TRACE_MKDIR);
}

WRAP int mkdir(const char *path, mode_t mode) {
    return mkdirat(AT_FDCWD, path, mode);
}

WRAP int utimensat(int fd, const char *path, const struct timespec times[2], int flags) {
    return (int)change_at("utime", fd, path, SYS_utimensat,
                          ARGUMENTS(fd, (long)path, (long)times, flags), TRACE_OTHER);
}

WRAP int futimens(int fd, const struct timespec times[2]) {
    return (int)change_open("utime", fd, SYS_utimensat, ARGUMENTS(fd, 0, (long)times, 0),
                            TRACE_OTHER, 0);
}
