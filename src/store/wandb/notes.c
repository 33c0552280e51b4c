/** @file Changing what may change about a version: see notes.h. */
#include "store/wandb/notes.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "store/wandb/handle.h"
#include "store/wandb/unite.h"

static const char add_mutation[] =
    "mutation AddAliases($input: AddAliasesInput!) { addAliases(input: $input) { success } }";
static const char remove_mutation[] =
    "mutation DeleteAliases($input: DeleteAliasesInput!) { deleteAliases(input: $input) {"
    " success } }";
static const char update_mutation[] =
    "mutation UpdateArtifact($input: UpdateArtifactInput!) { updateArtifact(input: $input) {"
    " artifact { id } } }";
static const char delete_mutation[] =
    "mutation DeleteArtifact($input: DeleteArtifactInput!) { deleteArtifact(input: $input) {"
    " artifact { id state } } }";
static const char use_mutation[] =
    "mutation UseArtifact($input: UseArtifactInput!) { useArtifact(input: $input) {"
    " artifact { id } } }";

static quire_status mutate(q_wandb *store, const char *operation, const char *document,
                           q_variables *variables, quire_error *error) {
    cJSON *data = NULL;
    quire_status status = q_wandb_ask(&store->client, operation, document, variables, &data, error);
    const cJSON *payload = data ? data->child : NULL; /* there is one field */
    if (!status && cJSON_IsFalse(q_wandb_get(payload, "success"))) {
        status = q_error_set(error, QUIRE_ERROR, "W&B says that %s was no success", operation);
    }
    cJSON_Delete(data);
    return status;
}

static void begin_input(q_variables *variables, const char *artifact) {
    q_variables_object(variables, NULL);
    q_variables_object(variables, "input");
    q_variables_string(variables, "artifactID", artifact);
}

static void end_input(q_variables *variables) {
    q_variables_end(variables);
    q_variables_end(variables);
}

/* --- aliases --- */

static quire_status change_aliases(q_wandb *store, bool add, const char *artifact, const char *name,
                                   const char *const *aliases, size_t count, quire_error *error) {
    const q_wandb_config *config = &store->client.config;
    q_variables variables = {.error = error};
    begin_input(&variables, artifact);
    q_variables_list(&variables, "aliases");
    for (size_t i = 0; i < count; i++) {
        q_variables_object(&variables, NULL);
        q_variables_string(&variables, "entityName", config->entity);
        q_variables_string(&variables, "projectName", config->project);
        q_variables_string(&variables, "artifactCollectionName", name);
        q_variables_string(&variables, "alias", aliases[i]);
        q_variables_end(&variables);
    }
    q_variables_end(&variables);
    end_input(&variables);
    return mutate(store, add ? "AddAliases" : "DeleteAliases", add ? add_mutation : remove_mutation,
                  &variables, error);
}

quire_status q_wandb_add_aliases(q_wandb *store, const char *artifact, const char *name,
                                 const char *const *aliases, size_t count, quire_error *error) {
    return change_aliases(store, true, artifact, name, aliases, count, error);
}

quire_status q_wandb_alias_set(quire_store *store, const q_address *address, const char *alias,
                               quire_error *error) {
    quire_version *version = NULL;
    quire_status status = q_wandb_version_open(store, address, &version, error);
    if (!status) {
        const q_wandb_handle *handle = (q_wandb_handle *)version;
        status =
            change_aliases(q_wandb_of(store), true, handle->id, handle->name, &alias, 1, error);
        q_wandb_version_free(version);
    }
    return status;
}

quire_status q_wandb_alias_remove(quire_store *store, const q_address *address,
                                  quire_error *error) {
    quire_version *version = NULL;
    const char *alias = address->selector;
    quire_status status = q_wandb_version_open(store, address, &version, error);
    if (!status) {
        const q_wandb_handle *handle = (q_wandb_handle *)version;
        status =
            change_aliases(q_wandb_of(store), false, handle->id, handle->name, &alias, 1, error);
        q_wandb_version_free(version);
    }
    return status;
}

/* --- notes --- */

static void fill_tags(q_variables *variables, const char *name, const char *const *tags,
                      size_t count) {
    if (count == 0) {
        return;
    }
    q_variables_list(variables, name);
    for (size_t i = 0; i < count; i++) {
        q_variables_object(variables, NULL);
        q_variables_string(variables, "tagName", tags[i]);
        q_variables_end(variables);
    }
    q_variables_end(variables);
}

quire_status q_wandb_update_artifact(q_wandb *store, const char *artifact,
                                     const q_wandb_update *update, quire_error *error) {
    q_variables variables = {.error = error};
    begin_input(&variables, artifact);
    if (update->description) {
        q_variables_string(&variables, "description", update->description);
    }
    if (update->metadata) {
        q_variables_string(&variables, "metadata", update->metadata);
    }
    if (update->ttl >= 0) {
        q_variables_number(&variables, "ttlDurationSeconds", update->ttl > 0 ? update->ttl : -2);
    }
    fill_tags(&variables, "tagsToAdd", update->add_tags, update->add_tag_count);
    fill_tags(&variables, "tagsToDelete", update->remove_tags, update->remove_tag_count);
    end_input(&variables);
    return mutate(store, "UpdateArtifact", update_mutation, &variables, error);
}

static quire_status need_tags(const quire_version *version, const quire_notes_change *change,
                              quire_error *error) {
    for (size_t i = 0; i < change->remove_tag_count; i++) {
        bool found = false;
        for (size_t k = 0; k < version->info.tag_count && !found; k++) {
            found = strcmp(version->info.tags[k], change->remove_tags[i]) == 0;
        }
        if (!found) {
            return q_error_set(error, QUIRE_NOT_FOUND, "%s:v%lld has no tag '%s'",
                               version->info.name, (long long)version->info.number,
                               change->remove_tags[i]);
        }
    }
    return QUIRE_OK;
}

