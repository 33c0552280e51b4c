/** @file Whether all expected writers have upserted, what they should have, and which have not. */
#ifndef Q_REPOSITORY_MISSING_H
#define Q_REPOSITORY_MISSING_H

#include "store/repository/draft.h"

/** QUIRE_INCOMPLETE, saying who is missing: by number when the writers are called 0, 1, 2, …;
 * QUIRE_NOT_FOUND when nobody has upserted and nobody in particular was expected. */
quire_status q_missing_check(const cJSON *roster, const q_finish_spec *spec, quire_error *error);

/** QUIRE_CONFLICT when a receipt of the finisher is for another part than the roster has, or the
 * roster has a part of a rank that the finisher's job does not have. */
quire_status q_missing_compare(const cJSON *roster, const q_finish_spec *spec, quire_error *error);

#endif
