/**
 * @file
 * Contents, read and checked: a file of a version out of its pack or blob. Nothing is handed out
 * that was not checked against its digest before: a small file whole, of a larger one the blocks
 * touched. Only a copy, which its taker throws away when it fails, is checked as it goes.
 */
#ifndef Q_REPOSITORY_CONTENT_H
#define Q_REPOSITORY_CONTENT_H

#include "manifest/entry.h"
#include "store/repository/internal.h"

/** Keeps the last few packs open. */
typedef struct q_content q_content;

quire_status q_content_new(q_repository *repository, q_content **content, quire_error *error);
void q_content_free(q_content *content);

/** Receives checked bytes, in order. */
typedef quire_status (*q_content_sink)(void *context, const void *data, size_t size);

/** Read a range (cut at the file's end). QUIRE_INTEGRITY when the object is missing or damaged. */
quire_status q_content_read(q_content *content, const q_entry *entry, uint64_t offset,
                            uint64_t length, q_content_sink sink, void *context,
                            quire_error *error);

/**
 * Read the whole of it, in pieces and in little memory. Bytes may be handed out before they are
 * checked: whatever the sink got is worth nothing unless the call returns QUIRE_OK. The sink must
 * not use the handle.
 */
quire_status q_content_copy(q_content *content, const q_entry *entry, q_content_sink sink,
                            void *context, quire_error *error);

/** q_store_ops */
quire_status q_content_copier_open(quire_version *version, q_copier **copier, quire_error *error);
void q_content_copier_free(q_copier *copier);
quire_status q_content_copier_copy(q_copier *copier, const q_entry *entry,
                                   quire_data_callback callback, void *context, quire_error *error);
quire_status q_content_copier_blocks(q_copier *copier, const q_entry *entry, uint64_t first,
                                     uint64_t count, quire_data_callback callback, void *context,
                                     quire_error *error);
quire_status q_content_of_version(quire_version *version, const q_entry *entry, uint64_t offset,
                                  uint64_t length, quire_data_callback callback, void *context,
                                  quire_error *error);
quire_status q_content_local_path(quire_version *version, const q_entry *entry, char **path,
                                  quire_error *error);

#endif
