/**
 * @file
 * A directory as objects: opening it, and what only reads or looks. Opening writes nothing, so that
 * a store on a read-only filesystem can be read.
 */
#include "objects/fs/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/io.h"
#include "objects/fs/fs_internal.h"

typedef struct fs_reader {
    q_object_reader base;
    int fd;
    char name[Q_FS_NAME_SIZE];
} fs_reader;

const char *q_fs_name(const q_fs *fs, const char *key, char name[Q_FS_NAME_SIZE]) {
    snprintf(name, Q_FS_NAME_SIZE, "%s in %s", key, fs->path);
    return name;
}

int64_t q_fs_microseconds(const struct stat *status) {
    return (int64_t)status->st_mtim.tv_sec * 1000000 + status->st_mtim.tv_nsec / 1000;
}

int64_t q_fs_inode_microseconds(const struct stat *status) {
    return (int64_t)status->st_ctim.tv_sec * 1000000 + status->st_ctim.tv_nsec / 1000;
}

quire_status q_fs_not_found(const q_fs *fs, const char *key, quire_error *error) {
    return q_error_set(error, QUIRE_NOT_FOUND, "there is no %s in %s", key, fs->path);
}

bool q_fs_syncs(const q_fs *fs, q_object_kind kind) {
    return (fs->durability == QUIRE_DURABILITY_FULL && kind != Q_OBJECT_HINT) ||
           (fs->durability == QUIRE_DURABILITY_BATCH && kind == Q_OBJECT_RECORD);
}

bool q_fs_syncs_bytes(const q_fs *fs, q_object_kind kind) {
    return fs->durability != QUIRE_DURABILITY_NONE && kind != Q_OBJECT_HINT;
}

static void fs_free(q_objects *objects) {
    q_fs *fs = (q_fs *)objects;
    if (fs->root >= 0) {
        (void)close(fs->root);
    }
    if (fs->tmp >= 0) {
        (void)close(fs->tmp);
    }
    q_fs_forget_durable(fs);
    pthread_mutex_destroy(&fs->lock);
    pthread_mutex_destroy(&fs->syncing);
    free(fs->path);
    free(fs);
}

static quire_status get_once(const q_fs *fs, const char *key, uint64_t max_size, q_buffer *out,
                             quire_error *error) {
    char name[Q_FS_NAME_SIZE];
    struct stat status;
    size_t got = 0;
    int fd = -1;
    quire_status result = q_fs_open_object(fs, key, &fd, &status, error);
    if (result != QUIRE_OK) {
        return result;
    }
    q_fs_name(fs, key, name);
    uint64_t size = (uint64_t)status.st_size;
    if (size > max_size || size > SIZE_MAX / 2) {
        result = q_error_set(error, QUIRE_INTEGRITY, "%s is larger than the %llu bytes it may have",
                             name, (unsigned long long)max_size);
    }
    if (result == QUIRE_OK) {
        result = q_buffer_reserve(out, (size_t)size, error);
    }
    if (result == QUIRE_OK && size > 0) {
        result = q_io_read(fd, out->data + out->size, (size_t)size, &got, name, error);
    }
    if (result == QUIRE_OK && got != size) {
        result = q_error_set(error, QUIRE_INTEGRITY, "%s was cut short while it was read", name);
    }
    if (result == QUIRE_OK) {
        out->size += got;
        if (out->data != NULL) {
            out->data[out->size] = '\0';
        }
    }
    (void)close(fd);
    return result;
}

static quire_status fs_get(q_objects *objects, const char *key, uint64_t max_size, q_buffer *out,
                           quire_error *error) {
    /* A stale NFS handle is fresh again when the file is opened again. */
    quire_status status = QUIRE_TEMPORARY;
    for (int i = 0; i < Q_FS_ATTEMPTS && status == QUIRE_TEMPORARY; i++) {
        status = get_once((const q_fs *)objects, key, max_size, out, error);
    }
    return status;
}

/** The outcome of something done to an object of whose key only the number is known. */
static quire_status outcome(const q_fs *fs, const char *what, const char *key, int number,
                            quire_error *error) {
    switch (number) {
    case 0:
        return QUIRE_OK;
    case ENOENT:
        return q_fs_not_found(fs, key, error);
    case ELOOP:
        return q_error_set(error, QUIRE_INTEGRITY, "%s in %s is no regular file", key, fs->path);
    default:
        return q_error_errno(error, number, "cannot %s %s in %s", what, key, fs->path);
    }
}

static quire_status fs_stat(q_objects *objects, const char *key, q_object_info *info,
                            quire_error *error) {
    const q_fs *fs = (const q_fs *)objects;
    const char *leaf = NULL;
    struct stat status;
    int folder = -1;
    quire_status result = q_fs_open_parent(fs, key, false, &folder, &leaf, error);
    if (result != QUIRE_OK) {
        return result;
    }
    int number = q_fs_stat_at(folder, leaf, &status);
    (void)close(folder);
    result = outcome(fs, "look at", key, number, error);
    if (result == QUIRE_OK) {
        info->size = (uint64_t)status.st_size;
        info->modified = q_fs_microseconds(&status);
    }
    return result;
}

static quire_status fs_refresh(q_objects *objects, const char *key, quire_error *error) {
    const q_fs *fs = (const q_fs *)objects;
    const char *leaf = NULL;
    int folder = -1;
    quire_status status = q_fs_open_parent(fs, key, false, &folder, &leaf, error);
    if (status != QUIRE_OK) {
        return status;
    }
    int number = q_fs_touch_at(folder, leaf);
    (void)close(folder);
    return outcome(fs, "renew", key, number, error);
}

