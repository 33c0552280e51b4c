/**
 * @file
 * Contents, brought from signed addresses in pieces and checked (q_store_ops). An address that
 * expires in the middle is replaced, and the next piece comes from the new one.
 */
#ifndef Q_WANDB_READ_H
#define Q_WANDB_READ_H

#include "http/http.h"
#include "store/wandb/handle.h"

/** Where something lies. */
typedef struct q_wandb_place {
    char *url;     /**< owned */
    bool with_key; /**< the server's own address, which wants the key */
    uint64_t size; /**< 0: not known */
    uint64_t most; /**< of one that is not known */
    /** Another address, when this one has expired, which may want the key where this one did not.
     *  @param url freed by the caller */
    quire_status (*renew)(void *context, char **url, bool *with_key, quire_error *error);
    void *context;
} q_wandb_place;

/** Read all of it. @param what for messages */
quire_status q_wandb_fetch(q_wandb_client *client, q_wandb_place *place, const char *what,
                           q_http_sink sink, void *context, quire_error *error);

/** The address of an item of the list, copied. @param with_key as in q_wandb_place */
quire_status q_wandb_urls_get(q_wandb_handle *handle, size_t index, char **url, bool *with_key,
                              quire_error *error);
/** It has expired. */
void q_wandb_urls_drop(q_wandb_handle *handle, size_t index);
void q_wandb_urls_free(q_wandb_handle *handle);

/** What reads one file at a time. */
typedef struct q_wandb_reader q_wandb_reader;
void q_wandb_reader_free(q_wandb_reader *reader);

quire_status q_wandb_version_content(quire_version *version, const q_entry *entry, uint64_t offset,
                                     uint64_t length, quire_data_callback callback, void *context,
                                     quire_error *error);
quire_status q_wandb_copier_open(quire_version *version, q_copier **copier, quire_error *error);
void q_wandb_copier_free(q_copier *copier);
quire_status q_wandb_copier_copy(q_copier *copier, const q_entry *entry,
                                 quire_data_callback callback, void *context, quire_error *error);
quire_status q_wandb_local_path(quire_version *version, const q_entry *entry, char **file,
                                quire_error *error);

#endif
