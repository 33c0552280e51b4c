/**
 * @file
 * System calls until they are done. Requests are cut at 1 GiB, because the kernel would cut them
 * near 2 GiB anyway and some network filesystems mishandle larger ones.
 */
#include "base/io.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#define REQUEST_MAX ((size_t)1 << 30)

static size_t request(size_t size) {
    return size < REQUEST_MAX ? size : REQUEST_MAX;
}

static quire_status write_fully(int fd, const void *data, size_t size, uint64_t offset, bool at,
                                const char *name, quire_error *error) {
    const char *from = data;
    while (size > 0) {
        ssize_t done =
            at ? pwrite(fd, from, request(size), (off_t)offset) : write(fd, from, request(size));
        if (done > 0) {
            from += done;
            size -= (size_t)done;
            offset += (uint64_t)done;
        } else if (done == 0 || errno != EINTR) {
            return q_error_errno(error, done == 0 ? EIO : errno, "%s cannot be written", name);
        }
    }
    return QUIRE_OK;
}

quire_status q_io_write(int fd, const void *data, size_t size, const char *name,
                        quire_error *error) {
    return write_fully(fd, data, size, 0, false, name, error);
}

quire_status q_io_write_at(int fd, const void *data, size_t size, uint64_t offset, const char *name,
                           quire_error *error) {
    if (offset > (uint64_t)INT64_MAX || size > (uint64_t)INT64_MAX - offset) {
        return q_error_set(error, QUIRE_ERROR, "%s cannot be written: offset out of range", name);
    }
    return write_fully(fd, data, size, offset, true, name, error);
}

static quire_status read_fully(int fd, void *data, size_t size, uint64_t offset, bool at,
                               size_t *got, const char *name, quire_error *error) {
    char *to = data;
    *got = 0;
    while (*got < size) {
        size_t part = request(size - *got);
        ssize_t done =
            at ? pread(fd, to + *got, part, (off_t)(offset + *got)) : read(fd, to + *got, part);
        if (done == 0) {
            break;
        }
        if (done > 0) {
            *got += (size_t)done;
        } else if (errno != EINTR) {
            return q_error_errno(error, errno, "%s cannot be read", name);
        }
    }
    return QUIRE_OK;
}

quire_status q_io_read(int fd, void *data, size_t size, size_t *got, const char *name,
                       quire_error *error) {
    return read_fully(fd, data, size, 0, false, got, name, error);
}

quire_status q_io_read_at(int fd, void *data, size_t size, uint64_t offset, size_t *got,
                          const char *name, quire_error *error) {
    *got = 0;
    if (offset > (uint64_t)INT64_MAX || size > (uint64_t)INT64_MAX - offset) {
        return q_error_set(error, QUIRE_ERROR, "%s cannot be read: offset out of range", name);
    }
    return read_fully(fd, data, size, offset, true, got, name, error);
}

quire_status q_io_fsync(int fd, const char *name, quire_error *error) {
    while (fsync(fd) != 0) {
        if (errno != EINTR) {
            return q_error_errno(error, errno, "%s cannot be synced to disk", name);
        }
    }
    return QUIRE_OK;
}

quire_status q_io_close(int fd, const char *name, quire_error *error) {
    /* After EINTR Linux has closed the descriptor: a second close could hit somebody else's. */
    if (close(fd) != 0 && errno != EINTR) {
        return q_error_errno(error, errno, "%s cannot be closed", name);
    }
    return QUIRE_OK;
}