static bool take_unsynced(q_fs *fs, bool put_back) {
    pthread_mutex_lock(&fs->lock);
    bool unsynced = fs->unsynced;
    fs->unsynced = put_back;
    pthread_mutex_unlock(&fs->lock);
    return unsynced;
}

static quire_status fs_sync(q_objects *objects, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    quire_status status = QUIRE_OK;
    pthread_mutex_lock(&fs->syncing);
    /* Taken before: what comes from now on may miss the sync. */
    if (take_unsynced(fs, false) && syncfs(fs->root) != 0) {
        status = q_error_errno(error, errno, "cannot sync %s", fs->path);
        (void)take_unsynced(fs, true);
    }
    pthread_mutex_unlock(&fs->syncing);
    return status;
}

static quire_status fs_sync_host(q_objects *objects, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    if (fs->durability == QUIRE_DURABILITY_BATCH) {
        (void)take_unsynced(fs, true);
    }
    return fs_sync(objects, error);
}

static quire_status fs_now(q_objects *objects, int64_t *microseconds, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    char temp[33];
    struct stat status;
    int fd = -1;
    quire_status result = q_fs_temp_open(fs, temp, &fd, error);
    if (result != QUIRE_OK) {
        return result;
    }
    if (fstat(fd, &status) != 0) {
        result = q_error_errno(error, errno, "cannot tell the time in %s", fs->path);
    } else {
        *microseconds = q_fs_microseconds(&status);
    }
    (void)close(fd);
    (void)unlinkat(fs->tmp, temp, 0);
    return result;
}

static quire_status fs_local_path(q_objects *objects, const char *key, char **path,
                                  quire_error *error) {
    const q_fs *fs = (const q_fs *)objects;
    const char *separator = strcmp(fs->path, "/") == 0 ? "" : "/";
    return q_asprintf(path, error, "%s%s%s", fs->path, separator, key);
}

static quire_status fs_reader_open(q_objects *objects, const char *key, uint64_t *size,
                                   q_object_reader **reader, quire_error *error) {
    const q_fs *fs = (const q_fs *)objects;
    struct stat status;
    fs_reader *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return q_error_memory(error);
    }
    this->base.objects = objects;
    quire_status result = QUIRE_TEMPORARY;
    for (int i = 0; i < Q_FS_ATTEMPTS && result == QUIRE_TEMPORARY; i++) {
        result = q_fs_open_object(fs, key, &this->fd, &status, error);
    }
    if (result != QUIRE_OK) {
        free(this);
        return result;
    }
    q_fs_name(fs, key, this->name);
    *size = (uint64_t)status.st_size;
    *reader = &this->base;
    return QUIRE_OK;
}

static quire_status fs_reader_read(q_object_reader *reader, uint64_t offset, void *data,
                                   size_t size, size_t *got, quire_error *error) {
    const fs_reader *this = (const fs_reader *)reader;
    return q_io_read_at(this->fd, data, size, offset, got, this->name, error);
}

static void fs_reader_free(q_object_reader *reader) {
    fs_reader *this = (fs_reader *)reader;
    (void)close(this->fd);
    free(this);
}

static const q_objects_ops ops = {
    .free = fs_free,
    .put = q_fs_put,
    .get = fs_get,
    .stat = fs_stat,
    .list = q_fs_list,
    .refresh = fs_refresh,
    .remove = q_fs_remove,
    .sync = fs_sync,
    .sync_host = fs_sync_host,
    .settle = q_fs_settle,
    .now = fs_now,
    .sweep = q_fs_sweep,
    .local_path = fs_local_path,
    .writer_open = q_fs_writer_open,
    .writer_write = q_fs_writer_write,
    .writer_publish = q_fs_writer_publish,
    .writer_free = q_fs_writer_free,
    .whole_open = q_fs_whole_open,
    .link_open = q_fs_link_open,
    .shared_max = INT64_MAX,
    .shared_open = q_fs_shared_open,
    .part_open = q_fs_part_open,
    .part_own = q_fs_part_own,
    .part_write = q_fs_part_write,
    .part_close = q_fs_part_close,
    .part_free = q_fs_part_free,
    .reader_open = fs_reader_open,
    .reader_read = fs_reader_read,
    .reader_free = fs_reader_free,
};

/** Open the root and learn its absolute path. */
static quire_status open_root(q_fs *fs, const char *directory, bool create, quire_error *error) {
    fs->root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fs->root < 0 && errno == ENOENT && create) {
        quire_status status =
            q_folder_make(directory, fs->durability != QUIRE_DURABILITY_NONE, error);
        if (status != QUIRE_OK) {
            return status;
        }
        fs->root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fs->root < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return q_error_set(error, create ? QUIRE_CONFLICT : QUIRE_NOT_FOUND,
                           errno == ENOENT ? "there is no folder %s" : "%s is no folder",
                           directory);
    }
    if (fs->root >= 0) {
        fs->path = realpath(directory, NULL);
    }
    if (fs->path == NULL) {
        return q_error_errno(error, errno, "cannot open %s", directory);
    }
    return QUIRE_OK;
}

quire_status q_objects_fs_open(const char *directory, bool create, quire_durability durability,
                               q_objects **objects, quire_error *error) {
    q_fs *fs = calloc(1, sizeof *fs);
    if (fs == NULL) {
        return q_error_memory(error);
    }
    fs->base.ops = &ops;
    fs->root = -1;
    fs->tmp = -1;
    pthread_mutex_init(&fs->lock, NULL); /* with no attributes it cannot fail */
    pthread_mutex_init(&fs->syncing, NULL);
    fs->durability = durability;
    quire_status status = open_root(fs, directory, create, error);
    if (status == QUIRE_OK) {
        *objects = &fs->base;
    } else {
        fs_free(&fs->base);
    }
    return status;
}
