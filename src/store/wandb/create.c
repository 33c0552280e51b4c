/** @file createArtifact: see publish.h. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "store/wandb/publish.h"

#define CLIENT_ID_SIZE 128

static const char create_mutation[] =
    "mutation CreateArtifact($input: CreateArtifactInput!) { createArtifact(input: $input) {"
    " artifact { id state fileCount metadata artifactType { name }"
    " artifactSequence { name latestArtifact { id state versionIndex metadata } } } } }";

static const char type_query[] =
    "query ArtifactType($entity: String!, $project: String!, $name: String!) {"
    " project(name: $project, entityName: $entity) { artifact(name: $name) {"
    " artifactType { name } } } }";

void q_wandb_made_free(q_wandb_made *made) {
    cJSON_Delete(made->data);
    *made = (q_wandb_made){0};
}

static quire_status draw_id(char id[CLIENT_ID_SIZE + 1], quire_error *error) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    unsigned char raw[CLIENT_ID_SIZE];
    quire_status status = q_random_bytes(raw, sizeof raw, error);
    for (size_t i = 0; i < sizeof raw; i++) {
        id[i] = plain[raw[i] % (sizeof plain - 1)];
    }
    id[CLIENT_ID_SIZE] = '\0';
    return status;
}

static void fill_alias(q_variables *variables, const char *name, const char *alias) {
    q_variables_object(variables, NULL);
    q_variables_string(variables, "artifactCollectionName", name);
    q_variables_string(variables, "alias", alias);
    q_variables_end(variables);
}

static void fill_notes(const q_wandb_wish *wish, q_variables *variables) {
    const q_notes *notes = wish->notes;
    if (notes->description) {
        q_variables_string(variables, "description", notes->description);
    }
    if (wish->metadata) {
        q_variables_string(variables, "metadata", wish->metadata);
    }
    if (notes->ttl >= 0) { /* 0: for ever */
        q_variables_number(variables, "ttlDurationSeconds", notes->ttl > 0 ? notes->ttl : -2);
    }
    q_variables_list(variables, "aliases");
    for (size_t i = 0; i < notes->alias_count; i++) {
        fill_alias(variables, wish->name, notes->aliases[i]);
    }
    fill_alias(variables, wish->name, "latest");
    q_variables_end(variables);
    if (notes->tag_count > 0) { /* old servers do not know them */
        q_variables_list(variables, "tags");
        for (size_t i = 0; i < notes->tag_count; i++) {
            q_variables_object(variables, NULL);
            q_variables_string(variables, "tagName", notes->tags[i]);
            q_variables_end(variables);
        }
        q_variables_end(variables);
    }
}

static void fill(const q_wandb *store, const q_wandb_wish *wish,
                 const char ids[2][CLIENT_ID_SIZE + 1], q_variables *variables) {
    q_variables_object(variables, NULL);
    q_variables_object(variables, "input");
    q_variables_string(variables, "entityName", store->client.config.entity);
    q_variables_string(variables, "projectName", store->client.config.project);
    q_variables_string(variables, "artifactTypeName", wish->type);
    q_variables_string(variables, "artifactCollectionName", wish->name);
    q_variables_string(variables, "runName", store->run);
    q_variables_string(variables, "digest", wish->digest);
    q_variables_string(variables, "digestAlgorithm", "MANIFEST_MD5");
    q_variables_flag(variables, "enableDigestDeduplication", wish->list != NULL);
    if (wish->distributed_id) {
        q_variables_string(variables, "distributedID", wish->distributed_id);
    }
    q_variables_string(variables, "clientID", ids[0]);
    q_variables_string(variables, "sequenceClientID", ids[1]);
    fill_notes(wish, variables);
    q_variables_end(variables);
    q_variables_end(variables);
}

