/**
 * @file
 * The index from digests to versions of a collection, by which content that is there is recognised.
 *
 * `collections/<name>/digests/<digest>` names the version. When that one was deleted and the
 * content logged again, the next is named by `…/<digest>.<number of the deleted>`, and so on: a
 * chain of objects that are never rewritten.
 *
 * Invariant: every version below the newest is in the index. A committer makes sure of the newest
 * before it creates the next, so that a crash between version and index costs nothing.
 */
#ifndef Q_REPOSITORY_DIGEST_INDEX_H
#define Q_REPOSITORY_DIGEST_INDEX_H

#include "store/repository/collection.h"

/** The version that has the digest and is not deleted, or -1. The newest version is looked at
 * itself, since it may not be in the index yet. */
quire_status q_digest_index_find(q_repository *repository, const char *name, const char *digest,
                                 int64_t *number, quire_error *error);

/** Enter a version, if it is not deleted. `*entered` is the one that the index names now, as of
 *  q_digest_index_find(), or -1. */
quire_status q_digest_index_add(q_repository *repository, const char *name, const char *digest,
                                int64_t number, int64_t *entered, quire_error *error);

#endif
