/** @file The folder of the cache: see folder.h. */
#include "cache/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/io.h"
#include "base/random.h"

#define TEMPORARY "tmp-"
#define RANDOM_DIGITS 32
#define SWEPT "swept" /* its time is that of the last sweep */
#define DAY ((int64_t)24 * 60 * 60)

/* --- opening --- */

static quire_status make(const char *path, quire_error *error) {
    char *above = NULL;
    quire_status status = q_strdup(path, &above, error);
    size_t size = status ? 0 : strlen(above);
    while (size > 0 && above[size - 1] == '/') {
        size--;
    }
    while (size > 0 && above[size - 1] != '/') {
        size--;
    }
    if (!status) {
        above[size] = '\0';
        status = q_folder_make(above, false, error);
    }
    free(above);
    if (!status && mkdir(path, 0700) != 0 && errno != EEXIST) {
        status = q_error_errno(error, errno, "folder %s cannot be made", path);
    }
    return status;
}

static quire_status check(int fd, const char *path, quire_error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return q_error_errno(error, errno, "folder %s cannot be examined", path);
    }
    if (status.st_uid != geteuid()) {
        return q_error_set(error, QUIRE_ERROR, "folder %s belongs to another user", path);
    }
    return (status.st_mode & 077) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_ERROR,
                             "folder %s is open to other users: its mode is "
                             "%03o, not 700",
                             path, (unsigned)status.st_mode & 0777);
}

quire_status q_cache_folder_open(q_cache_folder *folder, const char *path, quire_error *error) {
    char *copy = NULL;
    quire_status status = q_strdup(path, &copy, error);
    int fd = status ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!status && fd < 0 && errno == ENOENT) {
        status = make(path, error);
        fd = status ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (!status && fd < 0) {
        status = q_error_errno(error, errno, "folder %s cannot be opened", path);
    }
    status = status ? status : check(fd, path, error);
    if (status) {
        if (fd >= 0) {
            (void)close(fd);
        }
        free(copy);
        return status;
    }
    folder->fd = fd;
    folder->path = copy;
    return QUIRE_OK;
}

void q_cache_folder_close(q_cache_folder *folder) {
    if (folder->fd >= 0) {
        (void)close(folder->fd);
    }
    free(folder->path);
    *folder = (q_cache_folder){.fd = -1};
}

/* --- segments --- */

static quire_status load(int fd, const char *name, q_cache_segment *segment, int64_t *modified,
                         quire_error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return q_error_errno(error, errno, "%s cannot be examined", name);
    }
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
        return q_error_set(error, QUIRE_ERROR, "%s is no file of this user", name);
    }
    if (modified) {
        *modified = status.st_mtim.tv_sec;
    }
    return q_cache_segment_read(segment, fd, (uint64_t)status.st_size, name, error);
}

quire_status q_cache_folder_load(const q_cache_folder *folder, const char *name,
                                 q_cache_segment *segment, int64_t *modified, quire_error *error) {
    char *full = NULL;
    quire_status status = q_asprintf(&full, error, "%s/%s", folder->path, name);
    if (status) {
        return status;
    }
    int fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        status = errno == ENOENT ? q_error_set(error, QUIRE_NOT_FOUND, "%s does not exist", full)
                                 : q_error_errno(error, errno, "%s cannot be opened", full);
    } else {
        status = load(fd, full, segment, modified, error);
        (void)close(fd);
    }
    free(full);
    return status;
}

void q_cache_folder_touch(const q_cache_folder *folder, const char *name) {
    (void)utimensat(folder->fd, name, NULL, AT_SYMLINK_NOFOLLOW);
}

quire_status q_cache_folder_each(const q_cache_folder *folder, const char *prefix,
                                 q_cache_callback callback, void *context, quire_error *error) {
    /* Not a duplicate of the descriptor: those share their place in the listing. */
    int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd < 0 ? NULL : fdopendir(fd);
    if (!listing) {
        quire_status failed = q_error_errno(error, errno, "folder %s cannot be read", folder->path);
        if (fd >= 0) {
            (void)close(fd);
        }
        return failed;
    }
    quire_status status = QUIRE_OK;
    const struct dirent *found;
    while (!status && (found = readdir(listing))) { /* one that breaks off is a shorter one */
        struct stat info;
        if (strncmp(found->d_name, prefix, strlen(prefix)) == 0 &&
            fstatat(fd, found->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode)) {
            status = callback(context, found->d_name, &info, error);
        }
    }
    (void)closedir(listing);
    return status;
}

/* --- sweeping --- */

typedef struct sweep {
    const q_cache_folder *folder;
    int64_t now;
} sweep;

static bool is_segment(const char *name) {
    return strlen(name) == Q_CACHE_NAME_SIZE - 1 && name[Q_CACHE_GROUP_SIZE - 1] == '-' &&
           strspn(name, "0123456789abcdef-") == Q_CACHE_NAME_SIZE - 1;
}

/* Exactly what q_cache_folder_save() makes: the folder may be one that other programs use, too. */
static bool is_temporary(const char *name) {
    size_t prefix = strlen(TEMPORARY);
    return strncmp(name, TEMPORARY, prefix) == 0 && strlen(name) == prefix + RANDOM_DIGITS &&
           strspn(name + prefix, "0123456789abcdef") == RANDOM_DIGITS;
}

static quire_status sweep_one(void *context, const char *name, const struct stat *status,
                              quire_error *error) {
    const sweep *this = context;
    int64_t age = this->now - status->st_mtim.tv_sec;
    (void)error;
    if ((is_temporary(name) && age > DAY) ||
        (is_segment(name) && age > Q_CACHE_UNUSED_DAYS * DAY)) {
        (void)unlinkat(this->folder->fd, name, 0);
    }
    return QUIRE_OK;
}

static void sweep_daily(const q_cache_folder *folder) {
    struct stat status;
    struct timespec now;
    quire_error ignored;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (fstatat(folder->fd, SWEPT, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        now.tv_sec - status.st_mtim.tv_sec < DAY) {
        return;
    }
    int fd =
        openat(folder->fd, SWEPT, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0) {
        return;
    }
    (void)futimens(fd, NULL);
    (void)close(fd);
    sweep this = {folder, now.tv_sec};
    (void)q_cache_folder_each(folder, "", sweep_one, &this, &ignored);
}

/* --- saving --- */

quire_status q_cache_folder_save(const q_cache_folder *folder, const char *name,
                                 const q_cache_record *one, size_t one_count,
                                 const q_cache_record *other, size_t other_count,
                                 quire_error *error) {
    char random[RANDOM_DIGITS + 1], temporary[sizeof TEMPORARY + sizeof random];
    char *full = NULL;
    quire_status status = q_random_hex(random, error);
    if (!status) {
        status = q_asprintf(&full, error, "%s/%s", folder->path, name);
    }
    if (status) {
        return status;
    }
    snprintf(temporary, sizeof temporary, TEMPORARY "%s", random);
    int fd = openat(folder->fd, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        status = q_error_errno(error, errno, "%s cannot be made", full);
        free(full);
        return status;
    }
    status = q_cache_segment_write(fd, one, one_count, other, other_count, full, error);
    quire_status closed = q_io_close(fd, full, status ? NULL : error);
    status = status ? status : closed;
    if (!status && renameat(folder->fd, temporary, folder->fd, name) != 0) {
        status = q_error_errno(error, errno, "%s cannot be replaced", full);
    }
    if (status) {
        (void)unlinkat(folder->fd, temporary, 0);
    }
    free(full);
    sweep_daily(folder);
    return status;
}
