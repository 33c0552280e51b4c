/**
 * @file
 * Runs of an object that several processes write: the temporary file of whoever began it, opened by
 * its name. What a run wrote is synced by whoever wrote it: on a network filesystem the pages are
 * in that host's memory, and the errors of their writing come to that host alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "objects/fs/fs_internal.h"

typedef struct fs_part {
    q_object_part base;
    int fd;   /**< -1: ended */
    bool own; /**< by whom the object is published: it syncs the whole, through this descriptor */
    uint64_t flushed;
    char name[Q_FS_NAME_SIZE];
} fs_part;

/** Open the temporary file; one that is no regular file must not be waited for. */
static quire_status open_temp(q_fs *fs, fs_part *this, const char *token, quire_error *error) {
    struct stat now;
    int number = ENOENT;
    for (int i = 0; i < 2 && this->fd < 0 && (number == ENOENT || number == ESTALE); i++) {
        quire_status status = q_fs_tmp_open(fs, i > 0, error);
        if (status != QUIRE_OK) {
            return status;
        }
        this->fd = openat(fs->tmp, token, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        number = this->fd < 0 ? errno : 0;
    }
    if (number == ENOENT) {
        return q_error_set(error, QUIRE_TEMPORARY,
                           "there is no %s: who began it has ended, or paused for so long that gc "
                           "removed it: begin again",
                           this->name);
    }
    if (number != 0 && number != ELOOP && number != ENXIO) {
        return q_error_errno(error, number, "cannot write %s", this->name);
    }
    if (number == 0 && fstat(this->fd, &now) != 0) {
        return q_error_errno(error, errno, "cannot look at %s", this->name);
    }
    return number == 0 && S_ISREG(now.st_mode) && (uint64_t)now.st_size == this->base.size
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY, "%s is not the file that was begun",
                             this->name);
}

quire_status q_fs_part_open(q_objects *objects, const char *token, uint64_t size, uint64_t offset,
                            q_object_part **part, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    char key[sizeof Q_FS_TMP + Q_OBJECT_TOKEN_SIZE] = Q_FS_TMP;
    fs_part *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base = (q_object_part){.objects = objects, .position = offset, .size = size};
    this->fd = -1;
    this->flushed = offset;
    strcat(key, token);
    q_fs_name(fs, key, this->name);
    quire_status status = open_temp(fs, this, token, error);
    if (status != QUIRE_OK) {
        q_fs_part_free(&this->base);
        return status;
    }
    *part = &this->base;
    return QUIRE_OK;
}

quire_status q_fs_part_new(q_objects *objects, int fd, const char *name, uint64_t size,
                           uint64_t offset, q_object_part **part, quire_error *error) {
    fs_part *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base = (q_object_part){.objects = objects, .position = offset, .size = size};
    this->fd = fd;
    this->own = true;
    this->flushed = offset;
    strcpy(this->name, name);
    *part = &this->base;
    return QUIRE_OK;
}

quire_status q_fs_part_write(q_object_part *part, const void *data, size_t size,
                             quire_error *error) {
    fs_part *this = (fs_part *)part;
    const q_fs *fs = (const q_fs *)part->objects;
    if (this->fd < 0) {
        return q_error_set(error, QUIRE_USAGE, "this part of %s was ended already", this->name);
    }
    quire_status status = q_io_write_at(this->fd, data, size, part->position, this->name, error);
    uint64_t end = part->position + size;
    if (status == QUIRE_OK && fs->durability != QUIRE_DURABILITY_NONE &&
        end - this->flushed >= Q_FS_FLUSH_SIZE) {
        /* Only a hint; the sync reports errors. */
        (void)sync_file_range(this->fd, (off_t)this->flushed, (off_t)(end - this->flushed),
                              SYNC_FILE_RANGE_WRITE);
        this->flushed = end;
    }
    return status;
}

quire_status q_fs_part_close(q_object_part *part, quire_error *error) {
    fs_part *this = (fs_part *)part;
    if (this->fd < 0) {
        return q_error_set(error, QUIRE_USAGE, "this part of %s was ended already", this->name);
    }
    quire_status status = QUIRE_OK;
    if (this->own) {
        this->fd = -1;
        return QUIRE_OK;
    }
    if (q_fs_syncs_bytes((const q_fs *)part->objects, Q_OBJECT_CONTENT)) {
        status = q_io_fsync(this->fd, this->name, error);
    }
    quire_status closed = q_io_close(this->fd, this->name, status == QUIRE_OK ? error : NULL);
    this->fd = -1;
    return status == QUIRE_OK ? closed : status;
}

void q_fs_part_free(q_object_part *part) {
    fs_part *this = (fs_part *)part;
    if (this->fd >= 0 && !this->own) {
        (void)close(this->fd);
    }
    free(this);
}
