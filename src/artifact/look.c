/** @file What is behind a name: see look.h. */
#include "artifact/look.h"

#include <errno.h>
#include <string.h>

#include "base/name.h"

quire_status q_look_root(const char *folder, struct stat *status, quire_error *error) {
    if (stat(folder, status) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? q_error_set(error, QUIRE_INCOMPLETE, "folder %s does not exist", folder)
                   : q_error_errno(error, errno, "folder %s cannot be examined", folder);
    }
    return S_ISDIR(status->st_mode) ? QUIRE_OK
                                    : q_error_set(error, QUIRE_ERROR, "%s is not a folder", folder);
}

/** Why stat() found nothing under a name that the folder holds. */
static quire_status missing(const char *file, int number, quire_error *error) {
    struct stat link;
    if (number == ELOOP) {
        return q_error_set(error, QUIRE_ERROR, "%s is a loop of symbolic links", file);
    }
    if (number != ENOENT && number != ENOTDIR) {
        return q_error_errno(error, number, "%s cannot be examined", file);
    }
    if (lstat(file, &link) == 0 && S_ISLNK(link.st_mode)) {
        return q_error_set(error, QUIRE_INCOMPLETE, "%s is a dangling symbolic link", file);
    }
    return q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist any more", file);
}

static const char *kind_name(mode_t mode) {
    if (S_ISFIFO(mode)) {
        return "a FIFO";
    }
    if (S_ISSOCK(mode)) {
        return "a socket";
    }
    return S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "not a regular file";
}

quire_status q_look(const char *file, const char *path, struct stat *status, quire_error *error) {
    if (stat(file, status) != 0) {
        return missing(file, errno, error);
    }
    if (S_ISDIR(status->st_mode)) {
        return QUIRE_OK;
    }
    if (!S_ISREG(status->st_mode)) {
        return q_error_set(error, QUIRE_ERROR, "%s is %s", file, kind_name(status->st_mode));
    }
    return q_name_check_path(path, error);
}

quire_seen q_look_seen(const struct stat *status) {
    return (quire_seen){.size = status->st_size > 0 ? (uint64_t)status->st_size : 0,
                        .device = status->st_dev,
                        .inode = status->st_ino,
                        .modified = status->st_mtim,
                        .changed = status->st_ctim};
}

quire_status q_look_loop(const char *folder, quire_error *error) {
    return q_error_set(error, QUIRE_ERROR, "%s leads back into a folder that it is in", folder);
}

quire_status q_look_open(const char *folder, DIR **stream, quire_error *error) {
    *stream = opendir(folder);
    return *stream ? QUIRE_OK : q_error_errno(error, errno, "folder %s cannot be read", folder);
}

quire_status q_look_next(DIR *stream, const char *folder, const char **name, quire_error *error) {
    const struct dirent *found = NULL;
    do {
        errno = 0;
        found = readdir(stream);
    } while (found && (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0));
    *name = found ? found->d_name : NULL;
    return found || errno == 0 ? QUIRE_OK
                               : q_error_errno(error, errno, "folder %s cannot be read", folder);
}
