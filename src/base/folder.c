/** @file Folders: see folder.h. */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/name.h"

int q_folder_sync(int folder) {
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int number = 0;
    if (fd < 0) {
        return errno;
    }
    if (fsync(fd) != 0) {
        /* Some network filesystems keep folders durable by themselves and have no such call. */
        number = errno == EINVAL || errno == ENOTSUP ? 0 : errno;
    }
    if (close(fd) != 0 && number == 0) {
        number = errno;
    }
    return number;
}

/** Sync the folder that holds the last component of `path`, which begins at `start`. */
static quire_status sync_parent(char *path, char *start, quire_error *error) {
    char before = *start;
    *start = '\0';
    int parent = open(start == path ? "." : path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int number = parent < 0 ? errno : q_folder_sync(parent);
    *start = before;
    if (parent >= 0) {
        (void)close(parent);
    }
    return number == 0 ? QUIRE_OK
                       : q_error_errno(error, number, "cannot sync the folder of %s", path);
}

quire_status q_folder_make(const char *path, bool sync, quire_error *error) {
    char *copy = NULL;
    quire_status status = q_strdup(path, &copy, error);
    for (char *end = copy; status == QUIRE_OK && *end != '\0';) {
        end += strspn(end, "/");
        char *start = end;
        end += strcspn(end, "/");
        char after = *end;
        *end = '\0';
        int number = start == end || mkdir(copy, 0777) == 0 ? 0 : errno;
        if (number == 0 && start != end && sync) {
            status = sync_parent(copy, start, error);
        } else if (number == ENOTDIR) {
            status = q_error_set(error, QUIRE_CONFLICT, "%s lies below something that is no folder",
                                 copy);
        } else if (number != 0 && number != EEXIST && access(copy, F_OK) != 0) {
            /* On a read-only or restricted parent mkdir may say so before it says EEXIST. */
            status = q_error_errno(error, number, "cannot make the folder %s", copy);
        }
        *end = after;
    }
    free(copy);
    return status;
}

int q_folder_open_beneath(int root, const char *path, size_t length) {
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                           .resolve =
                               RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    char folder[Q_PATH_MAX + 1];
    if (length == 0 || length > Q_PATH_MAX) {
        errno = EINVAL;
        return -1;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
    return (int)syscall(SYS_openat2, root, folder, &how, sizeof how);
}
