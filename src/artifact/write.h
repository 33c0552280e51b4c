/** @file Writing an artifact's entries and removals to a store. */
#ifndef Q_ARTIFACT_WRITE_H
#define Q_ARTIFACT_WRITE_H

#include "artifact/artifact.h"

/**
 * Write all that the artifact holds, in order, and commit it as `spec` says.
 * @param options for its progress callback; may be NULL
 */
quire_status q_artifact_write(quire_artifact *artifact, quire_store *store,
                              const q_write_spec *spec, const quire_commit_options *options,
                              quire_version_id *version, quire_receipt *receipt,
                              quire_error *error);

#endif
