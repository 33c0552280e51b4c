/**
 * @file
 * What a commit writes, in order: the entries of an artifact and its removals, sorted by path.
 */
#ifndef Q_ARTIFACT_PLAN_H
#define Q_ARTIFACT_PLAN_H

#include "artifact/artifact.h"

typedef struct q_step {
    const char *path;
    const q_item *item; /**< NULL: a removal */
} q_step;

/** Zero-initialise. Borrows from the artifact, which must not change meanwhile. */
typedef struct q_plan {
    q_step *steps;
    size_t count;
    size_t files;    /**< steps that have content to read */
    uint64_t pieces; /**< what several threads can read at once: files, and blocks of large ones */
    uint64_t bytes;  /**< of the files */
} q_plan;

void q_plan_free(q_plan *plan);

/** QUIRE_CONFLICT when an entry is a folder of another. */
quire_status q_plan_make(q_plan *plan, const quire_artifact *artifact, quire_error *error);

/** Bytes of the file that a step writes. */
uint64_t q_step_bytes(const q_step *step);

#endif
