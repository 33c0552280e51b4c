/**
 * @file
 * Objects whose bytes and key are known before they are written. Those of manifests often are there
 * already: then reading one is all there is to do, where writing it would wait for the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "objects/fs/fs_internal.h"

#define BLOCK_SIZE ((size_t)64 << 10)

/** Whether a file, from its beginning, has these bytes; an error is a no. */
static bool has_bytes(int fd, const char *data, size_t size, const char *name) {
    char block[BLOCK_SIZE];
    quire_error ignored;
    for (size_t at = 0; at < size;) {
        size_t want = size - at < sizeof block ? size - at : sizeof block, got = 0;
        if (q_io_read(fd, block, want, &got, name, &ignored) != QUIRE_OK || got != want ||
            memcmp(block, data + at, got) != 0) {
            return false;
        }
        at += got;
    }
    return true;
}

/** Sync an object of a kind that is synced at once. A failure is told once, to who asks first: so
 * it is not left to publication. */
static quire_status sync_object(q_fs *fs, const char *key, int object, int folder, bool *there,
                                quire_error *error) {
    char name[Q_FS_NAME_SIZE];
    quire_status status = q_io_fsync(object, q_fs_name(fs, key, name), error);
    int number = status == QUIRE_OK ? q_fs_sync_name(fs, key, folder) : 0;
    *there = status == QUIRE_OK && number == 0;
    return number == 0 || number == ENOENT
               ? status
               : q_error_errno(error, number, "cannot sync the folder of %s", name);
}

/**
 * Whether the object is there with these bytes, and stays. Whatever is in the way, publication will
 * meet again; a removal that is at it may be gone by then.
 */
static quire_status renew(q_fs *fs, const char *key, const void *data, size_t size, bool *there,
                          quire_error *error) {
    char name[Q_FS_NAME_SIZE];
    quire_error ignored;
    const char *leaf = NULL;
    struct stat status;
    int object = -1, folder = -1;
    quire_status result = QUIRE_OK;
    *there = q_fs_open_object(fs, key, &object, &status, &ignored) == QUIRE_OK &&
             (uint64_t)status.st_size == size &&
             has_bytes(object, data, size, q_fs_name(fs, key, name)) &&
             q_fs_open_parent(fs, key, false, &folder, &leaf, &ignored) == QUIRE_OK &&
             q_fs_touch_at(folder, leaf) == 0;
    if (*there && q_fs_syncs(fs, Q_OBJECT_CONTENT)) {
        result = sync_object(fs, key, object, folder, there, error);
    }
    if (folder >= 0) {
        (void)close(folder);
    }
    if (object >= 0) {
        (void)close(object);
    }
    return result;
}

quire_status q_fs_whole_open(q_objects *objects, const char *key, const void *data, size_t size,
                             q_object_writer **writer, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    bool there = false;
    quire_status status = renew(fs, key, data, size, &there, error);
    if (status != QUIRE_OK || there) {
        q_fs_note_unsynced(fs, Q_OBJECT_CONTENT);
        return status;
    }
    q_object_writer *opened = NULL;
    status = q_fs_writer_open(objects, &opened, error);
    if (status == QUIRE_OK) {
        status = q_fs_writer_write(opened, data, size, error);
    }
    if (status != QUIRE_OK) {
        q_object_writer_free(opened);
        return status;
    }
    if (fs->durability != QUIRE_DURABILITY_NONE) { /* a hint, as in q_fs_writer_write() */
        (void)sync_file_range(((const q_fs_writer *)opened)->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    *writer = opened;
    return QUIRE_OK;
}
