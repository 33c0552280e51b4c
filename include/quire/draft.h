/**
 * @file
 * Drafts: collaborative versions that are not finished yet.
 *
 * A draft outlives its writers. A job that died between its upserts and its finish is completed by
 * quire_finish_artifact() from anywhere, or given up by quire_draft_drop().
 */
#ifndef QUIRE_DRAFT_H
#define QUIRE_DRAFT_H

#include <stddef.h>

#include <quire/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One writer's part of a draft. */
typedef struct quire_draft_writer {
    const char *name;
    uint64_t entries;
    uint64_t bytes;
} quire_draft_writer;

/** A draft as it is seen now. Borrowed for the duration of the callback. */
typedef struct quire_draft {
    const char *name; /**< the collection */
    const char *type;
    const char *distributed_id;
    const char *created_at; /**< ISO 8601, UTC */
    int sealed;             /**< a finish has begun */
    const quire_draft_writer *writers;
    size_t writer_count;
} quire_draft;

typedef quire_status (*quire_draft_callback)(void *context, const quire_draft *draft);

/** List the unfinished drafts of a collection; NULL: of all. Local. */
QUIRE_API quire_status quire_draft_list(quire_store *store, const char *name,
                                        quire_draft_callback callback, void *context,
                                        quire_error *error);

/**
 * Give a draft up; gc then deletes what only it held. Local.
 * @return QUIRE_NOT_FOUND when there is none, QUIRE_CONFLICT when it is finished
 */
QUIRE_API quire_status quire_draft_drop(quire_store *store, const char *name,
                                        const char *distributed_id, quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
