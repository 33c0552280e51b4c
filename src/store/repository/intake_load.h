/**
 * @file
 * A load: files on their way into an intake, as many as one thread reads in one go. Each is
 * expected, read and placed. Expecting and placing decide on what was taken before, and on what
 * goes where in a pack; so they are done by the intake's thread and in the order of paths. Reading
 * needs nothing that is shared but the objects, and several loads may be read at once.
 *
 * Each byte is read once, hashed and, of a large file, written in the same pass. Only a large file
 * of the size that it had in the prior version is hashed before it is written, since it is probably
 * the same. Small files are kept in memory until they are placed.
 */
#ifndef Q_REPOSITORY_INTAKE_LOAD_H
#define Q_REPOSITORY_INTAKE_LOAD_H

#include "base/source.h"
#include "store/repository/intake.h"

typedef struct q_intake_load q_intake_load;

quire_status q_intake_load_new(q_intake *intake, q_intake_load **load, quire_error *error);
/** Frees it, before the intake. NULL is fine. */
void q_intake_load_free(q_intake_load *load);

/**
 * Expect a file.
 * @param index 0 begins the load anew; below Q_LOAD_FILES
 * @param prior what an earlier version has at the same path, copied; or NULL
 * @param digest of its `size` bytes, if that is known, else NULL
 * @param known whether its content is in the store: taken before by this intake, at the same path
 * of the prior version, or, of a large one, anywhere. It needs no reading then
 */
quire_status q_intake_load_expect(q_intake_load *load, size_t index, const q_entry *prior,
                                  uint64_t size, const char *digest, bool *known,
                                  quire_error *error);

/** Read an expected file, of any size. On any thread, one at a time. */
quire_status q_intake_load_read(q_intake_load *load, size_t index, q_source *source,
                                quire_error *error);

/**
 * Place a file that was read, or is known.
 * @param entry digest, size and placement are filled, the path is not touched; strings are
 * borrowed: the digest until the load begins anew, the pack's name for as long as the intake lives
 */
quire_status q_intake_load_place(q_intake_load *load, size_t index, q_entry *entry,
                                 quire_error *error);

#endif
