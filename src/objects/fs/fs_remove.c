/**
 * @file
 * Removal. A removal that depends on the object's time cannot look and then unlink: a refresh in
 * between would be lost. So the object first moves into trash/, where nobody can refresh it, and
 * comes back if its time says so. The name in trash/ tells the key, so that sweep can bring back
 * what a crash left there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "base/random.h"
#include "objects/fs/fs_internal.h"

#define TRASH_SUFFIX 33 /* '~' and 32 digits */

/** Whether an object must stay: it is young enough, or perhaps a file that has a name outside the
 *  store, too. To remove that would free nothing; and its time may be that of the file, from long
 *  before whoever has stored it so. */
static bool stays(const struct stat *status, int64_t unless_since) {
    bool may_be_linked = status->st_nlink > 1 && status->st_size >= Q_FS_LINK_MIN;
    return q_fs_microseconds(status) >= unless_since || may_be_linked;
}

static quire_status remove_error(const q_fs *fs, const char *key, int number, quire_error *error) {
    return q_error_errno(error, number, "cannot remove %s in %s", key, fs->path);
}

/** `key` with its slashes as '+', '~', random digits: neither character occurs in keys. */
static quire_status trash_name(const char *key, char name[Q_COMPONENT_MAX + 1],
                               quire_error *error) {
    char random[33];
    quire_status status = q_random_hex(random, error);
    if (status == QUIRE_OK) {
        snprintf(name, Q_COMPONENT_MAX + 1, "%s~%s", key, random);
        for (char *c = name; *c != '\0'; c++) {
            *c = *c == '/' ? '+' : *c;
        }
    }
    return status;
}

/** The key of a name in trash/; false when it is none. */
static bool trash_key(const char *name, char key[Q_COMPONENT_MAX + 1]) {
    size_t size = strlen(name);
    if (size <= TRASH_SUFFIX || size > Q_COMPONENT_MAX || name[size - TRASH_SUFFIX] != '~') {
        return false;
    }
    size -= TRASH_SUFFIX;
    for (size_t i = 0; i < size; i++) {
        key[i] = name[i] == '+' ? '/' : name[i];
    }
    key[size] = '\0';
    return q_objects_check_key(key, NULL) == QUIRE_OK;
}

/** Bring an object back from trash/, unless there is one at its key again. A link, a FIFO or a
 *  folder is none: whoever put it there must not get it into the store. */
