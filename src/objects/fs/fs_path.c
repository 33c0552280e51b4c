/**
 * @file
 * From keys to descriptors. A symbolic link planted anywhere below the root must not lead a write
 * or a read out of the store: openat2(2) refuses links in one call. Where that is missing, or fails
 * for any reason, each component is opened on its own with O_NOFOLLOW, which is as safe, makes the
 * folders that are not there yet, and can tell which component is in the way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/name.h"
#include "objects/fs/fs_internal.h"

/** Open one folder below another; made if it is missing and `create` is set. Its name is synced by
 *  whoever relies on it (fs_durable.c). */
static int open_child(int parent, const char *name, bool create, int *child) {
    const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int number = 0;
    *child = openat(parent, name, flags);
    if (*child >= 0) {
        return 0;
    }
    number = errno;
    if (number != ENOENT || !create) {
        return number;
    }
    if (mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
        return errno;
    }
    *child = openat(parent, name, flags);
    number = *child < 0 ? errno : 0;
    return number;
}

static quire_status folder_error(const q_fs *fs, const char *key, size_t length, int parent,
                                 const char *name, int number, quire_error *error) {
    struct stat status;
    int shown = (int)length;
    if (number == ENOTDIR && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(status.st_mode)) {
        return q_error_set(error, QUIRE_ERROR,
                           "%.*s in %s is a symbolic link, which is not followed below a store",
                           shown, key, fs->path);
    }
    return q_error_errno(error, number, "cannot open the folder %.*s in %s", shown, key, fs->path);
}

/** Open a folder component by component. */
static quire_status open_steps(const q_fs *fs, const char *key, size_t length, bool create, int *fd,
                               quire_error *error) {
    char name[Q_COMPONENT_MAX + 1];
    struct stat found;
    int current = fcntl(fs->root, F_DUPFD_CLOEXEC, 0);
    quire_status status = QUIRE_OK;
    *fd = -1;
    if (current < 0) {
        return q_error_errno(error, errno, "cannot open %s", fs->path);
    }
    for (size_t at = 0; at < length && status == QUIRE_OK;) {
        size_t size = strcspn(key + at, "/");
        int next = -1;
        snprintf(name, sizeof name, "%.*s", (int)size, key + at);
        int number = open_child(current, name, create, &next);
        if (number == 0) {
            (void)close(current);
            current = next;
            at += size + 1;
        } else if (!create &&
                   (number == ENOENT || (number == ENOTDIR &&
                                         fstatat(current, name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
                                         !S_ISLNK(found.st_mode)))) {
            status = q_fs_not_found(fs, key, error);
        } else {
            status = folder_error(fs, key, at + size, current, name, number, error);
        }
    }
    if (status == QUIRE_OK) {
        *fd = current;
    } else {
        (void)close(current);
    }
    return status;
}

quire_status q_fs_open_folder(const q_fs *fs, const char *key, size_t length, bool create, int *fd,
                              quire_error *error) {
    *fd = length > 0 ? q_folder_open_beneath(fs->root, key, length - 1) : -1;
    if (*fd >= 0) {
        return QUIRE_OK;
    }
    return length > 0 && errno == ENOENT && !create
               ? q_fs_not_found(fs, key, error)
               : open_steps(fs, key, length, create, fd, error);
}

quire_status q_fs_open_parent(const q_fs *fs, const char *key, bool create, int *fd,
                              const char **leaf, quire_error *error) {
    const char *slash = strrchr(key, '/');
    *leaf = slash == NULL ? key : slash + 1;
    return q_fs_open_folder(fs, key, (size_t)(*leaf - key), create, fd, error);
}

int q_fs_stat_at(int folder, const char *leaf, struct stat *status) {
    if (fstatat(folder, leaf, status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (S_ISDIR(status->st_mode)) {
        return ENOENT;
    }
    return S_ISREG(status->st_mode) ? 0 : ELOOP;
}

int q_fs_touch_at(int folder, const char *leaf) {
    struct stat status;
    int number = q_fs_stat_at(folder, leaf, &status);
    if (number == 0 && utimensat(folder, leaf, NULL, AT_SYMLINK_NOFOLLOW) != 0) {
        number = errno;
    }
    /* A removal may have taken the file away between the lookup of its name and the setting of its
       time, and not have seen the new time. If it is there now, any later removal will see it. */
    return number == 0 ? q_fs_stat_at(folder, leaf, &status) : number;
}

quire_status q_fs_open_object(const q_fs *fs, const char *key, int *fd, struct stat *status,
                              quire_error *error) {
    const char *leaf = NULL;
    int folder = -1;
    quire_status result = q_fs_open_parent(fs, key, false, &folder, &leaf, error);
    if (result != QUIRE_OK) {
        return result;
    }
    /* O_NONBLOCK: a FIFO planted at a key must not hang the reader. */
    *fd = openat(folder, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int number = *fd < 0 ? errno : 0;
    if (number == 0 && fstat(*fd, status) != 0) {
        number = errno;
    }
    (void)close(folder);
    if (number == ENOENT || (number == 0 && S_ISDIR(status->st_mode))) {
        result = q_fs_not_found(fs, key, error);
    } else if (number == ELOOP || number == ENXIO || (number == 0 && !S_ISREG(status->st_mode))) {
        result = q_error_set(error, QUIRE_INTEGRITY, "%s in %s is no regular file", key, fs->path);
    } else if (number != 0) {
        result = q_error_errno(error, number, "cannot open %s in %s", key, fs->path);
    }
    if (result != QUIRE_OK && *fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
    return result;
}

int q_fs_link(int from_folder, const char *from, int to_folder, const char *to) {
    struct stat source, target;
    if (linkat(from_folder, from, to_folder, to, 0) == 0) {
        return 0;
    }
    int number = errno;
    /* The reply of an earlier try may have been lost on its way from a file server. */
    if (fstatat(from_folder, from, &source, AT_SYMLINK_NOFOLLOW) == 0 &&
        fstatat(to_folder, to, &target, AT_SYMLINK_NOFOLLOW) == 0 &&
        source.st_dev == target.st_dev && source.st_ino == target.st_ino) {
        return 0;
    }
    if (number != EPERM && number != EOPNOTSUPP && number != ENOSYS && number != EMLINK) {
        return number;
    }
    if (renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    return errno == EINVAL || errno == ENOSYS ? ENOTSUP : errno;
}
