/** @file Folders: making them, and opening one below another without being led elsewhere. */
#ifndef Q_BASE_FOLDER_H
#define Q_BASE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/** Make a folder and those above it that are missing. @param sync make each new name durable */
quire_status q_folder_make(const char *path, bool sync, quire_error *error);

/** fsync a folder given by any descriptor of it, O_PATH too. Returns an errno, 0 for done. */
int q_folder_sync(int folder);

/**
 * Open the folder that the first `length` bytes of `path` name, as an O_PATH descriptor, in one
 * call that follows no symbolic link.
 * @return -1 with errno set; where it is not ENOENT the system may only lack openat2(2), and the
 *         caller goes component by component
 */
int q_folder_open_beneath(int root, const char *path, size_t length);

#endif
