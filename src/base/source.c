/**
 * @file
 * Sources of bytes. Files are opened without blocking, so that a FIFO in a folder cannot hang a
 * job; only then is it known from the open file, and not from its path, what it is.
 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

quire_status q_source_open_file(q_source *source, const char *file, quire_error *error) {
    *source = (q_source){.name = file, .fd = -1};
    int fd;
    do {
        fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist", file);
    }
    if (fd < 0 && (errno == ENXIO || errno == ENODEV)) { /* a socket, a device without a driver */
        return q_error_set(error, QUIRE_ERROR, "%s is not a regular file", file);
    }
    if (fd < 0) {
        return q_error_errno(error, errno, "%s cannot be opened", file);
    }
    quire_status status = QUIRE_OK;
    if (fstat(fd, &source->before) != 0) {
        status = q_error_errno(error, errno, "%s cannot be examined", file);
    } else if (!S_ISREG(source->before.st_mode)) {
        status = q_error_set(error, QUIRE_ERROR, "%s is %s", file,
                             S_ISDIR(source->before.st_mode) ? "a folder" : "not a regular file");
    }
    if (status != QUIRE_OK) {
        close(fd);
        return status;
    }
    source->fd = fd;
    source->size = (uint64_t)source->before.st_size;
    return QUIRE_OK;
}

void q_source_open_memory(q_source *source, const char *name, const void *data, uint64_t size) {
    *source = (q_source){.name = name, .size = size, .fd = -1, .data = data};
}

static bool same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same(const q_source *source, const struct stat *now) {
    const struct stat *then = &source->before;
    return then->st_dev == now->st_dev && then->st_ino == now->st_ino &&
           then->st_size == now->st_size && same_time(then->st_mtim, now->st_mtim) &&
           (source->is_linked || same_time(then->st_ctim, now->st_ctim));
}

static quire_status changed(const q_source *source, quire_error *error) {
    return q_error_set(error, QUIRE_ERROR, "%s changed while it was read", source->name);
}

/* The open file shows writes and, by its ctime, that its name went to another file. Where that does
   not count, the path shows it. */
quire_status q_source_check(const q_source *source, quire_error *error) {
    struct stat now;
    if (fstat(source->fd, &now) != 0) {
        return q_error_errno(error, errno, "%s cannot be examined", source->name);
    }
    if (!is_same(source, &now)) {
        return changed(source, error);
    }
    if (!source->is_linked) {
        return QUIRE_OK;
    }
    if (stat(source->name, &now) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? changed(source, error)
                   : q_error_errno(error, errno, "%s cannot be examined", source->name);
    }
    return is_same(source, &now) ? QUIRE_OK : changed(source, error);
}

quire_status q_source_linked(q_source *source, quire_error *error) {
    source->is_linked = true;
    return q_source_check(source, error);
}

static quire_status read_file(q_source *source, void *data, size_t size, size_t *got,
                              quire_error *error) {
    ssize_t done;
    do { /* one read is enough: fewer bytes than asked for are no end */
        done = read(source->fd, data, size < (size_t)1 << 30 ? size : (size_t)1 << 30);
    } while (done < 0 && errno == EINTR);
    if (done < 0) {
        return q_error_errno(error, errno, "%s cannot be read", source->name);
    }
    *got = (size_t)done;
    source->position += *got;
    if (source->position != source->size) {
        return done == 0 || source->position > source->size ? changed(source, error) : QUIRE_OK;
    }
    source->is_read = true; /* a file that has more has another size by now */
    return q_source_check(source, error);
}

static void read_memory(q_source *source, void *data, size_t size, size_t *got) {
    uint64_t left = source->size - source->position;
    *got = size < left ? size : (size_t)left;
    if (*got > 0) {
        memcpy(data, source->data + source->position, *got);
    }
    source->position += *got;
}

quire_status q_source_read(q_source *source, void *data, size_t size, size_t *got,
                           quire_error *error) {
    quire_status status = QUIRE_OK;
    *got = 0;
    if (source->is_read) {
        return QUIRE_OK;
    }
    if (size > 0 && source->fd >= 0) {
        status = read_file(source, data, size, got, error);
    } else if (size > 0) {
        read_memory(source, data, size, got);
    }
    if (status == QUIRE_OK && source->told && *got > 0 && source->position < source->size) {
        status = source->told(source->told_context, source->position, error);
    }
    if (status != QUIRE_OK) {
        *got = 0;
    }
    return status;
}

quire_status q_source_read_at(const q_source *source, uint64_t offset, void *data, size_t size,
                              quire_error *error) {
    size_t got = 0;
    quire_status status = q_io_read_at(source->fd, data, size, offset, &got, source->name, error);
    return status == QUIRE_OK && got < size ? changed(source, error) : status;
}

quire_status q_source_rewind(q_source *source, quire_error *error) {
    if (source->fd >= 0 && lseek(source->fd, 0, SEEK_SET) < 0) {
        return q_error_errno(error, errno, "%s cannot be read again", source->name);
    }
    source->position = 0;
    source->is_read = false;
    return QUIRE_OK;
}

void q_source_close(q_source *source) {
    if (source->fd >= 0) {
        close(source->fd); /* only read from: nothing can be lost */
        source->fd = -1;
    }
}
