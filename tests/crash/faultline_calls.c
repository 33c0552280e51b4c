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

/** A call on one path or open file, which is `full` when `ours`. */
static long change(bool ours, const char *full, const char *name, long number, const long a[6]) {
    fault_verdict verdict = ours ? fault_at_point(name, full) : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    return fault_outcome(verdict, fault_call(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

static long change_at(const char *name, int fd, const char *path, long number, const long a[6]) {
    char full[FAULT_PATH_SIZE];
    return change(fault_is_below(fd, path, full), full, name, number, a);
}

static long change_open(const char *name, int fd, long number, const long a[6]) {
    char full[FAULT_PATH_SIZE];
    return change(fault_is_open_below(fd, full), full, name, number, a);
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
                     ? change_at("open", fd, path, SYS_openat, arguments)
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
        return change_at("open", (int)a[0], (const char *)a[1], number, a);
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

static ssize_t write_open(const char *name, int fd, long number, const long a[6], size_t size) {
    char full[FAULT_PATH_SIZE];
    fault_verdict verdict = fault_is_open_below(fd, full) ? fault_at_point(name, full) : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    size_t some = verdict == FAULT_SHORT && size > 1 ? size / 2 : size;
    return fault_outcome(verdict, fault_call(number, a[0], a[1], (long)some, a[3], 0, 0));
}

WRAP ssize_t write(int fd, const void *data, size_t size) {
    return write_open("write", fd, SYS_write, ARGUMENTS(fd, (long)data), size);
}

WRAP ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return write_open("pwrite", fd, SYS_pwrite64, ARGUMENTS(fd, (long)data, 0, offset), size);
}

WRAP ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return write_open("pwrite", fd, SYS_pwrite64, ARGUMENTS(fd, (long)data, 0, offset), size);
}

/** Cut short, it writes the first half of its pieces. */
WRAP ssize_t writev(int fd, const struct iovec *pieces, int count) {
    return write_open("writev", fd, SYS_writev, ARGUMENTS(fd, (long)pieces), (size_t)count);
}

WRAP ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t size,
                             unsigned flags) {
    char full[FAULT_PATH_SIZE];
    fault_verdict verdict =
        fault_is_open_below(out, full) ? fault_at_point("copy", full) : FAULT_NONE;
    if (verdict == FAULT_FAIL) {
        return -1;
    }
    size_t some = verdict == FAULT_SHORT && size > 1 ? size / 2 : size;
    return fault_outcome(verdict, fault_call(SYS_copy_file_range, in, (long)in_at, out,
                                             (long)out_at, (long)some, (long)flags));
}

WRAP int ftruncate(int fd, off_t size) {
    return (int)change_open("truncate", fd, SYS_ftruncate, ARGUMENTS(fd, size));
}

WRAP int ftruncate64(int fd, off64_t size) {
    return (int)change_open("truncate", fd, SYS_ftruncate, ARGUMENTS(fd, size));
}

/* Stable storage. */

WRAP int fsync(int fd) {
    return (int)change_open("fsync", fd, SYS_fsync, ARGUMENTS(fd));
}

WRAP int fdatasync(int fd) {
    return (int)change_open("fdatasync", fd, SYS_fdatasync, ARGUMENTS(fd));
}

WRAP int syncfs(int fd) {
    return (int)change_open("syncfs", fd, SYS_syncfs, ARGUMENTS(fd));
}

WRAP int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags) {
    return (int)change_open("sync_range", fd, SYS_sync_file_range,
                            ARGUMENTS(fd, offset, size, (long)flags));
}

/* Names. What has two of them belongs where it goes to, or else where it comes from. */

static long change_two(const char *name, int from_fd, const char *from, int to_fd, const char *to,
                       long number, const long a[6]) {
    char full[FAULT_PATH_SIZE];
    bool ours = fault_is_below(to_fd, to, full) || fault_is_below(from_fd, from, full);
    return change(ours, full, name, number, a);
}

WRAP int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    return (int)change_two("link", from_fd, from, to_fd, to, SYS_linkat,
                           ARGUMENTS(from_fd, (long)from, to_fd, (long)to, flags));
}

WRAP int link(const char *from, const char *to) {
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

WRAP int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    return (int)change_two("rename", from_fd, from, to_fd, to, SYS_renameat2,
                           ARGUMENTS(from_fd, (long)from, to_fd, (long)to, (long)flags));
}

WRAP int renameat(int from_fd, const char *from, int to_fd, const char *to) {
    return renameat2(from_fd, from, to_fd, to, 0);
}

WRAP int rename(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

WRAP int unlinkat(int fd, const char *path, int flags) {
    return (int)change_at("unlink", fd, path, SYS_unlinkat, ARGUMENTS(fd, (long)path, flags));
}

WRAP int unlink(const char *path) {
    return unlinkat(AT_FDCWD, path, 0);
}

WRAP int rmdir(const char *path) {
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

WRAP int mkdirat(int fd, const char *path, mode_t mode) {
    return (int)change_at("mkdir", fd, path, SYS_mkdirat, ARGUMENTS(fd, (long)path, (long)mode));
}

WRAP int mkdir(const char *path, mode_t mode) {
    return mkdirat(AT_FDCWD, path, mode);
}

WRAP int utimensat(int fd, const char *path, const struct timespec times[2], int flags) {
    return (int)change_at("utime", fd, path, SYS_utimensat,
                          ARGUMENTS(fd, (long)path, (long)times, flags));
}

WRAP int futimens(int fd, const struct timespec times[2]) {
    return (int)change_open("utime", fd, SYS_utimensat, ARGUMENTS(fd, 0, (long)times, 0));
}
