/** @file Versions: found, listed, their manifest read (q_store_ops). */
#ifndef Q_WANDB_HANDLE_H
#define Q_WANDB_HANDLE_H

#include <pthread.h>

#include "store/wandb/list.h"
#include "store/wandb/store.h"

/** Signed addresses of files that lie side by side in the list. */
typedef struct q_wandb_urls {
    pthread_mutex_t lock;      /**< copiers share them */
    size_t first, count, next; /**< of the list; how many to ask for next */
    char **urls;
} q_wandb_urls;

typedef struct q_wandb_handle {
    struct quire_version base; /**< its info borrows from the rest */
    cJSON *data;               /**< the answer */
    char *id, *name;
    char *metadata, *created_by;
    const char **aliases, **tags; /**< borrowed from the answer */
    q_wandb_list list;
    bool has_list, is_v2;
    char *region;
    q_wandb_urls urls;
    struct q_wandb_reader *reader; /**< of version_content */
} q_wandb_handle;

quire_status q_wandb_version_open(quire_store *store, const q_address *address,
                                  quire_version **version, quire_error *error);
void q_wandb_version_free(quire_version *version);
quire_status q_wandb_version_each(quire_store *store, const char *name,
                                  quire_version_callback callback, void *context,
                                  quire_error *error);
quire_status q_wandb_version_scan(quire_version *version, const char *from,
                                  quire_status (*callback)(void *, const q_entry *, bool *stop,
                                                           quire_error *),
                                  void *context, quire_error *error);
quire_status q_wandb_version_diff(quire_version *before, quire_version *after,
                                  quire_diff_callback callback, void *context, quire_error *error);
quire_status q_wandb_collections(quire_store *store, quire_name_callback callback, void *context,
                                 quire_error *error);

/** Read the manifest, if it was not yet. */
quire_status q_wandb_need_list(q_wandb_handle *handle, quire_error *error);

/* For the files of the handle. */

/** What is asked of each version. */
#define Q_WANDB_FIELDS                                                                             \
    "id digest state description metadata tags { name } ttlDurationSeconds storageBytes"           \
    " fileCount versionIndex createdAt artifactType { name } artifactSequence { name }"            \
    " createdBy { __typename ... on Run { name } ... on User { username } }"                       \
    " aliases { alias artifactCollection { name } } currentManifest { type digest"

/** Fill a handle's info from an artifact. @param membership what the collection says, or NULL */
quire_status q_wandb_handle_fill(q_wandb_handle *handle, const cJSON *artifact,
                                 const cJSON *membership, quire_error *error);
/** Whether an answer is a server's that does not know a question. */
bool q_wandb_is_unknown_field(quire_status status, const quire_error *error);

#endif
