/**
 * @file
 * Files that are written straight into a store, before it is known for which version. Their bytes
 * are placed when they come; the artifact keeps only digest, size and placement, so that it can be
 * committed to that store alone, but as often as one likes.
 */
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"

/** The stage is opened on first use and lives as long as the artifact: entries borrow from it. */
static quire_status need_stage(quire_artifact *artifact, quire_store *store, quire_error *error) {
    if (artifact->stage) {
        return artifact->store == store
                   ? QUIRE_OK
                   : q_error_set(error, QUIRE_USAGE,
                                 "artifact '%s' has files in another store handle than that of %s",
                                 artifact->name, quire_store_url(store));
    }
    quire_status status = store->ops->stage_open(store, &artifact->stage, error);
    if (status != QUIRE_OK) {
        artifact->stage = NULL;
        return status;
    }
    artifact->store = store;
    return QUIRE_OK;
}

quire_status q_file_begin(quire_artifact *artifact, quire_store *store, const char *path,
                          quire_file **file, quire_error *error) {
    quire_status status = q_name_check_path(path, error);
    if (status == QUIRE_OK) {
        status = q_artifact_check_open(artifact, path, error);
    }
    if (status == QUIRE_OK) {
        status = need_stage(artifact, store, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    quire_file *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->source.fd = -1;
    status = q_strdup(path, &made->path, error);
    if (status != QUIRE_OK) {
        free(made);
        return status;
    }
    made->artifact = artifact;
    made->next = artifact->open;
    artifact->open = made;
    *file = made;
    return QUIRE_OK;
}

quire_status quire_artifact_new_file(quire_artifact *artifact, quire_store *store, const char *path,
                                     quire_file **file, quire_error *error) {
    quire_status status = q_require(file, "place for the file", error);
    if (status != QUIRE_OK) {
        return status;
    }
    *file = NULL;
    const struct {
        const void *argument;
        const char *what;
    } required[] = {{artifact, "artifact"}, {store, "store"}, {path, "path"}};
    for (size_t i = 0; i < 3 && status == QUIRE_OK; i++) {
        status = q_require(required[i].argument, required[i].what, error);
    }
    quire_file *made = NULL;
    if (status == QUIRE_OK) {
        status = q_file_begin(artifact, store, path, &made, error);
    }
    if (status == QUIRE_OK) {
        status = store->ops->stream_open(artifact->stage, &made->stream, error);
    }
    if (status != QUIRE_OK) {
        quire_file_discard(made);
        return status;
    }
    *file = made;
    return QUIRE_OK;
}

static quire_status repeat_failure(const quire_file *file, quire_error *error) {
    if (error) {
        *error = file->failure;
    }
    return (quire_status)file->failure.status;
}

quire_status quire_file_write(quire_file *file, const void *data, size_t size, quire_error *error) {
    quire_status status = q_require(file, "file", error);
    if (status == QUIRE_OK && size > 0) {
        status = q_require(data, "data", error);
    }
    if (status != QUIRE_OK || size == 0) {
        return status;
    }
    if (file->failure.status != QUIRE_OK) {
        return repeat_failure(file, error);
    }
    if (!file->stream) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' is a shared file, which is not a stream",
                           file->path);
    }
    status = file->artifact->store->ops->stream_write(file->stream, data, size, &file->failure);
    if (status != QUIRE_OK) {
        file->failure.status = status; /* whatever the store wrote there */
        return repeat_failure(file, error);
    }
    return QUIRE_OK;
}

/** Take a file off the artifact's list and free it; its stream is gone by now. */
static void forget(quire_file *file) {
    quire_file **link = &file->artifact->open;
    while (*link && *link != file) {
        link = &(*link)->next;
    }
    if (*link) {
        *link = file->next;
    }
    if (file->shared) {
        file->artifact->store->ops->shared_free(file->shared);
    }
    q_source_close(&file->source);
    free(file->name);
    free(file->path);
    free(file);
}

void quire_file_discard(quire_file *file) {
    if (file) {
        if (file->stream) {
            file->artifact->store->ops->stream_discard(file->stream);
        }
        forget(file);
    }
}

quire_status q_file_enter(quire_file *file, const q_entry *entry, quire_error *error) {
    quire_artifact *artifact = file->artifact;
    char *path = file->path;
    file->path = NULL;
    forget(file);
    q_item item = {.kind = Q_ITEM_STAGED, .size = entry->size};
    quire_status status = q_item_copy_entry(entry, &item.from.entry, error);
    if (status == QUIRE_OK) {
        status = q_artifact_add(artifact, path, &item, error);
    }
    free(path);
    return status;
}

quire_status quire_file_close(quire_file *file, quire_error *error) {
    quire_status status = q_require(file, "file", error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (file->failure.status != QUIRE_OK) {
        status = repeat_failure(file, error);
    } else if (!file->stream) {
        status =
            q_error_set(error, QUIRE_USAGE,
                        "path '%s' is a shared file: quire_shared_close() ends it", file->path);
    }
    if (status != QUIRE_OK) {
        quire_file_discard(file);
        return status;
    }
    q_entry entry = {0};
    q_stage_stream *stream = file->stream;
    file->stream = NULL;
    status = file->artifact->store->ops->stream_close(stream, &entry, error);
    if (status == QUIRE_OK) {
        return q_file_enter(file, &entry, error);
    }
    forget(file);
    return status;
}