/** New metadata of a draft's version keeps the mark. */
static quire_status keep_mark(const quire_version *version, const char *metadata, q_buffer *marked,
                              quire_error *error) {
    cJSON *maker = NULL;
    quire_status status = q_json_parse(version->info.created_by, strlen(version->info.created_by),
                                       (size_t)64 << 10, 8, &maker, error);
    const char *id = q_wandb_text(maker, "distributed_id");
    if (!status) {
        status = id ? q_wandb_mark(metadata, id, marked, error)
                    : q_buffer_append_string(marked, metadata, error);
    }
    cJSON_Delete(maker);
    return status;
}

quire_status q_wandb_annotate(quire_store *store, const q_address *address,
                              const quire_notes_change *change, quire_error *error) {
    quire_version *version = NULL;
    q_buffer metadata = {0};
    quire_status status = q_wandb_version_open(store, address, &version, error);
    if (status) {
        return status;
    }
    status = need_tags(version, change, error);
    if (!status && change->metadata) {
        status = keep_mark(version, change->metadata, &metadata, error);
    }
    const q_wandb_update update = {.description = change->description,
                                   .metadata = metadata.data,
                                   .ttl = change->ttl ? *change->ttl : -1,
                                   .add_tags = change->add_tags,
                                   .add_tag_count = change->add_tag_count,
                                   .remove_tags = change->remove_tags,
                                   .remove_tag_count = change->remove_tag_count};
    status = status ? status
                    : q_wandb_update_artifact(q_wandb_of(store), ((q_wandb_handle *)version)->id,
                                              &update, error);
    q_buffer_free(&metadata);
    q_wandb_version_free(version);
    return status;
}

/* --- deletion --- */

quire_status q_wandb_delete_artifact(q_wandb *store, const char *artifact, bool delete_aliases,
                                     quire_error *error) {
    q_variables variables = {.error = error};
    begin_input(&variables, artifact);
    q_variables_flag(&variables, "deleteAliases", delete_aliases);
    end_input(&variables);
    return mutate(store, "DeleteArtifact", delete_mutation, &variables, error);
}

/** A lost answer may have been a success: then the version is not there any more. */
static quire_status is_gone(quire_store *store, const q_address *address, quire_status status,
                            quire_error *error) {
    quire_version *again = NULL;
    quire_error own = {0};
    quire_status found = q_wandb_version_open(store, address, &again, &own);
    if (again) {
        q_wandb_version_free(again);
    }
    if (found == QUIRE_NOT_FOUND) {
        q_error_clear(error);
        return QUIRE_OK;
    }
    return status;
}

quire_status q_wandb_version_delete(quire_store *store, const q_address *address,
                                    bool delete_aliases, quire_error *error) {
    quire_version *version = NULL;
    q_address exact = *address;
    quire_status status = q_wandb_version_open(store, address, &version, error);
    if (status) {
        return status;
    }
    const quire_version_info *info = &version->info;
    for (size_t i = 0; i < info->alias_count && !delete_aliases && !status; i++) {
        if (strcmp(info->aliases[i], "latest") != 0) {
            status = q_error_set(error, QUIRE_CONFLICT, "%s:v%lld has the alias '%s'", info->name,
                                 (long long)info->number, info->aliases[i]);
        }
    }
    if (!status) { /* `latest` is W&B's own and does not protect it */
        snprintf(exact.selector, sizeof exact.selector, "v%lld", (long long)info->number);
        status = q_wandb_delete_artifact(q_wandb_of(store), ((q_wandb_handle *)version)->id, true,
                                         error);
        status = status ? is_gone(store, &exact, status, error) : status;
    }
    q_wandb_version_free(version);
    return status;
}

/* --- use --- */

quire_status q_wandb_use(q_wandb *store, const q_address *address, quire_error *error) {
    const q_wandb_config *config = &store->client.config;
    quire_version *version = NULL;
    quire_status status = q_wandb_version_open(&store->base, address, &version, error);
    if (!status && !store->run) {
        status = q_wandb_need_run(store, NULL, error);
    }
    status = status ? status : q_wandb_need_features(store, error);
    if (!status) {
        q_variables variables = {.error = error};
        begin_input(&variables, ((q_wandb_handle *)version)->id);
        q_variables_string(&variables, "entityName", config->entity);
        q_variables_string(&variables, "projectName", config->project);
        q_variables_string(&variables, "runName", store->run);
        if (store->features & Q_WANDB_USE_WITH_PROJECT) {
            q_variables_string(&variables, "artifactEntityName", config->entity);
            q_variables_string(&variables, "artifactProjectName", config->project);
        }
        end_input(&variables);
        status = mutate(store, "UseArtifact", use_mutation, &variables, error);
    }
    if (version) {
        q_wandb_version_free(version);
    }
    return status;
}

quire_status q_wandb_use_inputs(q_wandb *store, const q_notes *notes, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < notes->input_count && !status; i++) {
        q_address address;
        status = q_name_parse_address(notes->inputs[i], &address, error);
        status = status ? status : q_wandb_use(store, &address, error);
    }
    return status;
}

/* The job is not told: at W&B it is a run that uses a version. */
quire_status q_wandb_version_use(quire_store *store, const q_address *address, const char *job,
                                 quire_error *error) {
    (void)job;
    return q_wandb_use(q_wandb_of(store), address, error);
}
