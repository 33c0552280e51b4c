/** @file How a draft ended, which is decided once. draft.h tells the whole protocol. */
#ifndef Q_REPOSITORY_DRAFT_OUTCOME_H
#define Q_REPOSITORY_DRAFT_OUTCOME_H

#include "store/repository/internal.h"

typedef struct q_draft_outcome {
    bool decided, dropped;
    int64_t number;
    char digest[Q_SHA256_HEX_SIZE];
} q_draft_outcome;
quire_status q_draft_read_outcome(q_repository *repository, const char *name,
                                  const char *distributed_id, q_draft_outcome *outcome,
                                  quire_error *error);
/** Decide it. QUIRE_CONFLICT when it was decided otherwise. */
quire_status q_draft_decide(q_repository *repository, const char *name, const char *distributed_id,
                            const q_draft_outcome *outcome, quire_error *error);

#endif
