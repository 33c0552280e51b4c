/**
 * @file
 * The commit: from a root that is stored and durable to a version with its aliases.
 *
 * The one commit point is the creation of the version record. Who loses the race for a number looks
 * at the winner: with the same digest it is the answer, with another the next number is tried.
 *
 * A version may have another type than the one before it when all up to that one are deleted. As
 * numbers are taken one by one, and what is deleted stays so, all that are not have one type.
 */
#ifndef Q_REPOSITORY_COMMIT_H
#define Q_REPOSITORY_COMMIT_H

#include "store/repository/version_record.h"

/** Commit. Notes hold the aliases and inputs, too. Fills `version`. */
quire_status q_commit(q_repository *repository, const q_version_draft *draft,
                      quire_version_id *version, quire_error *error);

/** What has to be done before the number above the newest version is taken: a void one is ended,
 * the version is durable and in the index. `record`, to be freed, is empty when there is none (-1).
 * `*entered` as of q_digest_index_add(). */
quire_status q_commit_enter_newest(q_repository *repository, const char *name, int64_t newest,
                                   q_version_record *record, int64_t *entered, quire_error *error);

/** Move the aliases that some notes ask for to a version. */
quire_status q_commit_aliases(q_repository *repository, const char *name, int64_t number,
                              const cJSON *notes, quire_error *error);

#endif
