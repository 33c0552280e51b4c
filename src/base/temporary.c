/** @file Temporary files: see temporary.h. */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/environment.h"
#include "base/random.h"

static int open_fully(const char *path, int flags) {
    int fd;
    do {
        fd = open(path, flags | O_RDWR | O_CLOEXEC, 0600);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/** For file systems that know only files with names (NFS): it loses its own at once. */
static quire_status open_by_name(const char *folder, int *fd, quire_error *error) {
    char random[33], *path = NULL;
    quire_status status = q_random_hex(random, error);
    status = status ? status : q_asprintf(&path, error, "%s/.quire-%s", folder, random);
    if (status) {
        return status;
    }
    *fd = open_fully(path, O_CREAT | O_EXCL);
    if (*fd < 0) {
        status = q_error_errno(error, errno, "cannot make a temporary file in %s", folder);
    } else if (unlink(path) != 0) {
        status = q_error_errno(error, errno, "%s cannot be deleted", path);
        close(*fd); /* nothing was written to it */
    }
    free(path);
    return status;
}

/* Whatever keeps a file without a name from being made, one with a name is made, or tells why no
   file can be. */
quire_status q_temporary_open(q_temporary *file, quire_error *error) {
    const char *folder = q_environment_temporary();
    int fd = open_fully(folder, O_TMPFILE);
    quire_status status = fd < 0 ? open_by_name(folder, &fd, error) : QUIRE_OK;
    *file = (q_temporary){.is_open = status == QUIRE_OK, .fd = fd};
    return status;
}

void q_temporary_path(const q_temporary *file, char path[Q_TEMPORARY_PATH]) {
    (void)snprintf(path, Q_TEMPORARY_PATH, "/proc/self/fd/%d", file->fd);
}

void q_temporary_close(q_temporary *file) {
    if (file->is_open) {
        close(file->fd); /* it goes with it: nothing can be lost */
    }
    *file = (q_temporary){0};
}
