/**
 * @file
 * The steps by which an artifact comes to be at W&B: see docs/wandb.md, *Requests*.
 */
#ifndef Q_WANDB_PUBLISH_H
#define Q_WANDB_PUBLISH_H

#include "store/wandb/contents.h"
#include "store/wandb/store.h"
#include "store/wandb/upload.h"

/** What an artifact is to be. */
typedef struct q_wandb_wish {
    const char *name, *type;
    const char *digest;       /**< of its entries, hexadecimal */
    const q_wandb_list *list; /**< all of them; NULL: the digest is not that of the whole */
    const q_notes *notes;
    const char *metadata;       /**< instead of that of the notes; NULL: none */
    const char *distributed_id; /**< NULL: it is nobody else's */
} q_wandb_wish;

/** What the server has made of it. Freed with q_wandb_made_free(). */
typedef struct q_wandb_made {
    cJSON *data;
    const char *id;
    bool is_committed; /**< such a version is there */
    const cJSON *artifact;
    const cJSON *latest; /**< the newest version of the collection, or NULL */
} q_wandb_made;

void q_wandb_made_free(q_wandb_made *made);

/** createArtifact. QUIRE_CONFLICT when the collection has another type. */
quire_status q_wandb_create(q_wandb *store, const q_wandb_wish *wish, q_wandb_made *made,
                            quire_error *error);

typedef enum q_wandb_manifest_kind {
    Q_WANDB_FULL,
    Q_WANDB_PATCH,
    Q_WANDB_INCREMENTAL
} q_wandb_manifest_kind;

/**
 * Its manifest, the contents, the manifest's content: everything before the commit.
 * @param list the entries of the manifest, when they are more than those of `contents`; else NULL
 * @param base the artifact that an incremental one rests on, or a full one was made from; NULL
 */
quire_status q_wandb_fill(q_wandb *store, const char *artifact, q_wandb_manifest_kind kind,
                          const char *base, q_wandb_contents *contents, q_wandb_list *list,
                          quire_error *error);

/** commitArtifact, once: where the answer is lost, its state tells whether it has to be again. */
quire_status q_wandb_commit(q_wandb *store, const char *artifact, quire_error *error);

/** What is to be told of a version at the end. */
typedef struct q_wandb_ending {
    const char *name;
    const q_notes *notes;
    bool created;
    uint64_t files; /**< how many it must have; UINT64_MAX: nobody knows */
} q_wandb_ending;

/** Which version it is; aliases that it lacks are set. */
quire_status q_wandb_conclude(q_wandb *store, const char *artifact, const q_wandb_ending *ending,
                              quire_version_id *version, quire_error *error);

/** Refuse, before anything is made, a type that the collection does not have. */
quire_status q_wandb_check_type(q_wandb *store, const char *name, const char *type,
                                quire_error *error);

#endif
