/**
 * @file
 * Writing below a folder, whatever symbolic links it holds.
 *
 * The parent of each file is opened by openat2(2), which refuses links in one call; where that is
 * missing, or fails for any reason, component by component with O_NOFOLLOW, which is as safe, makes
 * the folders that are not there yet, and can tell which component is in the way. The descriptor is
 * kept for the next file, as entries come in the order of their paths.
 */
#include "version/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/folder.h"
#include "base/io.h"
#include "base/name.h"
#include "base/random.h"
#include "version/spelling.h"

#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

#define TEMPORARY ".quire-" /* and 32 hexadecimal digits */

/** Whether a folder takes different names for one. */
typedef enum folding {
    FOLDING_UNKNOWN,
    FOLDING_NO,
    FOLDING_YES
} folding;

struct q_target {
    char *folder;
    int root;
    q_buffer parent_path; /* of the parent that is open, without a slash at its end; "": the root */
    int parent;           /* -1: none open, or the root */
    folding root_folds, parent_folds;
    q_buffer file;                      /* the file under way: the folder, a slash, its path */
    size_t path_at;                     /* where its path begins therein */
    char temporary[Q_TARGET_NAME_SIZE]; /* its name now, in the parent; "": there is no file under
                                           way */
    int fd;
    pthread_mutex_t *turn; /* of several targets of one folder; NULL: there is one */
};

void q_target_share(q_target *target, pthread_mutex_t *turn) {
    target->turn = turn;
}

quire_status q_target_open(const char *folder, q_target **target, quire_error *error) {
    quire_status status = QUIRE_OK;

    *target = NULL;
    if (folder[0] == '\0') {
        return q_error_set(error, QUIRE_USAGE, "no folder given to write to");
    }
    q_target *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return q_error_memory(error);
    }
    t->fd = t->parent = -1;
    /* The target itself is the caller's: a link to a folder is followed here, and only here. */
    t->root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (t->root < 0 && errno == ENOENT) {
        status = q_folder_make(folder, false, error);
        if (status == QUIRE_OK) {
            t->root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
        }
    }
    if (status == QUIRE_OK && t->root < 0) {
        status = q_error_errno(error, errno, "cannot open the folder %s", folder);
    }
    if (status == QUIRE_OK) {
        status = q_strdup(folder, &t->folder, error);
    }
    for (size_t length = strlen(folder); status == QUIRE_OK && length > 1;) {
        if (t->folder[--length] != '/') {
            break;
        }
        t->folder[length] = '\0';
    }
    if (status != QUIRE_OK) {
        q_target_free(t);
        return status;
    }
    *target = t;
    return QUIRE_OK;
}

void q_target_free(q_target *target) {
    if (target == NULL) {
        return;
    }
    q_target_abandon(target);
    if (target->parent >= 0) {
        close(target->parent);
    }
    if (target->root >= 0) {
        close(target->root);
    }
    q_buffer_free(&target->parent_path);
    q_buffer_free(&target->file);
    free(target->folder);
    free(target);
}

