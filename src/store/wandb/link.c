/** @file Links: see link.h. */
#include "store/wandb/link.h"

#include <stdio.h>
#include <string.h>

#include "store/wandb/handle.h"

#define REGISTRY "wandb-registry-"

static const char organization_query[] =
    "query Organization($name: String!) { entity(name: $name) { organization {"
    " orgEntity { name } } } }";

static const char link_mutation[] =
    "mutation LinkArtifact($input: LinkArtifactInput!) { linkArtifact(input: $input) {"
    " versionIndex } }";

/** `[ENTITY/]PROJECT/COLLECTION`, taken apart. */
typedef struct target {
    char entity[Q_NAME_MAX + 1], project[Q_NAME_MAX + 1], collection[Q_NAME_MAX + 1];
} target;

static quire_status parse(const char *text, target *into, quire_error *error) {
    const char *parts[3];
    size_t sizes[3], count = 0;
    for (const char *at = text; count < 3; at++) {
        parts[count] = at;
        sizes[count] = strcspn(at, "/");
        at += sizes[count++];
        if (!*at) {
            break;
        }
    }
    bool is_whole = parts[count - 1][sizes[count - 1]] == '\0' && count >= 2;
    for (size_t i = 0; i < count && is_whole; i++) {
        is_whole = sizes[i] > 0 && sizes[i] <= Q_NAME_MAX;
    }
    if (!is_whole || strpbrk(text, "\\#?%:\r\n")) {
        return q_error_set(error, QUIRE_USAGE, "'%s' is not [ENTITY/]PROJECT/COLLECTION", text);
    }
    memset(into, 0, sizeof *into);
    if (count == 3) {
        memcpy(into->entity, parts[0], sizes[0]);
    }
    memcpy(into->project, parts[count - 2], sizes[count - 2]);
    memcpy(into->collection, parts[count - 1], sizes[count - 1]);
    quire_status status = q_name_check_id("entity or project", text, error);
    return status ? status : q_name_check_artifact(into->collection, error);
}

/** Registries belong to the organization, which has an entity of its own. */
static quire_status find_entity(q_wandb *store, target *into, quire_error *error) {
    const char *own = store->client.config.entity;
    const char *found = own;
    cJSON *data = NULL;
    quire_status status = QUIRE_OK;
    if (into->entity[0] != '\0') {
        return QUIRE_OK;
    }
    if (strncmp(into->project, REGISTRY, strlen(REGISTRY)) == 0) {
        q_variables variables = {.error = error};
        q_variables_object(&variables, NULL);
        q_variables_string(&variables, "name", own);
        q_variables_end(&variables);
        status = q_wandb_ask(&store->client, "Organization", organization_query, &variables, &data,
                             error);
        found = q_wandb_text(data, "entity.organization.orgEntity.name");
        if (!status && (!found || strlen(found) > Q_NAME_MAX)) {
            status = q_error_set(error, QUIRE_NOT_FOUND,
                                 "entity '%s' is of no organization that has registries", own);
        }
    }
    if (!status) {
        snprintf(into->entity, sizeof into->entity, "%s", found);
    }
    cJSON_Delete(data);
    return status;
}

static quire_status link_artifact(q_wandb *store, const char *artifact, const target *into,
                                  const char *const *aliases, size_t count, int64_t *number,
                                  quire_error *error) {
    q_variables variables = {.error = error};
    cJSON *data = NULL;
    q_variables_object(&variables, NULL);
    q_variables_object(&variables, "input");
    q_variables_string(&variables, "artifactID", artifact);
    q_variables_string(&variables, "artifactPortfolioName", into->collection);
    q_variables_string(&variables, "entityName", into->entity);
    q_variables_string(&variables, "projectName", into->project);
    q_variables_list(&variables, "aliases");
    for (size_t i = 0; i < count; i++) {
        q_variables_object(&variables, NULL);
        q_variables_string(&variables, "artifactCollectionName", into->collection);
        q_variables_string(&variables, "alias", aliases[i]);
        q_variables_end(&variables);
    }
    q_variables_end(&variables);
    q_variables_end(&variables);
    q_variables_end(&variables);
    quire_status status =
        q_wandb_ask(&store->client, "LinkArtifact", link_mutation, &variables, &data, error);
    if (!status && !q_wandb_get(data, "linkArtifact")) {
        status = q_error_set(error, QUIRE_INTEGRITY, "W&B does not say that it has linked it");
    }
    *number = q_wandb_number(data, "linkArtifact.versionIndex", -1);
    cJSON_Delete(data);
    return status;
}

quire_status q_wandb_version_link(quire_store *store, const q_address *address, const char *text,
                                  const char *const *aliases, size_t count, int64_t *number,
                                  quire_error *error) {
    q_wandb *own = q_wandb_of(store);
    quire_version *version = NULL;
    target into;
    quire_status status = parse(text, &into, error);
    status = status ? status : q_wandb_version_open(store, address, &version, error);
    if (status) {
        return status;
    }
    status = find_entity(own, &into, error);
    status = status ? status
                    : link_artifact(own, ((q_wandb_handle *)version)->id, &into, aliases, count,
                                    number, error);
    q_wandb_version_free(version);
    return status;
}
