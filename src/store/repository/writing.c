/** @file Writing: see writing.h. Each mode has its sink; everything else is the same for all. */
#include "store/repository/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/collection.h"
#include "store/repository/commit.h"
#include "store/repository/draft.h"
#include "store/repository/notes.h"
#include "store/repository/stage.h"

static q_repository_writing *own(q_writing *writing) {
    return (q_repository_writing *)writing;
}

/* The lease comes before anything is looked at that the result will rest on. */
static quire_status open_base(q_repository_writing *writing, quire_error *error) {
    const q_write_spec *spec = &writing->spec;
    if (spec->mode == Q_MODE_PATCH) {
        return q_patching_open(writing->repository, spec->name, spec->base, &writing->lease,
                               &writing->patching, error);
    }
    return q_prior_open(writing->repository, spec->name,
                        spec->mode == Q_MODE_UPSERT ? spec->distributed_id : NULL, &writing->prior,
                        &writing->lease, error);
}

static quire_status open_sink(q_repository_writing *writing, quire_error *error) {
    const q_write_spec *spec = &writing->spec;
    switch (spec->mode) {
    case Q_MODE_LOG:
        /* What the prior version has is kept by its pin: one that changes little saves little. */
        q_saving_begin(&writing->saving, writing->repository, writing->prior);
        return q_manifest_writer_new(&writing->saving.io, &writing->manifest, error);
    case Q_MODE_UPSERT:
        return q_shard_object_new(writing->repository, &writing->shard, error);
    case Q_MODE_PATCH:
        return QUIRE_OK; /* it came with the base */
    }
    return q_error_set(error, QUIRE_USAGE, "no such mode of writing");
}

static quire_status open_intake(q_repository_writing *writing, quire_error *error) {
    if (writing->spec.stage) {
        writing->intake = ((q_repository_stage *)writing->spec.stage)->intake;
        q_intake_forget_prior(writing->intake);
        return QUIRE_OK;
    }
    quire_status status = q_intake_new(writing->repository, &writing->own_intake, error);
    writing->intake = writing->own_intake;
    return status;
}

quire_status q_write_begin(quire_store *store, const q_write_spec *spec, q_writing **writing,
                           quire_error *error) {
    q_repository_writing *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    made->repository = q_repository_of(store);
    made->spec = *spec;
    q_version_record_keep(made->repository);
    /* A patch makes no collection: its base has one. */
    char type[Q_TYPE_SIZE];
    quire_status status = spec->mode == Q_MODE_PATCH
                              ? q_collection_type(made->repository, spec->name, type, error)
                              : QUIRE_OK;
    if (!status) {
        status = q_collection_ensure(made->repository, spec->name, spec->type, error);
    }
    status = status ? status : q_notes_to_json(made->repository, spec->notes, &made->notes, error);
    if (!status) {
        made->created_by = q_repository_created_by(spec->job, spec->origin, error);
        status = made->created_by ? QUIRE_OK : QUIRE_ERROR;
    }
    status = status ? status : open_base(made, error);
    if (!status && spec->stage) { /* what was staged is protected by the stage's lease */
        made->lease.also = &((q_repository_stage *)spec->stage)->lease;
    }
    status = status ? status : open_intake(made, error);
    status = status ? status : open_sink(made, error);
    if (status) {
        q_write_free(&made->base);
        return status;
    }
    *writing = &made->base;
    return QUIRE_OK;
}

void q_write_free(q_writing *writing) {
    q_repository_writing *self = own(writing);
    if (self) {
        q_manifest_writer_free(self->manifest);
        q_saving_free(&self->saving);
        q_shard_object_free(self->shard);
        q_patching_free(self->patching);
        if (self->intake) { /* a stage's outlives the pin */
            q_intake_forget_prior(self->intake);
        }
        q_intake_free(self->own_intake);
        q_prior_free(self->prior);
        cJSON_Delete(self->notes);
        cJSON_Delete(self->created_by);
        q_lease_drop(&self->lease);
        q_version_record_forget(self->repository);
        free(self);
    }
}

