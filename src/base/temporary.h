/**
 * @file
 * A temporary file: room on disk for bytes that one call needs for a while and nobody else does.
 *
 * It lies in the folder that q_environment_temporary() names, and whoever has it open has it alone:
 * once q_temporary_open() has returned, no name leads to it, so that the kernel takes it back with
 * its last descriptor, however the process ends. What is in it is written and read at offsets
 * (q_io_write_at(), q_io_read_at()), by as many threads as there are.
 */
#ifndef Q_BASE_TEMPORARY_H
#define Q_BASE_TEMPORARY_H

#include <stdbool.h>

#include "base/error.h"

/** Zero-initialised it is no file. */
typedef struct q_temporary {
    bool is_open;
    int fd; /**< for reading and writing; what it says without a file means nothing */
} q_temporary;

/** Room for the path of a descriptor. */
#define Q_TEMPORARY_PATH 32

/** Make an empty one.
 *  @param file stays no file when this fails, and nothing is left in the folder
 *  @return QUIRE_ERROR naming the folder, QUIRE_ERROR where memory is short */
quire_status q_temporary_open(q_temporary *file, quire_error *error);
/** The path by which this process can open it once more, as long as it is open: its descriptor's.
 */
void q_temporary_path(const q_temporary *file, char path[Q_TEMPORARY_PATH]);
/** Give it up, and all that is in it. No file is left as it is. */
void q_temporary_close(q_temporary *file);

#endif
