/**
 * @file
 * System calls until they are done: short reads and writes and EINTR are the kernel's business, not
 * the callers'. Sizes above INT_MAX are fine. `name` is what a message calls the file.
 */
#ifndef Q_BASE_IO_H
#define Q_BASE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

quire_status q_io_write(int fd, const void *data, size_t size, const char *name,
                        quire_error *error);
quire_status q_io_write_at(int fd, const void *data, size_t size, uint64_t offset, const char *name,
                           quire_error *error);
/** Read up to `size` bytes, fewer only at the end of the file. */
quire_status q_io_read(int fd, void *data, size_t size, size_t *got, const char *name,
                       quire_error *error);
quire_status q_io_read_at(int fd, void *data, size_t size, uint64_t offset, size_t *got,
                          const char *name, quire_error *error);
quire_status q_io_fsync(int fd, const char *name, quire_error *error);
/** Close and report; a deferred write error (ENOSPC, EDQUOT on a network filesystem) shows here. */
quire_status q_io_close(int fd, const char *name, quire_error *error);

#endif
