/**
 * @file
 * Drafts: the parts that writers have upserted under a distributed_id, until a finish.
 *
 *     drafts/<id>/draft.json         who began it; its type
 *     drafts/<id>/shards/<object>    manifests of parts
 *     drafts/<id>/writers/<writer>   a register: the part of each writer
 *     drafts/<id>/seal               a finish has begun: what is registered from here on is late
 *     drafts/<id>/roster             which parts count; created once, after the seal
 *     drafts/<id>/outcome            the version, or that the draft was dropped
 *
 * Why nothing is lost: a writer registers, then looks for the seal; a finisher seals, then lists
 * what is registered. Whichever comes later sees the other. The roster is created if absent, so
 * that all finishers, and all late writers, go by the same one; a late writer that finds a seal
 * without a roster makes it itself, so that nobody waits for anybody.
 *
 * Seal and roster are in draft_roster.h, the outcome in draft_outcome.h.
 */
#ifndef Q_REPOSITORY_DRAFT_H
#define Q_REPOSITORY_DRAFT_H

#include "manifest/shard.h"
#include "store/repository/draft_outcome.h"
#include "store/repository/draft_roster.h"

struct q_lease;

/** A part to be registered. All borrowed. */
typedef struct q_draft_part {
    const char *writer;
    const q_shard_summary *shard;
    const cJSON *notes, *created_by;
    const struct q_lease *lease; /**< what protects its contents until then; may be NULL */
} q_draft_part;

/** Register a part whose shard and contents are durable. Returns once it is certain that the part
 * is in, or QUIRE_CONFLICT when it is not and never will be. */
quire_status q_draft_register(q_repository *repository, const char *name, const char *type,
                              const char *distributed_id, const q_draft_part *part,
                              quire_error *error);

/** The draft's own record. QUIRE_NOT_FOUND when there is no such draft. */
quire_status q_draft_get(q_repository *repository, const char *name, const char *distributed_id,
                         cJSON **record, quire_error *error);

/** Called with the distributed_id of each draft of a collection, decided ones included. */
quire_status q_draft_each(q_repository *repository, const char *name,
                          quire_status (*callback)(void *, const char *distributed_id,
                                                   quire_error *),
                          void *context, quire_error *error);
/** The distributed_id of the draft in a folder (a key with a slash behind), freed by the caller;
 *  NULL when no draft has begun there. QUIRE_INTEGRITY when its record is lost or another's. */
quire_status q_draft_of_folder(q_repository *repository, const char *folder, char **id,
                               quire_error *error);

#endif
