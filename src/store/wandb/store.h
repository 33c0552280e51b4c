/**
 * @file
 * The store: what its files share. A handle is used by one thread at a time, but for the reading of
 * contents, which uses the client alone.
 */
#ifndef Q_WANDB_STORE_H
#define Q_WANDB_STORE_H

#include "store/store.h"
#include "store/wandb/client.h"

/** Capabilities of the server that make a difference here. */
enum {
    Q_WANDB_USE_WITH_PROJECT = 1,     /* USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION */
    Q_WANDB_HANDLER_WITH_ARTIFACT = 2 /* ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID */
};

struct q_wandb_draft;

typedef struct q_wandb {
    quire_store base;
    q_wandb_client client;
    char *run;     /**< that is known to be there; NULL: none */
    char *own_run; /**< a random id, for what belongs to no draft */
    bool has_features;
    unsigned features;
    struct q_wandb_draft *drafts; /**< that this handle has upserted into */
} q_wandb;

static inline q_wandb *q_wandb_of(quire_store *store) {
    return (q_wandb *)store;
}

/** Make sure that the entity is known, which may take asking whose the key is. */
quire_status q_wandb_need_entity(q_wandb *store, quire_error *error);

/** A draft as runs are named after: all that upsert into it are one run. */
typedef struct q_wandb_draft_key {
    const char *name, *distributed_id;
    bool finishes; /**< by who has not upserted, in a run of its own */
} q_wandb_draft_key;

/** Make sure that project and run are there: that of the environment, else one for the draft, else
 *  one of this handle. It is `store->run`. @param draft NULL: none */
quire_status q_wandb_need_run(q_wandb *store, const q_wandb_draft_key *draft, quire_error *error);

/** Make sure that the server's features are known. */
quire_status q_wandb_need_features(q_wandb *store, quire_error *error);

/* Of the seam: what one process finds out, for others. */
quire_status q_wandb_prepare(quire_store *store, const char *name, const char *distributed_id,
                             quire_store_session *session, quire_error *error);
quire_status q_wandb_join(quire_store *store, const quire_store_session *session, int writers,
                          quire_error *error);

#endif
