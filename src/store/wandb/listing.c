/** @file Listing versions and collections: see handle.h. */
#include <stdlib.h>
#include <string.h>

#include "store/wandb/handle.h"
#include "store/wandb/read.h"

static const char versions_query[] =
    "query ArtifactVersions($entity: String!, $project: String!, $name: String!, $after: String) {"
    " project(name: $project, entityName: $entity) { artifactCollection(name: $name) { __typename"
    " artifacts(first: 100, after: $after, filters: \"{\\\"state\\\":\\\"COMMITTED\\\"}\") {"
    " edges { version node { " Q_WANDB_FIELDS " } } } pageInfo { hasNextPage endCursor } } } } }";

static const char collections_query[] =
    "query ArtifactCollections($entity: String!, $project: String!, $after: String) {"
    " project(name: $project, entityName: $entity) { artifactCollections(first: 100,"
    " after: $after) { edges { node { __typename name } } pageInfo { hasNextPage endCursor } } } }";

/** Answers, a page each; versions come newest first. */
typedef struct pages {
    cJSON **all;
    size_t count;
} pages;

static void free_pages(pages *self) {
    for (size_t i = 0; i < self->count; i++) {
        cJSON_Delete(self->all[i]);
    }
    free(self->all);
}

static quire_status ask(q_wandb *store, const char *operation, const char *document,
                        const char *name, const char *after, cJSON **data, quire_error *error) {
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "entity", store->client.config.entity);
    q_variables_string(&variables, "project", store->client.config.project);
    if (name) {
        q_variables_string(&variables, "name", name);
    }
    q_variables_string(&variables, "after", after);
    q_variables_end(&variables);
    quire_status status = q_wandb_ask(&store->client, operation, document, &variables, data, error);
    return !status && !q_wandb_get(*data, "project")
               ? q_error_set(
                     error, QUIRE_NOT_FOUND,
                     "W&B has no project %s/%s that this key may see; 'quire init' makes one",
                     store->client.config.entity, store->client.config.project)
               : status;
}

/** Ask for all pages of a connection. */
static quire_status collect(q_wandb *store, const char *operation, const char *document,
                            const char *name, const char *path, pages *into, quire_error *error) {
    const char *after = NULL;
    bool more = true;
    quire_status status = q_wandb_need_entity(store, error);
    while (!status && more) {
        cJSON *data = NULL;
        cJSON **grown = reallocarray(into->all, into->count + 1, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        into->all = grown;
        status = ask(store, operation, document, name, after, &data, error);
        into->all[into->count++] = data;
        const cJSON *page = q_wandb_get(q_wandb_get(data, path), "pageInfo");
        const char *before = after;
        after = q_wandb_text(page, "endCursor");
        more = after && cJSON_IsTrue(q_wandb_get(page, "hasNextPage"));
        if (!status && more && before && strcmp(before, after) == 0) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B, %s: the next page is the same one",
                                 operation);
        }
    }
    return status;
}

/* --- versions --- */

static quire_status tell_version(quire_store *store, const char *name, const cJSON *edge,
                                 quire_version_callback callback, void *context,
                                 quire_error *error) {
    q_wandb_handle *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    pthread_mutex_init(&made->urls.lock, NULL);
    quire_status status = q_strdup(name, &made->name, error);
    status = status ? status : q_wandb_handle_fill(made, q_wandb_get(edge, "node"), NULL, error);
    const char *version = q_wandb_text(edge, "version"); /* of a linked one: the collection's */
    int64_t number = version ? q_name_version_number(version) : -1;
    if (!status) {
        made->base.info.number = number >= 0 ? number : made->base.info.number;
        status = callback(context, &made->base.info);
        status = status ? q_error_set(error, status, "the listing was ended") : status;
    }
    q_wandb_version_free(&made->base);
    return status;
}

quire_status q_wandb_version_each(quire_store *store, const char *name,
                                  quire_version_callback callback, void *context,
                                  quire_error *error) {
    static const char path[] = "project.artifactCollection.artifacts";
    pages all = {0};
    quire_status status =
        collect(q_wandb_of(store), "ArtifactVersions", versions_query, name, path, &all, error);
    if (!status && !q_wandb_get(all.all[0], "project.artifactCollection")) {
        status = q_error_set(error, QUIRE_NOT_FOUND, "there is no collection '%s' in %s", name,
                             store->url);
    }
    for (size_t i = all.count; i > 0 && !status; i--) {
        const cJSON *edges = q_wandb_get(q_wandb_get(all.all[i - 1], path), "edges");
        const cJSON *last = cJSON_GetArraySize(edges) > 0 ? edges->child->prev : NULL;
        for (const cJSON *edge = last; edge && !status;
             edge = edge == edges->child ? NULL : edge->prev) {
            status = tell_version(store, name, edge, callback, context, error);
        }
    }
    free_pages(&all);
    return status;
}

quire_status q_wandb_collections(quire_store *store, quire_name_callback callback, void *context,
                                 quire_error *error) {
    static const char path[] = "project.artifactCollections";
    pages all = {0};
    quire_status status = collect(q_wandb_of(store), "ArtifactCollections", collections_query, NULL,
                                  path, &all, error);
    for (size_t i = 0; i < all.count && !status; i++) {
        const cJSON *edge;
        cJSON_ArrayForEach(edge, q_wandb_get(q_wandb_get(all.all[i], path), "edges")) {
            const char *name = q_wandb_text(edge, "node.name");
            if (!status && name) {
                status = callback(context, name);
                status = status ? q_error_set(error, status, "the listing was ended") : status;
            }
        }
    }
    free_pages(&all);
    return status;
}
