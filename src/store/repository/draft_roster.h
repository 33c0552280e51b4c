/** @file Which parts of a draft count: its seal and its roster. draft.h tells the whole protocol.
 */
#ifndef Q_REPOSITORY_DRAFT_ROSTER_H
#define Q_REPOSITORY_DRAFT_ROSTER_H

#include "manifest/shard.h"
#include "store/repository/internal.h"

/** What is registered now, in the form of a roster: {…,"parts":[PART…],"notes":[NOTES…]}, the parts
 *  sorted by writer. The notes of a part are an index into the others: those of an SPMD job are the
 *  same for all its ranks. */
quire_status q_draft_survey(q_repository *repository, const char *name, const char *distributed_id,
                            cJSON **roster, quire_error *error);
/** The roster, or NULL when there is none yet. */
quire_status q_draft_roster(q_repository *repository, const char *name, const char *distributed_id,
                            cJSON **roster, quire_error *error);
/** Seal the draft, and make or read its roster. */
quire_status q_draft_seal(q_repository *repository, const char *name, const char *distributed_id,
                          cJSON **roster, quire_error *error);
quire_status q_draft_is_sealed(q_repository *repository, const char *name,
                               const char *distributed_id, bool *sealed, quire_error *error);

/** A part of a roster. Strings borrowed from it. */
typedef struct q_draft_member {
    const char *writer;
    q_shard_summary shard;
    const cJSON *notes;
} q_draft_member;
/** @param roster that the part is in; NULL: it is a record of its own */
quire_status q_draft_read_member(const cJSON *roster, const cJSON *part, q_draft_member *member,
                                 quire_error *error);
/** Called with each part of a roster and the key of its shard. */
quire_status q_draft_each_member(const char *name, const char *distributed_id, const cJSON *roster,
                                 quire_status (*callback)(void *, const char *key,
                                                          const q_draft_member *, quire_error *),
                                 void *context, quire_error *error);

#endif
