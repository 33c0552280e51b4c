/**
 * @file
 * A large file of a version, read by several threads: its blocks are dealt out among the worker who
 * has it and those who have nothing else to do (base/crew.h).
 */
#ifndef Q_VERSION_DIVIDED_H
#define Q_VERSION_DIVIDED_H

#include "version/readers.h"
#include "version/target.h"

/** Whether an entry is so large, and there are others who could read blocks of it. */
bool q_divided_applies(const q_readers *readers, const quire_version *version,
                       const q_entry *entry);

/**
 * Read all of such an entry; each of its blocks is checked. To be called by a worker.
 * @param target receives the bytes, in the file that is under way there; NULL: they are read to be
 *        checked
 */
quire_status q_divided_read(q_readers *readers, size_t lane, const quire_version *version,
                            const q_entry *entry, q_target *target, quire_error *error);

#endif
