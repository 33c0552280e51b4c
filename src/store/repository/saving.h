/**
 * @file
 * The objects of one manifest while they are written: chunks, then the root. Some are written
 * before the first of them is published, so that they wait for the disk together: when there are
 * enough, and at q_saving_end(). Until then they are not seen, nor is a failure to publish told.
 */
#ifndef Q_REPOSITORY_SAVING_H
#define Q_REPOSITORY_SAVING_H

#include "store/repository/internal.h"
#include "store/repository/prior.h"

#define Q_SAVING_OBJECTS 16
/** An object storage holds them in memory. */
#define Q_SAVING_BYTES ((size_t)8 << 20)

typedef struct q_saving {
    q_manifest_io io; /**< what the manifest's writer is given: reads as the repository does */
    q_repository *repository;
    const q_prior *prior; /**< what it has read is there, and need not be saved; may be NULL */
    struct q_saving_object {
        q_object_writer *writer;
        q_key key;
    } objects[Q_SAVING_OBJECTS];
    size_t count, bytes;
} q_saving;

/** It must stay where it is until it is freed. @param prior borrowed as long; may be NULL */
void q_saving_begin(q_saving *saving, q_repository *repository, const q_prior *prior);
/** Publish what is still to be published. More may be saved afterwards. */
quire_status q_saving_end(q_saving *saving, quire_error *error);
/** Give up what was not published. Zero-initialised is fine. */
void q_saving_free(q_saving *saving);

#endif
