/**
 * @file
 * Void versions: gc takes a number by one (lease_end.h). It has the content of what was `latest`,
 * is deleted at once, and leaves `latest` as it was. A gc that is killed in between leaves it;
 * readers pass over it as if it were deleted, so that no alias ever names it. Whoever puts the next
 * number, and the next gc, ends it first, hence it can only be the newest.
 */
#ifndef Q_REPOSITORY_VOID_H
#define Q_REPOSITORY_VOID_H

#include "store/repository/collection.h"
#include "store/repository/version_record.h"

#define Q_MODE_VOID "void"

bool q_void_is(const q_version_record *record);
/** Whether this version, which must be there, is a void one; a damaged record is none. */
quire_status q_void_is_number(q_repository *repository, const char *name, int64_t number,
                              bool *is_void, quire_error *error);
/** Take the newest of these away if it is a living void version: for readers. */
quire_status q_void_pass_over(q_repository *repository, const char *name, q_numbers *numbers,
                              quire_error *error);
/** Give `latest` back to what had it before a void version, and delete that. */
quire_status q_void_end(q_repository *repository, const char *name, int64_t number,
                        quire_error *error);
/** The same of the newest version, if it is a living void one; -1: there is none. */
quire_status q_void_end_newest(q_repository *repository, const char *name, int64_t newest,
                               quire_error *error);

#endif