quire_status q_write_entry(q_writing *writing, const q_entry *entry, quire_error *error) {
    q_repository_writing *self = own(writing);
    if (self->manifest) {
        return q_manifest_writer_add(self->manifest, entry, error);
    }
    if (self->shard) {
        return q_shard_object_add(self->shard, entry, error);
    }
    return q_patching_add(self->patching, entry, error);
}

const q_entry *q_write_find_prior(q_repository_writing *writing, const char *path) {
    return writing->patching ? q_patching_find(writing->patching, path)
                             : q_prior_find(writing->prior, path);
}

quire_status q_write_renew(q_writing *writing, quire_error *error) {
    q_lease *lease = &own(writing)->lease;
    return q_lease_explain(lease, q_lease_renew(lease, error), error);
}

quire_status q_write_remove(q_writing *writing, const char *path, quire_error *error) {
    q_repository_writing *self = own(writing);
    if (!self->patching) {
        return q_error_set(error, QUIRE_USAGE, "'%s' can be removed in a patch only", path);
    }
    return q_patching_remove(self->patching, path, error);
}

/* --- commit --- */

static quire_status make_durable(q_repository_writing *self, quire_error *error) {
    quire_status status = q_intake_seal(self->intake, error);
    return status ? status : q_objects_sync(self->repository->objects, error);
}

static void fill_receipt(quire_receipt *receipt, uint64_t entries, uint64_t bytes,
                         const char *digest) {
    if (receipt) {
        memset(receipt, 0, sizeof *receipt);
        receipt->entries = entries;
        receipt->bytes = bytes;
        snprintf(receipt->digest, sizeof receipt->digest, "%s", digest);
    }
}

static quire_status commit_version(q_repository_writing *self, quire_version_id *version,
                                   quire_receipt *receipt, quire_error *error) {
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE];
    q_version_draft draft = {.name = self->spec.name,
                             .type = self->spec.type,
                             .mode = self->patching ? "patch" : "simple",
                             .root = &root,
                             .root_object = object,
                             .created_by = self->created_by,
                             .notes = self->notes,
                             .lease = &self->lease};
    quire_status status = q_intake_seal(self->intake, error);
    if (!status && self->patching) {
        if (!q_record_add_string(self->created_by, "base", q_patching_base(self->patching))) {
            status = q_error_memory(error);
        }
        status = status ? status
                        : q_patching_finish(self->patching, &root, object, &draft.root_size, error);
    } else if (!status) {
        status = q_manifest_writer_finish(self->manifest, &root, object, &draft.root_size, error);
        status = status ? status : q_saving_end(&self->saving, error);
    }
    if (!status) {
        status = q_objects_sync(self->repository->objects, error);
    }
    if (!status) {
        status = q_commit(self->repository, &draft, version, error);
    }
    if (!status) {
        fill_receipt(receipt, root.entries, root.bytes, root.digest);
    }
    q_root_free(&root);
    return status;
}

static quire_status commit_part(q_repository_writing *self, quire_receipt *receipt,
                                quire_error *error) {
    q_shard_summary summary = {0};
    const q_write_spec *spec = &self->spec;
    q_draft_part part = {.writer = spec->writer,
                         .shard = &summary,
                         .notes = self->notes,
                         .created_by = self->created_by,
                         .lease = &self->lease};
    quire_status status =
        q_shard_object_publish(self->shard, spec->name, spec->distributed_id, &summary, error);
    if (!status) {
        status = make_durable(self, error);
    }
    if (!status) {
        status = q_draft_register(self->repository, spec->name, spec->type, spec->distributed_id,
                                  &part, error);
    }
    if (!status) {
        fill_receipt(receipt, summary.entries, summary.bytes, summary.digest);
    }
    return status;
}

quire_status q_write_commit(q_writing *writing, quire_version_id *version, quire_receipt *receipt,
                            quire_error *error) {
    q_repository_writing *self = own(writing);
    quire_status status = self->shard ? commit_part(self, receipt, error)
                                      : commit_version(self, version, receipt, error);
    return q_lease_explain(&self->lease, status, error);
}
