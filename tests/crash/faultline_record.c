/**
 * @file
 * The trace that trace.h describes. A call and its record are made under one lock of all processes,
 * so that the order of the records is the order of the effects.
 */
#undef _FILE_OFFSET_BITS
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "crash/faultline.h"

#define KEEP_ABOVE 600

static struct {
    char folder[PATH_MAX];
    size_t folder_size;
    int fd;
    uint32_t process;
} recorder = {.fd = -1};
static pthread_mutex_t threads = PTHREAD_MUTEX_INITIALIZER;

void fault_record_begin(const char *file, const char *folder, unsigned long process) {
    int fd = (int)fault_call(SYS_openat, AT_FDCWD, (long)file,
                             O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666, 0, 0);
    recorder.fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, KEEP_ABOVE);
    if (recorder.fd < 0) {
        fprintf(stderr, "faultline: %s: %s\n", file, strerror(errno));
        _exit(125);
    }
    snprintf(recorder.folder, sizeof recorder.folder, "%s", folder);
    recorder.folder_size = strlen(folder);
    recorder.process = (uint32_t)process;
    (void)fault_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

void fault_lock(void) {
    int number = errno;
    if (recorder.fd >= 0) {
        (void)pthread_mutex_lock(&threads);
        while (flock(recorder.fd, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    errno = number;
}

void fault_unlock(void) {
    int number = errno;
    if (recorder.fd >= 0) {
        (void)flock(recorder.fd, LOCK_UN);
        (void)pthread_mutex_unlock(&threads);
    }
    errno = number;
}

static const char *below(const char *full) {
    const char *path = full + recorder.folder_size;
    return *path == '/' ? path + 1 : path;
}

static bool is_below(const char *full) {
    return strncmp(full, recorder.folder, recorder.folder_size) == 0;
}

static void append(trace_op op, const char *path, const char *to, uint64_t inode, int64_t offset,
                   const void *data, size_t size) {
    trace_head head = {.inode = inode,
                       .offset = offset,
                       .op = op,
                       .process = recorder.process,
                       .path_size = (uint32_t)strlen(path),
                       .to_size = (uint32_t)strlen(to),
                       .data_size = size};
    struct iovec pieces[4] = {{&head, sizeof head},
                              {(void *)(uintptr_t)path, head.path_size},
                              {(void *)(uintptr_t)to, head.to_size},
                              {(void *)(uintptr_t)data, size}};
    size_t all = sizeof head + head.path_size + head.to_size + size;
    long done = fault_call(SYS_writev, recorder.fd, (long)pieces, 4, 0, 0, 0);
    if (done < 0 || (size_t)done != all) {
        fprintf(stderr, "faultline: cannot record\n");
        _exit(125);
    }
}

void fault_record_name(trace_op op, const char *full, const char *to) {
    int number = errno;
    if (recorder.fd >= 0 && is_below(full)) {
        append(op, below(full), to == NULL ? "" : below(to), 0, 0, NULL, 0);
    }
    errno = number;
}

static uint64_t inode_of(int fd) {
    struct stat64 status;
    return fstat64(fd, &status) == 0 ? status.st_ino : 0;
}

void fault_record_open(trace_op op, int fd, const char *full, int64_t offset) {
    int number = errno;
    if (recorder.fd >= 0) {
        append(op, below(full), "", inode_of(fd), offset, NULL, 0);
    }
    errno = number;
}

void fault_record_write(int fd, const char *full, int64_t offset, size_t size) {
    int number = errno;
    char link[64];
    if (recorder.fd >= 0) {
        /* Read back, since it may have come from anywhere. */
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        char *data = malloc(size);
        int again =
            (int)fault_call(SYS_openat, AT_FDCWD, (long)link, O_RDONLY | O_CLOEXEC, 0, 0, 0);
        if (offset < 0) {
            offset = lseek64(fd, 0, SEEK_CUR) - (int64_t)size;
        }
        if (data == NULL || again < 0 || pread64(again, data, size, offset) != (ssize_t)size) {
            fprintf(stderr, "faultline: cannot read back what was written\n");
            _exit(125);
        }
        append(TRACE_WRITE, below(full), "", inode_of(fd), offset, data, size);
        (void)fault_call(SYS_close, again, 0, 0, 0, 0, 0);
        free(data);
    }
    errno = number;
}
