/**
 * @file
 * Aliases: names that point to one version of a collection each, in registers.
 *
 * `latest` moves by itself, and so that no crash can leave it behind: it is the newest version that
 * is not deleted. Only when content is logged again that an older version has, a record in its
 * register makes it that version, for as long as no newer version comes.
 */
#ifndef Q_REPOSITORY_ALIAS_H
#define Q_REPOSITORY_ALIAS_H

#include "store/repository/collection.h"

/** The number an alias other than `latest` points to. QUIRE_NOT_FOUND. */
quire_status q_alias_get(q_repository *repository, const char *name, const char *alias,
                         int64_t *number, quire_error *error);
/** The number of `latest` among these. QUIRE_NOT_FOUND when no version is left. */
quire_status q_alias_latest(q_repository *repository, const char *name, const q_numbers *numbers,
                            int64_t *number, quire_error *error);

/** Whether `latest` was ever set: if not, it is the newest version that is not deleted. */
quire_status q_alias_latest_moved(q_repository *repository, const char *name, bool *moved,
                                  quire_error *error);

quire_status q_alias_put(q_repository *repository, const char *name, const char *alias,
                         int64_t number, quire_error *error);
/** Make `latest` this older version until a version above `newest` comes. */
quire_status q_alias_put_latest(q_repository *repository, const char *name, int64_t number,
                                int64_t newest, quire_error *error);
/** Take an alias away. QUIRE_NOT_FOUND when it is not there. With `only_if` >= 0: does nothing when
 * it points to another version by now. */
quire_status q_alias_drop(q_repository *repository, const char *name, const char *alias,
                          int64_t only_if, quire_error *error);

/** Called for each alias but `latest`. */
typedef quire_status (*q_alias_callback)(void *context, const char *alias, int64_t number,
                                         quire_error *error);
quire_status q_alias_each(q_repository *repository, const char *name, q_alias_callback callback,
                          void *context, quire_error *error);

#endif
