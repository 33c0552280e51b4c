/** @file Lineage: see lineage.h. Runs stand between versions. */
#include "store/wandb/lineage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/handle.h"

static const char maker_query[] =
    "query ArtifactMaker($id: ID!, $after: String) { artifact(id: $id) { createdAt createdBy {"
    " __typename ... on User { username } ... on Run { name inputArtifacts(first: 100,"
    " after: $after) { edges { node { id versionIndex artifactSequence { name } } }"
    " pageInfo { hasNextPage endCursor } } } } } }";

static const char users_query[] =
    "query ArtifactUsers($id: ID!, $after: String) { artifact(id: $id) { usedBy(first: 100,"
    " after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } } }";

typedef struct telling {
    const q_wandb_handle *handle;
    quire_lineage_callback callback;
    void *context;
} telling;

static quire_status ask(const telling *self, const char *operation, const char *document,
                        const char *after, cJSON **data, quire_error *error) {
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", self->handle->id);
    q_variables_string(&variables, "after", after);
    q_variables_end(&variables);
    return q_wandb_ask(&q_wandb_of(self->handle->base.store)->client, operation, document,
                       &variables, data, error);
}

static quire_status tell(const telling *self, const quire_lineage *step, quire_error *error) {
    quire_status status = self->callback(self->context, step);
    return status ? q_error_set(error, status, "the listing of lineage was ended") : QUIRE_OK;
}

static quire_status tell_input(const telling *self, const cJSON *data, const cJSON *node,
                               quire_error *error) {
    const char *name = q_wandb_text(node, "artifactSequence.name");
    int64_t number = q_wandb_number(node, "versionIndex", -1);
    char *other = NULL;
    if (!name || number < 0) {
        return QUIRE_OK;
    }
    quire_status status = q_asprintf(&other, error, "%s:v%" PRId64, name, number);
    const char *at = q_wandb_text(data, "artifact.createdAt");
    const quire_lineage step = {.kind = "input",
                                .other = other,
                                .job = q_wandb_text(data, "artifact.createdBy.name"),
                                .user = "",
                                .host = "",
                                .at = at ? at : ""};
    status = status ? status : tell(self, &step, error);
    free(other);
    return status;
}

static quire_status tell_use(const telling *self, const cJSON *data, const cJSON *node,
                             quire_error *error) {
    (void)data;
    const char *run = q_wandb_text(node, "name");
    const quire_lineage step = {.kind = "use", .job = run, .user = "", .host = "", .at = ""};
    return run ? tell(self, &step, error) : QUIRE_OK;
}

/** All pages of a connection. */
static quire_status
each(const telling *self, const char *operation, const char *document, const char *path,
     quire_status (*take)(const telling *, const cJSON *data, const cJSON *node, quire_error *),
     quire_error *error) {
    char *after = NULL;
    quire_status status = QUIRE_OK;
    bool more = true;
    while (!status && more) {
        cJSON *data = NULL;
        const cJSON *edge;
        status = ask(self, operation, document, after, &data, error);
        const cJSON *connection = q_wandb_get(data, path);
        cJSON_ArrayForEach(edge, q_wandb_get(connection, "edges")) {
            status = status ? status : take(self, data, q_wandb_get(edge, "node"), error);
        }
        const char *end = q_wandb_text(connection, "pageInfo.endCursor");
        more = cJSON_IsTrue(q_wandb_get(connection, "pageInfo.hasNextPage")) && end;
        if (!status && more && after && strcmp(after, end) == 0) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B, %s: the next page is the same one",
                                 operation);
        }
        free(after);
        after = NULL;
        status = status || !more ? status : q_strdup(end, &after, error);
        cJSON_Delete(data);
    }
    free(after);
    return status;
}

quire_status q_wandb_version_lineage(quire_version *version, quire_lineage_callback callback,
                                     void *context, quire_error *error) {
    const telling self = {(q_wandb_handle *)version, callback, context};
    quire_status status = each(&self, "ArtifactMaker", maker_query,
                               "artifact.createdBy.inputArtifacts", tell_input, error);
    return status ? status
                  : each(&self, "ArtifactUsers", users_query, "artifact.usedBy", tell_use, error);
}
