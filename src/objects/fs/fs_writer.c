/**
 * @file
 * Writing: a temporary file that gets its final name when it is whole. The file is closed before it
 * is published, since a network filesystem may report a failed write only then. An object that is
 * there already is made durable like an own one: its writer may not have got that far.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/random.h"
#include "objects/fs/fs_internal.h"

#define COMPARE_SIZE ((size_t)256 << 10)

/**
 * Open tmp/, or again if it was open: other writers, in other threads too, have theirs in it, so
 * that the descriptor keeps its number, and stays as it is when this fails.
 */
quire_status q_fs_tmp_open(q_fs *fs, bool again, quire_error *error) {
    int folder = -1;
    quire_status status = QUIRE_OK;
    pthread_mutex_lock(&fs->lock);
    if (fs->tmp < 0 || again) {
        status = q_fs_open_folder(fs, Q_FS_TMP, strlen(Q_FS_TMP), true, &folder, error);
    }
    if (folder >= 0 && fs->tmp < 0) {
        fs->tmp = folder;
    } else if (folder >= 0) {
        if (dup3(folder, fs->tmp, O_CLOEXEC) < 0) {
            status = q_error_errno(error, errno, "cannot open " Q_FS_TMP " in %s", fs->path);
        }
        (void)close(folder);
    }
    pthread_mutex_unlock(&fs->lock);
    return status;
}

