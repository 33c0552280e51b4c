/**
 * @file
 * Names on stable storage. A name lasts when its folder was synced, and so does that folder's own
 * name, up to the root. Who made a folder syncs the one above it, but may be a process that has not
 * got that far, or never will; hence each handle does so once for every folder it relies on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/io.h"
#include "objects/fs/fs_internal.h"

#define DURABLE_MAX 1024 /* more than a handle meets; beyond it begins anew */

void q_fs_forget_durable(q_fs *fs) {
    for (size_t i = 0; i < fs->durable_count; i++) {
        free(fs->durable[i]);
    }
    free(fs->durable);
    fs->durable = NULL;
    fs->durable_count = 0;
}

static bool is_durable(q_fs *fs, const char *key, size_t length) {
    bool found = false;
    pthread_mutex_lock(&fs->lock);
    for (size_t i = 0; i < fs->durable_count && !found; i++) {
        found = strncmp(fs->durable[i], key, length) == 0 && fs->durable[i][length] == '\0';
    }
    pthread_mutex_unlock(&fs->lock);
    return found;
}

/** Without memory it is forgotten, and synced again. */
static void remember(q_fs *fs, const char *key, size_t length) {
    pthread_mutex_lock(&fs->lock);
    if (fs->durable_count == DURABLE_MAX) {
        q_fs_forget_durable(fs);
    }
    if (fs->durable == NULL) {
        fs->durable = calloc(DURABLE_MAX, sizeof *fs->durable);
    }
    char *copy = fs->durable == NULL ? NULL : strndup(key, length);
    if (copy != NULL) {
        fs->durable[fs->durable_count++] = copy;
    }
    pthread_mutex_unlock(&fs->lock);
}

/** Sync the folder above the one that the first `length` bytes of `key` name (they end in `/`). */
static int sync_above(const q_fs *fs, const char *key, size_t length) {
    int folder = -1;
    quire_error ignored;
    do {
        length--;
    } while (length > 0 && key[length - 1] != '/');
    if (length == 0) {
        return q_folder_sync(fs->root);
    }
    if (q_fs_open_folder(fs, key, length, false, &folder, &ignored) != QUIRE_OK) {
        return ENOENT;
    }
    int number = q_folder_sync(folder);
    (void)close(folder);
    return number;
}

int q_fs_sync_name(q_fs *fs, const char *key, int folder) {
    int number = q_folder_sync(folder);
    for (size_t i = 1; number == 0 && key[i] != '\0'; i++) {
        if (key[i - 1] == '/' && !is_durable(fs, key, i)) {
            number = sync_above(fs, key, i);
            if (number == 0) {
                remember(fs, key, i);
            }
        }
    }
    return number;
}

void q_fs_note_unsynced(q_fs *fs, q_object_kind kind) {
    if (kind == Q_OBJECT_CONTENT && fs->durability == QUIRE_DURABILITY_BATCH) {
        pthread_mutex_lock(&fs->lock);
        fs->unsynced = true;
        pthread_mutex_unlock(&fs->lock);
    }
}

quire_status q_fs_settle(q_objects *objects, const char *key, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    char name[Q_FS_NAME_SIZE];
    const char *leaf = NULL;
    struct stat ignored;
    int fd = -1, folder = -1;
    if (fs->durability == QUIRE_DURABILITY_NONE) {
        return QUIRE_OK;
    }
    quire_status status = q_fs_open_object(fs, key, &fd, &ignored, error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = q_io_fsync(fd, q_fs_name(fs, key, name), error);
    (void)close(fd);
    if (status == QUIRE_OK) {
        status = q_fs_open_parent(fs, key, false, &folder, &leaf, error);
    }
    if (status == QUIRE_OK) {
        int number = q_fs_sync_name(fs, key, folder);
        (void)close(folder);
        if (number != 0) {
            status = q_error_errno(error, number, "cannot sync the folder of %s", name);
        }
    }
    return status;
}
