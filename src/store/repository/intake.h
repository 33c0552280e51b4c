/**
 * @file
 * The intake: how contents get into the repository. Small files go into the intake's pack, larger
 * ones become blobs of their own; content that this intake has taken before, or that lay at the
 * same path of a prior version, is not stored again. Files come in loads (intake_load.h), what is
 * written piece by piece in streams (intake_stream.h).
 *
 * What was taken in is published by q_intake_seal(); before it, entries already say where it will
 * be.
 */
#ifndef Q_REPOSITORY_INTAKE_H
#define Q_REPOSITORY_INTAKE_H

#include "store/repository/internal.h"

typedef struct q_intake q_intake;

quire_status q_intake_new(q_repository *repository, q_intake **intake, quire_error *error);
/** Frees it, and what was not sealed with it. Loads and streams are freed before. */
void q_intake_free(q_intake *intake);

/** A writing begins or ends: where a prior version has something is true for no longer than the
 *  lease of that writing pins it. Frees names of packs that entries have borrowed. */
void q_intake_forget_prior(q_intake *intake);

/** Publish all packs; the caller syncs the objects afterwards. Goes on to be usable, but after a
 *  failure, which has lost what entries already name: from then on all calls fail. */
quire_status q_intake_seal(q_intake *intake, quire_error *error);

#endif