/** Open one folder in another, making it if need be. `*next` is -1 on failure. */
static quire_status open_step(const q_target *target, int at, const char *name, const char *path,
                              int *next, quire_error *error) {
    *next = openat(at, name, FOLDER_FLAGS);
    if (*next < 0 && errno == ENOENT) {
        if (mkdirat(at, name, 0777) != 0 && errno != EEXIST) {
            return q_error_errno(error, errno, "cannot make the folder %s/%s", target->folder,
                                 path);
        }
        *next = openat(at, name, FOLDER_FLAGS);
    }
    if (*next >= 0) {
        return QUIRE_OK;
    }
    int number = errno;
    struct stat found;
    if ((number == ENOTDIR || number == ELOOP) &&
        fstatat(at, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(found.st_mode)) {
        return q_error_set(error, QUIRE_ERROR,
                           S_ISLNK(found.st_mode)
                               ? "%s/%s is a symbolic link where a folder must be"
                               : "%s/%s is a file where a folder must be",
                           target->folder, path);
    }
    return q_error_errno(error, number, "cannot open the folder %s/%s", target->folder, path);
}

/** Open `path` below the target component by component. The path is changed and restored. */
static quire_status open_steps(const q_target *target, char *path, int *parent,
                               quire_error *error) {
    quire_status status = QUIRE_OK;
    char *name = path;
    int at = target->root;

    while (status == QUIRE_OK && name != NULL) {
        int next = -1;
        char *slash = strchr(name, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
        status = open_step(target, at, name, path, &next, error);
        if (slash != NULL) {
            *slash = '/';
        }
        if (at != target->root) {
            close(at);
        }
        at = next;
        name = slash != NULL ? slash + 1 : NULL;
    }
    *parent = at;
    return status;
}

/** Make the folder of `path` the current parent. */
static quire_status enter(q_target *target, const char *path, quire_error *error) {
    const char *slash = strrchr(path, '/');
    size_t length = slash != NULL ? (size_t)(slash - path) : 0;

    if (length == 0 || (target->parent >= 0 && target->parent_path.size == length &&
                        memcmp(target->parent_path.data, path, length) == 0)) {
        return QUIRE_OK;
    }
    if (target->parent >= 0) {
        close(target->parent);
        target->parent = -1;
    }
    target->parent_folds = FOLDING_UNKNOWN;
    q_buffer_clear(&target->parent_path);
    quire_status status = q_buffer_append(&target->parent_path, path, length, error);
    if (status != QUIRE_OK) {
        return status;
    }
    target->parent = q_folder_open_beneath(target->root, target->parent_path.data, length);
    if (target->parent < 0) {
        status = open_steps(target, target->parent_path.data, &target->parent, error);
    }
    return status;
}

/** The descriptor of the folder that the file under way is in. */
static int folder_of(const q_target *target) {
    return strchr(target->file.data + target->path_at, '/') != NULL ? target->parent : target->root;
}

/** Go to where a file is to be. */
static quire_status go_to(q_target *target, const char *path, quire_error *error) {
    q_target_abandon(target);
    /* Checked when the manifest was read, and again here, where a slip would write elsewhere. */
    quire_status status = q_name_check_path(path, error);
    if (status != QUIRE_OK) {
        if (error != NULL) {
            error->status = QUIRE_INTEGRITY;
        }
        return QUIRE_INTEGRITY;
    }
    q_buffer_clear(&target->file);
    target->path_at = strlen(target->folder) + 1;
    status = q_buffer_printf(&target->file, error, "%s/%s", target->folder, path);
    return status == QUIRE_OK ? enter(target, path, error) : status;
}

quire_status q_target_begin(q_target *target, const char *path, quire_error *error) {
    char random[33];
    quire_status status = go_to(target, path, error);
    if (status == QUIRE_OK) {
        status = q_random_hex(random, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    snprintf(target->temporary, sizeof target->temporary, TEMPORARY "%s", random);
    target->fd = openat(folder_of(target), target->temporary,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (target->fd < 0) {
        int number = errno;
        if (number == EEXIST) { /* another's */
            target->temporary[0] = '\0';
        }
        q_target_abandon(target); /* it was made where only the reply was lost */
        return q_error_errno(error, number, "cannot write %s", target->file.data);
    }
    return QUIRE_OK;
}

quire_status q_target_extend(q_target *target, uint64_t size, quire_error *error) {
    return size <= (uint64_t)INT64_MAX && ftruncate(target->fd, (off_t)size) == 0
               ? QUIRE_OK
               : q_error_errno(error, size <= (uint64_t)INT64_MAX ? errno : EFBIG,
                               "cannot write %s", target->file.data);
}

quire_status q_target_leave(q_target *target, char name[Q_TARGET_NAME_SIZE], quire_error *error) {
    int fd = target->fd;
    target->fd = -1;
    quire_status status = fd >= 0 ? q_io_close(fd, target->file.data, error) : QUIRE_OK;
    if (name != NULL && status == QUIRE_OK) {
        memcpy(name, target->temporary, Q_TARGET_NAME_SIZE);
    }
    if (name == NULL || status == QUIRE_OK) {
        target->temporary[0] = '\0';
    }
    return status;
}

static bool is_temporary(const char *name) {
    return strnlen(name, Q_TARGET_NAME_SIZE) == strlen(TEMPORARY) + 32 &&
           strncmp(name, TEMPORARY, strlen(TEMPORARY)) == 0 &&
           strspn(name + strlen(TEMPORARY), "0123456789abcdef") == 32;
}

/* Somebody may have put another file in its place, which must not be written. One with one name
   only cannot be of use elsewhere. */
static quire_status check_joined(const q_target *target, int fd, uint64_t size,
                                 quire_error *error) {
    struct stat now;
    if (fstat(fd, &now) != 0) {
        return q_error_errno(error, errno, "cannot write %s", target->file.data);
    }
    return S_ISREG(now.st_mode) && now.st_nlink == 1 && (uint64_t)now.st_size == size
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY, "%s: another file is where it was begun",
                             target->file.data);
}

quire_status q_target_join(q_target *target, const char *path, const char *name, uint64_t size,
                           uint64_t offset, quire_error *error) {
    if (!is_temporary(name)) {
        return q_error_set(error, QUIRE_USAGE, "this names no file that was begun: %.*s",
                           Q_TARGET_NAME_SIZE, name);
    }
    quire_status status = go_to(target, path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    int fd = openat(folder_of(target), name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return q_error_errno(error, errno, "cannot write %s as it was begun", target->file.data);
    }
    status = check_joined(target, fd, size, error);
    if (status == QUIRE_OK && lseek(fd, (off_t)offset, SEEK_SET) < 0) {
        status = q_error_errno(error, errno, "cannot write %s", target->file.data);
    }
    if (status != QUIRE_OK) {
        close(fd);
        return status;
    }
    target->fd = fd;
    memcpy(target->temporary, name, strlen(name) + 1);
    return QUIRE_OK;
}

quire_status q_target_write(q_target *target, const void *data, size_t size, quire_error *error) {
    return q_io_write(target->fd, data, size, target->file.data, error);
}

quire_status q_target_write_at(const q_target *target, const void *data, size_t size,
                               uint64_t offset, quire_error *error) {
    return q_io_write_at(target->fd, data, size, offset, target->file.data, error);
}

quire_status q_target_restrict(q_target *target, mode_t mode, quire_error *error) {
    struct stat now;
    const mode_t readers = S_IRGRP | S_IROTH;

    if (fstat(target->fd, &now) != 0 ||
        ((now.st_mode & readers & ~mode) != 0 &&
         fchmod(target->fd, now.st_mode & 07777 & ~(readers & ~mode)) != 0)) {
        return q_error_errno(error, errno, "cannot restrict who reads %s", target->file.data);
    }
    return QUIRE_OK;
}

/** Whether a folder folds names, asked once. */
static bool folds(int folder, folding *known) {
    if (*known == FOLDING_UNKNOWN) {
        *known = q_spelling_folds(folder) ? FOLDING_YES : FOLDING_NO;
    }
    return *known == FOLDING_YES;
}

/** Whether what is there is another name's file, which this filesystem takes for ours. */
static bool is_twin(q_target *target, int at) {
    const char *path = target->file.data + target->path_at;
    bool here = at == target->root
                    ? folds(at, &target->root_folds)
                    : folds(at, &target->parent_folds) || folds(target->root, &target->root_folds);
    return here && !q_spelling_is_exact(target->root, path);
}

/** Give the file under way its name where something may have it. */
static quire_status replace(q_target *target, int at, const char *name, quire_error *error) {
    struct stat found;

    bool there = fstatat(at, name, &found, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(found.st_mode)) {
        return q_error_set(error, QUIRE_ERROR, "%s is a folder where a file must be",
                           target->file.data);
    }
    if (there && is_twin(target, at)) {
        return q_error_set(error, QUIRE_CONFLICT,
                           "%s: this filesystem takes its name for that of another file, which is "
                           "there already",
                           target->file.data);
    }
    return renameat(at, target->temporary, at, name) == 0
               ? QUIRE_OK
               : q_error_errno(error, errno, "cannot write %s", target->file.data);
}

/** Give the file under way its name. */
static quire_status place(q_target *target, int at, const char *name, quire_error *error) {
    if (renameat2(at, target->temporary, at, name, RENAME_NOREPLACE) == 0) {
        return QUIRE_OK;
    }
    /* Something is there, or (network filesystems) the call is not. */
    if (target->turn != NULL) {
        pthread_mutex_lock(target->turn);
    }
    quire_status status = replace(target, at, name, error);
    if (target->turn != NULL) {
        pthread_mutex_unlock(target->turn);
    }
    return status;
}

quire_status q_target_commit(q_target *target, quire_error *error) {
    int at = folder_of(target);
    const char *name = strrchr(target->file.data, '/') + 1;
    int fd = target->fd;

    target->fd = -1;
    quire_status status = q_io_close(fd, target->file.data, error);
    if (status == QUIRE_OK) {
        status = place(target, at, name, error);
    }
    if (status == QUIRE_OK) {
        target->temporary[0] = '\0';
    }
    q_target_abandon(target);
    return status;
}

void q_target_abandon(q_target *target) {
    if (target->fd >= 0) {
        close(target->fd);
        target->fd = -1;
    }
    if (target->temporary[0] != '\0') {
        unlinkat(folder_of(target), target->temporary, 0);
        target->temporary[0] = '\0';
    }
}
