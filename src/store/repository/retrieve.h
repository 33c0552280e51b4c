/**
 * @file
 * Reading objects that must be there. Beside a gc, one that was about to be used again may be out
 * of its place for a moment, and, when that gc is killed, for longer (objects/fs/fs_remove.c). So
 * nothing is called missing before interrupted removals were undone.
 */
#ifndef Q_REPOSITORY_RETRIEVE_H
#define Q_REPOSITORY_RETRIEVE_H

#include "store/repository/internal.h"

/** As q_object_reader_open(), q_objects_get() and q_objects_stat(). */
quire_status q_retrieve_open(q_repository *repository, const char *key, uint64_t *size,
                             q_object_reader **reader, quire_error *error);
quire_status q_retrieve(q_repository *repository, const char *key, uint64_t max_size, q_buffer *out,
                        quire_error *error);
quire_status q_retrieve_info(q_repository *repository, const char *key, q_object_info *info,
                             quire_error *error);

#endif