static quire_status restore(q_fs *fs, int trash, const char *name, const char *key,
                            quire_error *error) {
    const char *leaf = NULL;
    struct stat found;
    int folder = -1;
    if (fstatat(trash, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        /* ENOENT: another sweep has brought it back. */
        return errno == ENOENT
                   ? QUIRE_OK
                   : q_error_errno(error, errno, "cannot look at " Q_FS_TRASH "%s in %s", name,
                                   fs->path);
    }
    if (!S_ISREG(found.st_mode)) {
        return QUIRE_OK;
    }
    quire_status status = q_fs_open_parent(fs, key, true, &folder, &leaf, error);
    if (status != QUIRE_OK) {
        return status;
    }
    int number = q_fs_link(trash, name, folder, leaf);
    if (number == 0 && fs->durability != QUIRE_DURABILITY_NONE) {
        number = q_fs_sync_name(fs, key, folder);
    }
    /* ENOENT: another sweep has brought it back. */
    if (number == 0 || number == EEXIST || number == ENOENT) {
        number = unlinkat(trash, name, 0) != 0 && errno != ENOENT ? errno : 0;
    }
    (void)close(folder);
    if (number != 0) {
        return q_error_errno(error, number, "cannot restore %s in %s", key, fs->path);
    }
    return QUIRE_OK;
}

static quire_status remove_through_trash(q_fs *fs, const char *key, int folder, const char *leaf,
                                         int64_t unless_since, bool *removed, quire_error *error) {
    char name[Q_COMPONENT_MAX + 1];
    struct stat status;
    int trash = -1;
    quire_status result = trash_name(key, name, error);
    if (result == QUIRE_OK) {
        result = q_fs_open_folder(fs, Q_FS_TRASH, strlen(Q_FS_TRASH), true, &trash, error);
    }
    if (result != QUIRE_OK) {
        return result;
    }
    if (renameat(folder, leaf, trash, name) != 0) {
        result = errno == ENOENT ? QUIRE_OK : remove_error(fs, key, errno, error);
    } else if (fstatat(trash, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        /* ENOENT: a sweep has brought it back. */
        result = errno == ENOENT ? QUIRE_OK : remove_error(fs, key, errno, error);
    } else if (stays(&status, unless_since)) {
        result = restore(fs, trash, name, key, error);
    } else if (unlinkat(trash, name, 0) == 0) {
        *removed = true;
    } else if (errno != ENOENT) {
        result = remove_error(fs, key, errno, error);
    }
    (void)close(trash);
    return result;
}

quire_status q_fs_remove(q_objects *objects, const char *key, int64_t unless_since, bool *removed,
                         quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    const char *leaf = NULL;
    struct stat status;
    int folder = -1;
    quire_error ignored;
    bool unasked = false;
    removed = removed == NULL ? &unasked : removed;
    *removed = false;
    quire_status result =
        q_fs_open_parent(fs, key, false, &folder, &leaf, error == NULL ? &ignored : error);
    if (result != QUIRE_OK) {
        return result == QUIRE_NOT_FOUND ? QUIRE_OK : result;
    }
    int number = q_fs_stat_at(folder, leaf, &status);
    if (number == ENOENT ||
        (number == 0 && unless_since != INT64_MAX && stays(&status, unless_since))) {
        goto done;
    }
    if (number != 0 && number != ELOOP) {
        result = remove_error(fs, key, number, error);
    } else if (unless_since != INT64_MAX && strlen(key) + TRASH_SUFFIX <= Q_COMPONENT_MAX) {
        result = remove_through_trash(fs, key, folder, leaf, unless_since, removed, error);
    } else if (unlinkat(folder, leaf, 0) == 0) {
        /* Also for a key too long for a name in trash/: a refresh since the look is lost then. */
        *removed = true;
    } else if (errno != ENOENT) {
        result = remove_error(fs, key, errno, error);
    }
done:
    (void)close(folder);
    return result;
}

/** What to do with one name in tmp/ or trash/. */
typedef quire_status (*sweep_step)(q_fs *fs, int folder, const char *name, int64_t unless_since,
                                   quire_error *error);

static quire_status sweep_temp(q_fs *fs, int folder, const char *name, int64_t unless_since,
                               quire_error *error) {
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? QUIRE_OK : remove_error(fs, name, errno, error);
    }
    size_t size = strlen(name), end = strlen(Q_FS_TEMP_LINK);
    bool is_link = size > end && strcmp(name + size - end, Q_FS_TEMP_LINK) == 0;
    int64_t made = is_link ? q_fs_inode_microseconds(&status) : q_fs_microseconds(&status);
    if (S_ISDIR(status.st_mode) || made >= unless_since) {
        return QUIRE_OK;
    }
    if (unlinkat(folder, name, 0) != 0 && errno != ENOENT) {
        return q_error_errno(error, errno, "cannot remove " Q_FS_TMP "%s in %s", name, fs->path);
    }
    return QUIRE_OK;
}

/** Whatever its time: a removal that was under way will be decided again. */
static quire_status sweep_trash(q_fs *fs, int folder, const char *name, int64_t unless_since,
                                quire_error *error) {
    char key[Q_COMPONENT_MAX + 1];
    (void)unless_since;
    return trash_key(name, key) ? restore(fs, folder, name, key, error) : QUIRE_OK;
}

static quire_status sweep_folder(q_fs *fs, const char *prefix, sweep_step step,
                                 int64_t unless_since, quire_error *error) {
    int folder = -1;
    DIR *directory = NULL;
    quire_error ignored;
    quire_status status = q_fs_open_folder(fs, prefix, strlen(prefix), false, &folder,
                                           error == NULL ? &ignored : error);
    if (status != QUIRE_OK) {
        return status == QUIRE_NOT_FOUND ? QUIRE_OK : status;
    }
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        status = q_error_errno(error, errno, "cannot list %s in %s", prefix, fs->path);
        if (fd >= 0) {
            (void)close(fd);
        }
        goto done;
    }
    while (status == QUIRE_OK) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            if (errno != 0) {
                status = q_error_errno(error, errno, "cannot list %s in %s", prefix, fs->path);
            }
            break;
        }
        if (entry->d_name[0] != '.') {
            status = step(fs, folder, entry->d_name, unless_since, error);
        }
    }
    (void)closedir(directory);
done:
    (void)close(folder);
    return status;
}

quire_status q_fs_sweep(q_objects *objects, int64_t unless_since, quire_error *error) {
    q_fs *fs = (q_fs *)objects;
    quire_status status = sweep_folder(fs, Q_FS_TRASH, sweep_trash, unless_since, error);
    if (status == QUIRE_OK) {
        status = sweep_folder(fs, Q_FS_TMP, sweep_temp, unless_since, error);
    }
    return status;
}
