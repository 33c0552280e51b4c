/**
 * @file
 * Parts: what one writer has registered in a draft.
 *
 *     {"quire":"part","format":1,"writer":…,"object":…,"size":N,"entries":N,"bytes":N,"digest":…,
 *      "notes":{…},"created_by":{…},"nonce":…,"check":…}
 */
#ifndef Q_REPOSITORY_PART_H
#define Q_REPOSITORY_PART_H

#include "store/repository/draft.h"

#define Q_PART_KIND "part"

quire_status q_part_key(q_key *key, const char *name, const char *distributed_id,
                        const char *writer, quire_error *error);
quire_status q_part_record(const q_draft_part *part, cJSON **record, quire_error *error);

#endif
