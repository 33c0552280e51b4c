/**
 * @file
 * Turning an artifact into a version, a part of a draft, or a patch. All three write the same
 * entries in the same order; what the store makes of them depends on the mode.
 */
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/merge.h"
#include "artifact/write.h"
#include "base/environment.h"

#define FINISH_WRITER "finish"

static quire_status check_options(const quire_commit_options *options, quire_error *error) {
    if (!options) {
        return QUIRE_OK;
    }
    if (options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "unknown version of quire_commit_options: %d",
                           options->version);
    }
    if (options->expect < 0) {
        return q_error_set(error, QUIRE_USAGE, "%lld expected writers cannot be",
                           (long long)options->expect);
    }
    quire_status status = options->job ? q_name_check_job(options->job, error) : QUIRE_OK;
    if (status != QUIRE_OK) {
        return status;
    }
    return options->writer ? q_name_check_id("writer", options->writer, error) : QUIRE_OK;
}

static quire_status check(quire_store *store, quire_artifact *artifact,
                          const quire_commit_options *options, quire_error *error) {
    quire_status status = q_require(store, "store", error);
    if (status == QUIRE_OK) {
        status = q_require(artifact, "artifact", error);
    }
    if (status == QUIRE_OK) {
        status = check_options(options, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (artifact->open) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' is still being written",
                           artifact->open->path);
    }
    if (artifact->stage && artifact->store != store) {
        return q_error_set(error, QUIRE_USAGE,
                           "artifact '%s' has files in another store handle than that of %s",
                           artifact->name, quire_store_url(store));
    }
    return QUIRE_OK;
}

static quire_status refuse_removals(const quire_artifact *artifact, quire_error *error) {
    return artifact->removals.count == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE, "path '%s' can be removed in a patch only",
                             artifact->removals.keys[0]);
}

static const char *job_of(const quire_commit_options *options) {
    return options && options->job ? options->job : q_environment_job();
}

static q_write_spec spec_of(const quire_artifact *artifact, q_mode mode,
                            const quire_commit_options *options) {
    return (q_write_spec){.mode = mode,
                          .name = artifact->name,
                          .type = artifact->type,
                          .notes = &artifact->notes,
                          .stage = artifact->stage,
                          .job = job_of(options)};
}

quire_status quire_log_artifact(quire_store *store, quire_artifact *artifact,
                                const quire_commit_options *options, quire_version_id *version,
                                quire_error *error) {
    quire_status status = check(store, artifact, options, error);
    if (status == QUIRE_OK) {
        status = refuse_removals(artifact, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    q_write_spec spec = spec_of(artifact, Q_MODE_LOG, options);
    quire_version_id made = {0};
    quire_receipt receipt = {0};
    status = q_artifact_write(artifact, store, &spec, options, &made, &receipt, error);
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}

static quire_status check_id(const char *distributed_id, quire_error *error) {
    quire_status status = q_require(distributed_id, "distributed_id", error);
    return status == QUIRE_OK ? q_name_check_id("distributed_id", distributed_id, error) : status;
}

quire_status quire_upsert_artifact(quire_store *store, quire_artifact *artifact,
                                   const char *distributed_id, const char *writer,
                                   const quire_commit_options *options, quire_receipt *receipt,
                                   quire_error *error) {
    quire_status status = check(store, artifact, options, error);
    if (status == QUIRE_OK) {
        status = refuse_removals(artifact, error);
    }
    if (status == QUIRE_OK) {
        status = check_id(distributed_id, error);
    }
    if (status == QUIRE_OK) {
        status = q_require(writer, "writer", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_id("writer", writer, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    q_write_spec spec = spec_of(artifact, Q_MODE_UPSERT, options);
    spec.distributed_id = distributed_id;
    spec.writer = writer;
    quire_version_id version = {0};
    quire_receipt made = {0};
    status = q_artifact_write(artifact, store, &spec, options, &version, &made, error);
    if (status == QUIRE_OK && receipt) {
        *receipt = made;
    }
    return status;
}

quire_status quire_finish_artifact(quire_store *store, quire_artifact *artifact,
                                   const char *distributed_id, const quire_commit_options *options,
                                   quire_version_id *version, quire_error *error) {
    quire_status status = check(store, artifact, options, error);
    if (status == QUIRE_OK) {
        status = refuse_removals(artifact, error);
    }
    if (status == QUIRE_OK) {
        status = check_id(distributed_id, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    const char *own = NULL;
    if (artifact->entries.count > 0 && !(options && options->notes_only)) {
        own = options && options->writer ? options->writer : FINISH_WRITER;
        status = quire_upsert_artifact(store, artifact, distributed_id, own, options, NULL, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    q_finish_spec spec = {.name = artifact->name,
                          .type = artifact->type,
                          .notes = &artifact->notes,
                          .distributed_id = distributed_id,
                          .expect = options ? options->expect : 0,
                          .own_writer = own,
                          .receipts = options ? options->receipts : NULL,
                          .job = job_of(options),
                          .merging =
                              options && options->merge ? q_merge_of_store(options->merge) : NULL};
    quire_version_id made = {0};
    status = store->ops->finish(store, &spec, &made, error);
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}

/** A base is a VERSION of the artifact's own collection: NAME:VERSION must parse. */
static quire_status parse_base(const quire_artifact *artifact, const char *base, q_address *address,
                               quire_error *error) {
    char *text = NULL;
    quire_status status = q_asprintf(&text, error, "%s:%s", artifact->name, base);
    if (status == QUIRE_OK) {
        status = q_name_parse_address(text, address, error);
    }
    free(text);
    return status;
}

quire_status quire_patch_artifact(quire_store *store, const char *base, quire_artifact *artifact,
                                  const quire_commit_options *options, quire_version_id *version,
                                  quire_error *error) {
    quire_status status = check(store, artifact, options, error);
    if (status == QUIRE_OK) {
        status = q_require(base, "base version", error);
    }
    q_address address;
    if (status == QUIRE_OK) {
        status = parse_base(artifact, base, &address, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    q_write_spec spec = spec_of(artifact, Q_MODE_PATCH, options);
    spec.base = address.selector;
    quire_version_id made = {0};
    quire_receipt receipt = {0};
    status = q_artifact_write(artifact, store, &spec, options, &made, &receipt, error);
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}
