/** @file Files that a walk has found, in the order in which it found them. */
#ifndef Q_MPI_FINDS_H
#define Q_MPI_FINDS_H

#include <stddef.h>
#include <stdint.h>

#include <quire/artifact.h>

#include "base/buffer.h"

typedef struct q_find {
    quire_seen seen;
    size_t at; /**< of its path in the text */
} q_find;

/** Zero-initialise; free with q_finds_free(). */
typedef struct q_finds {
    q_buffer text; /**< of each its size, 8 bytes, and its path below the folder that is walked,
                        with the NUL: as it goes to another rank */
    q_find *files;
    size_t count, capacity;
} q_finds;

quire_status q_finds_add(q_finds *finds, const char *path, const quire_seen *seen,
                         quire_error *error);
/** A file's path, borrowed until the next is added. */
const char *q_finds_path(const q_finds *finds, size_t i);
/** The text of the files from one up to another. */
const char *q_finds_text(const q_finds *finds, size_t from, size_t to, size_t *size);
/** The file at the beginning of such a text. @return behind it */
const char *q_finds_next(const char *text, const char **path, uint64_t *bytes);
void q_finds_free(q_finds *finds);

#endif
