/**
 * @file
 * The prior version of a collection, as a hint for what need not be stored again. Looked up by
 * paths in ascending order, so that each of its chunks is read at most once.
 *
 * It is pinned by a lease before it is looked at. Being a hint, it may be missing or damaged
 * without any harm: then everything is stored.
 */
#ifndef Q_REPOSITORY_PRIOR_H
#define Q_REPOSITORY_PRIOR_H

#include "store/repository/lease.h"

typedef struct q_prior q_prior;

/** Open the newest version; `*prior` is NULL when there is none that can be used.
 *  @param lease taken here, in any case; with a pin when there is a version */
quire_status q_prior_open(q_repository *repository, const char *name, const char *pin_draft,
                          q_prior **prior, q_lease *lease, quire_error *error);
void q_prior_free(q_prior *prior);
/** Whether this object of its manifest was read by this, and was sound. As long as the lease stands
 *  it need not be saved again. NULL has read nothing. */
bool q_prior_has_read(const q_prior *prior, const char *object);
/** What it has at `path`, borrowed until the next call, or NULL. NULL itself has nothing. */
const q_entry *q_prior_find(q_prior *prior, const char *path);

#endif