quire_status q_fs_temp_open(q_fs *fs, char name[33], int *fd, quire_error *error) {
    quire_status status = QUIRE_OK;
    int number = ENOENT;
    *fd = -1;
    for (int i = 0; i < Q_FS_ATTEMPTS && *fd < 0 && (number == ENOENT || number == ESTALE); i++) {
        status = q_random_hex(name, error);
        /* The folder may have been exchanged by hand: look again. */
        status = status == QUIRE_OK ? q_fs_tmp_open(fs, i > 0, error) : status;
        if (status != QUIRE_OK) {
            return status;
        }
        *fd = openat(fs->tmp, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        number = *fd < 0 ? errno : 0;
    }
    if (*fd < 0) {
        status = q_error_errno(error, number, "cannot write " Q_FS_TMP "%s in %s", name, fs->path);
    }
    return status;
}

/** Compare the contents of two open files of one size. */
static quire_status compare_files(int one, int two, const char *name, bool *equal,
                                  quire_error *error) {
    size_t got_one = COMPARE_SIZE, got_two = 0;
    char *buffer = malloc(2 * COMPARE_SIZE);
    quire_status status = buffer == NULL ? q_error_memory(error) : QUIRE_OK;
    *equal = true;
    for (uint64_t at = 0; status == QUIRE_OK && *equal && got_one == COMPARE_SIZE;
         at += COMPARE_SIZE) {
        status = q_io_read_at(one, buffer, COMPARE_SIZE, at, &got_one, name, error);
        if (status == QUIRE_OK) {
            status =
                q_io_read_at(two, buffer + COMPARE_SIZE, COMPARE_SIZE, at, &got_two, name, error);
        }
        *equal = status == QUIRE_OK && got_one == got_two &&
                 memcmp(buffer, buffer + COMPARE_SIZE, got_one) == 0;
    }
    free(buffer);
    return status;
}

/** Compare the temporary file with the object, and sync that when it is equal and `sync` is set.
 *  `same`: it is another name of the same file. */
static quire_status compare_object(const q_fs *fs, const char *temp, const char *key, bool sync,
                                   bool *equal, bool *same, quire_error *error) {
    char name[Q_FS_NAME_SIZE];
    struct stat there, own;
    int object = -1;
    int fd = openat(fs->tmp, temp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    quire_status status = QUIRE_OK;
    q_fs_name(fs, key, name);
    *equal = *same = false;
    if (fd < 0 || fstat(fd, &own) != 0) {
        status =
            q_error_errno(error, errno, "cannot read back " Q_FS_TMP "%s in %s", temp, fs->path);
        goto done;
    }
    status = q_fs_open_object(fs, key, &object, &there, error);
    *same = status == QUIRE_OK && own.st_dev == there.st_dev && own.st_ino == there.st_ino;
    *equal = *same;
    if (status == QUIRE_OK && !*same && own.st_size == there.st_size) {
        status = compare_files(fd, object, name, equal, error);
    }
    if (status == QUIRE_OK && *equal && sync) {
        status = q_io_fsync(object, name, error);
    }
done:
    if (object >= 0) {
        (void)close(object);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

/** What a put or a publication asks for. */
typedef struct publication {
    const char *temp;
    const char *key;
    q_object_kind kind;
    quire_status otherwise; /**< the status when other content is there */
    bool is_link; /**< a further name of a file from outside, whose times are not the store's */
    bool created;
    bool again; /**< the object or its folder vanished meanwhile: try once more */
} publication;

/** The name is taken: by equal content, which is renewed, or by other. */
static quire_status meet_existing(const q_fs *fs, publication *this, int folder, const char *leaf,
                                  quire_error *error) {
    bool equal = false, same = false;
    quire_error failure = {0};
    quire_status status = compare_object(fs, this->temp, this->key, q_fs_syncs(fs, this->kind),
                                         &equal, &same, &failure);
    bool is_own = same && this->is_link; /* protected as one that is linked now */
    int number = status == QUIRE_OK && equal && !is_own ? q_fs_touch_at(folder, leaf) : 0;
    if (status == QUIRE_NOT_FOUND || number == ENOENT) {
        this->again = true;
        status = QUIRE_OK;
    } else if (status != QUIRE_OK) {
        status = q_error_set(error, status, "%s", failure.message);
    } else if (!equal) {
        status = q_error_set(error, this->otherwise, "%s in %s is stored with other content",
                             this->key, fs->path);
    } else if (number != 0) {
        status = q_error_errno(error, number, "cannot renew %s in %s", this->key, fs->path);
    }
    return status;
}

static quire_status publish_once(q_fs *fs, publication *this, quire_error *error) {
    const char *leaf = NULL;
    struct stat temp;
    int folder = -1;
    quire_status status = q_fs_open_parent(fs, this->key, true, &folder, &leaf, error);
    if (status != QUIRE_OK) {
        return status;
    }
    this->again = false;
    int number = q_fs_link(fs->tmp, this->temp, folder, leaf);
    if (number == 0) {
        this->created = true;
    } else if (number == EEXIST) {
        status = meet_existing(fs, this, folder, leaf, error);
    } else if (number == ENOENT && fstatat(fs->tmp, this->temp, &temp, AT_SYMLINK_NOFOLLOW) == 0) {
        this->again = true;
    } else if (number == ENOENT) { /* sweep took it for one that was left */
        status = q_error_set(error, QUIRE_TEMPORARY,
                             "cannot write %s in %s: the writer paused for so long that gc removed "
                             "its temporary file: begin again",
                             this->key, fs->path);
    } else if (number == ENOTSUP) {
        status = q_error_set(error, QUIRE_ERROR,
                             "cannot write %s in %s: the filesystem has neither hard links nor a "
                             "rename that replaces nothing",
                             this->key, fs->path);
    } else {
        status = q_error_errno(error, number, "cannot write %s in %s", this->key, fs->path);
    }
    if (status == QUIRE_OK && !this->again && q_fs_syncs(fs, this->kind)) {
        number = q_fs_sync_name(fs, this->key, folder);
        if (number != 0) {
            status = q_error_errno(error, number, "cannot sync the folder of %s in %s", this->key,
                                   fs->path);
        }
    }
    (void)close(folder);
    return status;
}

/** Give the closed temporary file its key. The temporary name is gone afterwards in any case. */
static quire_status publish(q_fs *fs, publication *this, quire_error *error) {
    quire_status status = QUIRE_OK;
    this->again = true;
    for (int i = 0; i < Q_FS_ATTEMPTS && this->again && status == QUIRE_OK; i++) {
        status = publish_once(fs, this, error);
    }
    if (status == QUIRE_OK && this->again) {
        status = q_error_set(error, QUIRE_TEMPORARY,
                             "cannot write %s in %s: it is removed again and again", this->key,
                             fs->path);
    }
    /* After a failure to unlink the object is there all the same; sweep takes the rest away. */
    (void)unlinkat(fs->tmp, this->temp, 0);
    q_fs_note_unsynced(fs, this->kind);
    return status;
}

quire_status q_fs_put(q_objects *objects, const char *key, q_object_kind kind, const void *data,
                      size_t size, bool *created, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    char temp[33], name[Q_FS_NAME_SIZE];
    publication this = {.temp = temp, .key = key, .kind = kind, .otherwise = QUIRE_CONFLICT};
    int fd = -1;
    quire_status status = q_fs_temp_open(fs, temp, &fd, error);
    if (status != QUIRE_OK) {
        return status;
    }
    q_fs_name(fs, key, name);
    status = q_io_write(fd, data, size, name, error);
    if (status == QUIRE_OK && q_fs_syncs_bytes(fs, kind)) {
        status = q_io_fsync(fd, name, error);
    }
    quire_status closed = q_io_close(fd, name, status == QUIRE_OK ? error : NULL);
    status = status == QUIRE_OK ? closed : status;
    if (status == QUIRE_OK) {
        status = publish(fs, &this, error);
    } else {
        (void)unlinkat(fs->tmp, temp, 0);
    }
    *created = this.created;
    return status;
}

quire_status q_fs_writer_new(q_fs *fs, const char *temp, int fd, q_fs_writer **writer,
                             quire_error *error) {
    char key[sizeof Q_FS_TMP + Q_FS_TEMP_SIZE] = Q_FS_TMP;
    q_fs_writer *this = calloc(1, sizeof *this);
    if (this == NULL) {
        (void)close(fd);
        (void)unlinkat(fs->tmp, temp, 0);
        return q_error_memory(error);
    }
    this->base.objects = &fs->base;
    this->fd = fd;
    strcpy(this->temp, temp);
    strcat(key, temp);
    q_fs_name(fs, key, this->name);
    *writer = this;
    return QUIRE_OK;
}

quire_status q_fs_writer_open(q_objects *objects, q_object_writer **writer, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    q_fs_writer *this = NULL;
    char temp[33];
    int fd = -1;
    quire_status status = q_fs_temp_open(fs, temp, &fd, error);
    if (status == QUIRE_OK) {
        status = q_fs_writer_new(fs, temp, fd, &this, error);
    }
    if (status == QUIRE_OK) {
        *writer = &this->base;
    }
    return status;
}

quire_status q_fs_shared_open(q_objects *objects, uint64_t size, q_object_writer **writer,
                              char token[Q_OBJECT_TOKEN_SIZE], quire_error *error) {
    quire_status status = q_fs_writer_open(objects, writer, error);
    if (status != QUIRE_OK) {
        return status;
    }
    q_fs_writer *this = (q_fs_writer *)*writer;
    this->shared = true;
    this->size = size;
    if (ftruncate(this->fd, (off_t)size) != 0) {
        status = q_error_errno(error, errno, "cannot write %s", this->name);
        q_fs_writer_free(*writer);
        return status;
    }
    strcpy(token, this->temp);
    return QUIRE_OK;
}

quire_status q_fs_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                           quire_error *error) {
    const q_fs_writer *this = (const q_fs_writer *)writer;
    if (this->ended || !this->shared || offset > this->size) {
        return q_error_set(error, QUIRE_USAGE, "%s has no such part to be written", this->name);
    }
    return q_fs_part_new(writer->objects, this->fd, this->name, this->size, offset, part, error);
}

quire_status q_fs_writer_write(q_object_writer *writer, const void *data, size_t size,
                               quire_error *error) {
    q_fs_writer *this = (q_fs_writer *)writer;
    const q_fs *fs = (const q_fs *)writer->objects;
    if (this->ended || this->shared) {
        return q_error_set(error, QUIRE_USAGE,
                           this->ended ? "%s was published already" : "%s is written by others",
                           this->name);
    }
    quire_status status = q_io_write(this->fd, data, size, this->name, error);
    if (status != QUIRE_OK) {
        return status;
    }
    this->size += size;
    if (fs->durability != QUIRE_DURABILITY_NONE && this->size - this->flushed >= Q_FS_FLUSH_SIZE) {
        /* Only a hint, so that little is left to write when the sync comes; it reports errors. */
        (void)sync_file_range(this->fd, (off_t)this->flushed, (off_t)(this->size - this->flushed),
                              SYNC_FILE_RANGE_WRITE);
        this->flushed = this->size;
    }
    return status;
}

quire_status q_fs_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                 quire_error *error) {
    q_fs_writer *this = (q_fs_writer *)writer;
    q_fs *fs = (q_fs *)writer->objects;
    char name[Q_FS_NAME_SIZE];
    publication plan = {.temp = this->temp,
                        .key = key,
                        .kind = Q_OBJECT_CONTENT,
                        .otherwise = QUIRE_INTEGRITY,
                        .is_link = this->linked};
    quire_status status = QUIRE_OK;
    *created = false;
    if (this->ended) {
        return q_error_set(error, QUIRE_USAGE, "%s was published already", this->name);
    }
    this->ended = true;
    q_fs_name(fs, key, name);
    struct stat now;
    if (this->shared && (fstat(this->fd, &now) != 0 || (uint64_t)now.st_size != this->size)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s was cut short while it was written", name);
    }
    /* Its time is that of its publication, however long ago its last byte was written. */
    if (status == QUIRE_OK && !this->linked && futimens(this->fd, NULL) != 0) {
        status = q_error_errno(error, errno, "cannot write %s", name);
    }
    if (status == QUIRE_OK && q_fs_syncs_bytes(fs, Q_OBJECT_CONTENT)) {
        status = q_io_fsync(this->fd, name, error);
    }
    quire_status closed = q_io_close(this->fd, name, status == QUIRE_OK ? error : NULL);
    this->fd = -1;
    status = status == QUIRE_OK ? closed : status;
    if (status == QUIRE_OK) {
        status = publish(fs, &plan, error);
    } else {
        (void)unlinkat(fs->tmp, this->temp, 0);
    }
    *created = plan.created;
    return status;
}

void q_fs_writer_free(q_object_writer *writer) {
    q_fs_writer *this = (q_fs_writer *)writer;
    const q_fs *fs = (const q_fs *)writer->objects;
    if (!this->ended) {
        (void)close(this->fd);
        (void)unlinkat(fs->tmp, this->temp, 0);
    }
    free(this);
}
