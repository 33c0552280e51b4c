/**
 * @file
 * Files from outside that become objects as they are. A clone is a file of its own that shares
 * blocks with the other; a hard link is that file. What the filesystem cannot do so is no error, it
 * is copied then; what goes wrong otherwise is one.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/random.h"
#include "objects/fs/fs_internal.h"

/** Whether an errno says that it cannot be done here, by this file or at all. */
static bool is_refusal(int number) {
    return number == EXDEV || number == EPERM || number == EACCES || number == EMLINK ||
           number == EOPNOTSUPP || number == ENOTTY || number == ENOSYS || number == EINVAL;
}

/** A writer of a temporary file that is whole already. */
static quire_status finish_open(q_fs *fs, const char *temp, int fd, const q_source *source,
                                bool linked, q_object_writer **writer, quire_error *error) {
    q_fs_writer *this = NULL;
    quire_status status = q_fs_writer_new(fs, temp, fd, &this, error);
    if (status == QUIRE_OK) {
        this->shared = true;
        this->linked = linked;
        this->size = source->size;
        *writer = &this->base;
    }
    return status;
}

static quire_status clone_file(q_fs *fs, const q_source *source, q_object_writer **writer,
                               quire_error *error) {
    char temp[33];
    int fd = -1;
    quire_status status = q_fs_temp_open(fs, temp, &fd, error);
    if (status != QUIRE_OK) {
        return status;
    }
    int number = ioctl(fd, FICLONE, source->fd) == 0 ? 0 : errno;
    if (number == 0) {
        return finish_open(fs, temp, fd, source, false, writer, error);
    }
    (void)close(fd);
    (void)unlinkat(fs->tmp, temp, 0);
    return is_refusal(number)
               ? QUIRE_OK
               : q_error_errno(error, number, "cannot clone %s into %s", source->name, fs->path);
}

/** Give the file a name in tmp/, made again where that was exchanged by hand. */
static quire_status make_link(q_fs *fs, const q_source *source, char temp[Q_FS_TEMP_SIZE],
                              int *number, quire_error *error) {
    quire_status status = QUIRE_OK;
    *number = ENOENT;
    for (int i = 0; i < 2 && status == QUIRE_OK && (*number == ENOENT || *number == ESTALE); i++) {
        status = q_random_hex(temp, error);
        status = status == QUIRE_OK ? q_fs_tmp_open(fs, i > 0, error) : status;
        if (status == QUIRE_OK) {
            strcat(temp, Q_FS_TEMP_LINK);
            bool done = linkat(AT_FDCWD, source->name, fs->tmp, temp, AT_SYMLINK_FOLLOW) == 0;
            *number = done ? 0 : errno;
        }
    }
    return status;
}

/** Open what was linked, by its path: it must be what was opened by that before. */
static quire_status open_linked(const q_fs *fs, const char *temp, q_source *source, int *fd,
                                quire_error *error) {
    struct stat now;
    *fd = openat(fs->tmp, temp, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &now) != 0) {
        return q_error_errno(error, errno, "cannot read " Q_FS_TMP "%s in %s", temp, fs->path);
    }
    return now.st_dev == source->before.st_dev && now.st_ino == source->before.st_ino
               ? q_source_linked(source, error)
               : q_error_set(error, QUIRE_ERROR, "%s changed while it was read", source->name);
}

static quire_status link_file(q_fs *fs, q_source *source, q_object_writer **writer,
                              quire_error *error) {
    char temp[Q_FS_TEMP_SIZE];
    int number = 0, fd = -1;
    quire_status status = make_link(fs, source, temp, &number, error);
    if (status == QUIRE_OK && number != 0) { /* it was made where only the reply was lost */
        (void)unlinkat(fs->tmp, temp, 0);
    }
    if (status != QUIRE_OK || is_refusal(number)) {
        return status;
    }
    if (number != 0) {
        return q_error_errno(error, number, "cannot link %s into %s", source->name, fs->path);
    }
    status = open_linked(fs, temp, source, &fd, error);
    if (status == QUIRE_OK) {
        return finish_open(fs, temp, fd, source, true, writer, error);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    (void)unlinkat(fs->tmp, temp, 0);
    return status;
}

quire_status q_fs_link_open(q_objects *objects, q_source *source, q_object_writer **writer,
                            quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    if (source->size < (uint64_t)Q_FS_LINK_MIN) {
        return QUIRE_OK;
    }
    quire_status status = clone_file(fs, source, writer, error);
    return status == QUIRE_OK && *writer == NULL ? link_file(fs, source, writer, error) : status;
}
