/** @file The repository's version handle: opening, listing, freeing (q_store_ops). */
#ifndef Q_REPOSITORY_HANDLE_H
#define Q_REPOSITORY_HANDLE_H

#include "manifest/reader.h"
#include "store/repository/version_record.h"

struct q_content;

typedef struct q_version_handle {
    struct quire_version base; /**< its info borrows from the rest */
    q_version_record record;
    cJSON *notes;     /**< current ones */
    char *created_by; /**< as text */
    char *metadata;
    char **aliases;
    size_t alias_count;
    const char **tags; /**< borrowed from notes */
    q_root root;       /**< loaded when first needed */
    bool has_root;
    q_manifest_reader *reader;
    struct q_content *content; /**< open packs; see content.h */
} q_version_handle;

quire_status q_version_handle_open(quire_store *store, const q_address *address,
                                   quire_version **version, quire_error *error);
void q_version_handle_free(quire_version *version);
quire_status q_version_handle_each(quire_store *store, const char *name,
                                   quire_version_callback callback, void *context,
                                   quire_error *error);
/** Load the root if it is not there yet. */
quire_status q_version_handle_root(q_version_handle *handle, quire_error *error);

#endif