static quire_status take(const q_wandb_wish *wish, q_wandb_made *made, quire_error *error) {
    made->artifact = q_wandb_get(made->data, "createArtifact.artifact");
    made->latest = q_wandb_get(made->artifact, "artifactSequence.latestArtifact");
    const char *state = NULL, *type = q_wandb_text(made->artifact, "artifactType.name");
    quire_status status = q_wandb_need(made->artifact, "id", &made->id, error);
    status = status ? status : q_wandb_need(made->artifact, "state", &state, error);
    if (status) {
        return status;
    }
    if (type && strcmp(type, wish->type) != 0) {
        return q_error_set(error, QUIRE_CONFLICT, "collection '%s' has type '%s', not '%s'",
                           wish->name, type, wish->type);
    }
    made->is_committed = strcmp(state, "COMMITTED") == 0;
    bool is_open = strcmp(state, "PENDING") == 0 || strcmp(state, "DELETED") == 0;
    return made->is_committed || is_open
               ? QUIRE_OK
               : q_error_set(error, QUIRE_CONFLICT, "W&B says that the artifact is in state %s",
                             state);
}

/** W&B refuses another type in words of its own: where it is that, it is told as everywhere. */
static quire_status explain(q_wandb *store, const q_wandb_wish *wish, quire_status status,
                            quire_error *error) {
    quire_error other = {0};
    if (status == QUIRE_OK || status == QUIRE_TEMPORARY || status == QUIRE_AUTH ||
        q_wandb_check_type(store, wish->name, wish->type, &other) != QUIRE_CONFLICT) {
        return status;
    }
    if (error) {
        *error = other;
    }
    return QUIRE_CONFLICT;
}

static quire_status create(q_wandb *store, const q_wandb_wish *wish, q_wandb_made *made,
                           quire_error *error) {
    char ids[2][CLIENT_ID_SIZE + 1];
    q_variables variables = {.error = error};
    quire_status status = draw_id(ids[0], error);
    status = status ? status : draw_id(ids[1], error);
    if (status) {
        return status;
    }
    fill(store, wish, (const char(*)[CLIENT_ID_SIZE + 1]) ids, &variables);
    status = q_wandb_ask(&store->client, "CreateArtifact", create_mutation, &variables, &made->data,
                         error);
    status = explain(store, wish, status, error);
    return status ? status : take(wish, made, error);
}

/** A version that was made of parts may be known by the digest of one of them: then it has more
 *  files than that. References may be counted or not. */
static bool is_another(const q_wandb_wish *wish, const q_wandb_made *made) {
    int64_t count = q_wandb_number(made->artifact, "fileCount", -1);
    uint64_t files = 0;
    for (size_t i = 0; wish->list && i < wish->list->count; i++) {
        files += !wish->list->items[i].is_reference;
    }
    return made->is_committed && wish->list && count >= 0 && (uint64_t)count != files &&
           (uint64_t)count != wish->list->count;
}

quire_status q_wandb_create(q_wandb *store, const q_wandb_wish *wish, q_wandb_made *made,
                            quire_error *error) {
    *made = (q_wandb_made){0};
    quire_status status = create(store, wish, made, error);
    if (!status && is_another(wish, made)) {
        q_wandb_wish anew = *wish;
        anew.list = NULL;
        q_wandb_made_free(made);
        status = create(store, &anew, made, error);
    }
    if (status) {
        q_wandb_made_free(made);
    }
    return status;
}

quire_status q_wandb_check_type(q_wandb *store, const char *name, const char *type,
                                quire_error *error) {
    q_variables variables = {.error = error};
    char *latest = NULL;
    cJSON *data = NULL;
    quire_status status = q_asprintf(&latest, error, "%s:latest", name);
    if (status) {
        return status;
    }
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "entity", store->client.config.entity);
    q_variables_string(&variables, "project", store->client.config.project);
    q_variables_string(&variables, "name", latest);
    q_variables_end(&variables);
    status = q_wandb_ask(&store->client, "ArtifactType", type_query, &variables, &data, error);
    const char *found = q_wandb_text(data, "project.artifact.artifactType.name");
    if (!status && found && strcmp(found, type) != 0) {
        status = q_error_set(error, QUIRE_CONFLICT, "collection '%s' has type '%s', not '%s'", name,
                             found, type);
    }
    cJSON_Delete(data);
    free(latest);
    return status;
}
