/** @file Loads of a writing (q_store_ops): an intake's load, and the entries that come of it. */
#ifndef Q_REPOSITORY_WRITING_LOAD_H
#define Q_REPOSITORY_WRITING_LOAD_H

#include "store/repository/writing.h"

quire_status q_write_load_new(q_writing *writing, q_load **load, quire_error *error);
void q_write_load_free(q_load *load);
quire_status q_write_load_expect(q_load *load, size_t index, const char *path, uint64_t size,
                                 const char *digest, bool *known, quire_error *error);
quire_status q_write_load_read(q_load *load, size_t index, q_source *source, quire_error *error);
quire_status q_write_load_put(q_load *load, size_t index, const char *path, quire_status status,
                              char digest[Q_DIGEST_TEXT_SIZE], quire_error *error);

#endif
