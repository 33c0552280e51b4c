/**
 * @file
 * Loaders: writing the steps of a plan, whose files are read, hashed and, if they are large,
 * stored by several threads. Batches of neighbouring steps go to a crew (base/crew.h) and are
 * written in the order of the plan, on the caller's thread: so what is written, what fails first,
 * and who is called back, is as if one thread did it all.
 */
#ifndef Q_ARTIFACT_LOADERS_H
#define Q_ARTIFACT_LOADERS_H

#include "artifact/batch.h"

/**
 * Write all steps of a plan.
 * @param target whose callbacks are set here
 * @param options for its progress callback and its threads; may be NULL
 */
quire_status q_loaders_run(q_batch_target target, const q_plan *plan,
                           const quire_commit_options *options, quire_error *error);

#endif
