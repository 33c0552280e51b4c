/**
 * @file
 * Lineage: `collections/<name>/lineage/<number>/<id>`, an object for each time a version was used;
 * and the inputs in each version's notes.
 *
 *     {"quire":"use","format":1[,"output":"NAME:vN"],"created_by":{…},"at":…,"check":…}
 */
#ifndef Q_REPOSITORY_LINEAGE_H
#define Q_REPOSITORY_LINEAGE_H

#include "store/repository/version_record.h"

/** For each input in the notes, record that version `number` was made from it. Idempotent. */
quire_status q_lineage_record_inputs(q_repository *repository, const q_version_draft *draft,
                                     int64_t number, quire_error *error);

/** q_store_ops */
quire_status q_lineage_use(quire_store *store, const q_address *address, const char *job,
                           quire_error *error);
quire_status q_lineage_each(quire_version *version, quire_lineage_callback callback, void *context,
                            quire_error *error);

#endif
