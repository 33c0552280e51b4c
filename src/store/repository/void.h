/**
 * @file
 * Void versions: gc takes a number by one (lease_end.h). It has the content of what was `latest`,
 * is deleted at once, and leaves `latest` as it was. A gc that is killed in between leaves it to be
 * seen. Whoever puts the next number, and the next gc, ends it first: it must not be what a
 * repeated log is told, since it will be gone.
 */
#ifndef Q_REPOSITORY_VOID_H
#define Q_REPOSITORY_VOID_H

#include "store/repository/version_record.h"

#define Q_MODE_VOID "void"

bool q_void_is(const q_version_record *record);
/** Give `latest` back to what had it before a void version, and delete that, unless an alias names
 *  it: then it is somebody's version, as any other.
 *  @param ended whether it was deleted */
quire_status q_void_end(q_repository *repository, const char *name, int64_t number, bool *ended,
                        quire_error *error);
/** The same of the newest version, if it is a living void one; -1: there is none. */
quire_status q_void_end_newest(q_repository *repository, const char *name, int64_t newest,
                               quire_error *error);

#endif
