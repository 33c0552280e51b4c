/**
 * @file
 * Writing one file or buffer of an artifact: by what the cache knows of it, else by reading it.
 */
#ifndef Q_ARTIFACT_WRITE_SOURCE_H
#define Q_ARTIFACT_WRITE_SOURCE_H

#include "artifact/item.h"
#include "cache/cache.h"
#include "store/store.h"

/** Zero-initialise the rest. */
typedef struct q_source_writing {
    quire_store *store;
    q_writing *writing;
    q_cache *cache;                                 /**< NULL: every file is read */
    void (*told)(void *context, uint64_t position); /**< of a file that is read; see q_source */
    void *told_context;
    q_buffer name; /**< freed by the caller */
} q_source_writing;

/** @param item whose content is to be opened as a source */
quire_status q_source_write(q_source_writing *to, const char *path, const q_item *item,
                            quire_error *error);

#endif
