/**
 * @file
 * Writing: a log, an upsert or a patch while its entries come (q_store_ops). Entries go, in their
 * order, straight into chunks (log) or a shard (upsert); the changes of a patch are gathered in
 * memory.
 */
#ifndef Q_REPOSITORY_WRITING_H
#define Q_REPOSITORY_WRITING_H

#include "manifest/writer.h"
#include "store/repository/intake.h"
#include "store/repository/patching.h"
#include "store/repository/prior.h"
#include "store/repository/saving.h"
#include "store/repository/shard_object.h"

typedef struct q_repository_writing {
    q_writing base;
    q_repository *repository;
    q_write_spec spec;
    q_lease lease;
    q_prior *prior;
    q_intake *intake;     /**< the stage's, or own_intake */
    q_intake *own_intake; /**< NULL when there is a stage */
    cJSON *notes;
    cJSON *created_by;
    q_saving saving; /**< of the manifest */
    /* the sink: one of these by mode */
    q_manifest_writer *manifest;
    q_shard_object *shard;
    q_patching *patching;
} q_repository_writing;

quire_status q_write_begin(quire_store *store, const q_write_spec *spec, q_writing **writing,
                           quire_error *error);
quire_status q_write_entry(q_writing *writing, const q_entry *entry, quire_error *error);
quire_status q_write_remove(q_writing *writing, const char *path, quire_error *error);
quire_status q_write_commit(q_writing *writing, quire_version_id *version, quire_receipt *receipt,
                            quire_error *error);
quire_status q_write_renew(q_writing *writing, quire_error *error);
void q_write_free(q_writing *writing);

/** What the version that this one builds on has at `path`, borrowed until the next call, or NULL;
 *  paths ascend. */
const q_entry *q_write_find_prior(q_repository_writing *writing, const char *path);

#endif
