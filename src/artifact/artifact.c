/**
 * @file
 * Artifacts: their life, looking entries up, and removals. What they hold is in entries.c, what
 * they say of the version to be in notes.c.
 */
#include "artifact/artifact.h"

#include <stdlib.h>

quire_status quire_artifact_new(const char *name, const char *type, quire_artifact **artifact,
                                quire_error *error) {
    quire_status status = q_require(artifact, "place for the artifact", error);
    if (status != QUIRE_OK) {
        return status;
    }
    *artifact = NULL;
    status = q_require(name, "artifact name", error);
    if (status == QUIRE_OK) {
        status = q_require(type, "artifact type", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_artifact(name, error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_type(type, name, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    quire_artifact *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->notes.ttl = -1;
    status = q_strdup(name, &made->name, error);
    if (status == QUIRE_OK) {
        status = q_strdup(type, &made->type, error);
    }
    if (status != QUIRE_OK) {
        quire_artifact_free(made);
        return status;
    }
    *artifact = made;
    return QUIRE_OK;
}

static void free_list(char **list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(list[i]);
    }
    free(list);
}

void quire_artifact_free(quire_artifact *artifact) {
    if (!artifact) {
        return;
    }
    while (artifact->open) {
        quire_file_discard(artifact->open);
    }
    q_entries_free(&artifact->entries);
    if (artifact->stage) {
        artifact->store->ops->stage_free(artifact->stage);
    }
    while (artifact->folders) {
        q_folder *next = artifact->folders->next;
        free(artifact->folders);
        artifact->folders = next;
    }
    q_cache_free(artifact->cache);
    q_keyset_free(&artifact->removals);
    free_list(artifact->notes.aliases, artifact->notes.alias_count);
    free_list(artifact->notes.tags, artifact->notes.tag_count);
    free_list(artifact->notes.inputs, artifact->notes.input_count);
    free((char *)(uintptr_t)artifact->notes.description);
    free((char *)(uintptr_t)artifact->notes.metadata);
    free(artifact->name);
    free(artifact->type);
    free(artifact);
}

const char *quire_artifact_name(const quire_artifact *artifact) {
    return artifact != NULL ? artifact->name : NULL;
}

const char *quire_artifact_type(const quire_artifact *artifact) {
    return artifact != NULL ? artifact->type : NULL;
}

uint64_t quire_artifact_count(const quire_artifact *artifact) {
    return artifact != NULL ? artifact->entries.count : 0;
}

quire_status quire_artifact_remove(quire_artifact *artifact, const char *path, quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(path, "path", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_path(path, error);
    }
    for (const quire_file *file = artifact ? artifact->open : NULL; status == QUIRE_OK && file;
         file = file->next) {
        if (q_path_is_within(file->path, path)) {
            status =
                q_error_set(error, QUIRE_USAGE, "path '%s' is still being written", file->path);
        }
    }
    size_t dropped = 0;
    if (status == QUIRE_OK) {
        status = q_entries_drop(&artifact->entries, path, &dropped, error);
    }
    return status != QUIRE_OK || dropped > 0 ? status
                                             : q_keyset_add(&artifact->removals, path, NULL, error);
}

quire_status quire_artifact_get_entry(quire_artifact *artifact, const char *path,
                                      quire_entry *entry, quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(path, "path", error);
    }
    if (status == QUIRE_OK) {
        status = q_require(entry, "place for the entry", error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    const q_item *item = q_entries_find(&artifact->entries, path);
    if (!item) {
        return q_error_set(error, QUIRE_NOT_FOUND, "artifact '%s' has no path '%s'", artifact->name,
                           path);
    }
    q_entry found;
    status = q_item_entry(item, &found, Q_DIGEST_SHA256, artifact->digest, error);
    if (status == QUIRE_OK) {
        *entry = (quire_entry){
            .path = found.path, .digest = found.digest, .size = found.size, .reference = found.ref};
    }
    return status;
}
