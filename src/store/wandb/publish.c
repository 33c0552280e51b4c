/** @file Manifests and commits: see publish.h. */
#include "store/wandb/publish.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/manifest.h"
#include "store/wandb/notes.h"

#define RENEWALS 3

static const char manifest_mutation[] =
    "mutation CreateArtifactManifest($input: CreateArtifactManifestInput!, $upload: Boolean!) {"
    " createArtifactManifest(input: $input) { artifactManifest { id"
    " file { id uploadUrl @include(if: $upload) uploadHeaders @include(if: $upload) } } } }";

static const char update_mutation[] =
    "mutation UpdateArtifactManifest($input: UpdateArtifactManifestInput!) {"
    " updateArtifactManifest(input: $input) { artifactManifest { id"
    " file { id uploadUrl uploadHeaders } } } }";

static const char commit_mutation[] =
    "mutation CommitArtifact($input: CommitArtifactInput!) { commitArtifact(input: $input) {"
    " artifact { id digest } } }";

static const char state_query[] =
    "query ArtifactState($id: ID!) { artifact(id: $id) { id state } }";

static const char version_query[] =
    "query Artifact($id: ID!) { artifact(id: $id) { id digest state versionIndex fileCount"
    " aliases { alias artifactCollection { name } } } }";

static const struct {
    const char *type, *name;
} kinds[] = {
    [Q_WANDB_FULL] = {"FULL", "wandb_manifest.json"},
    [Q_WANDB_PATCH] = {"PATCH", "wandb_manifest.patch.json"},
    [Q_WANDB_INCREMENTAL] = {"INCREMENTAL", "wandb_manifest.incremental.json"},
};

/** What is told of one manifest, again and again. */
typedef struct filling {
    q_wandb *store;
    const char *artifact, *base;
    q_wandb_manifest_kind kind;
    char *manifest; /* its id */
    const char *digest;
    q_wandb_print *print;
    uint64_t size;
} filling;

/* --- the manifest --- */

static quire_status create_manifest(filling *self, bool upload, cJSON **data, quire_error *error) {
    const q_wandb_config *config = &self->store->client.config;
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_object(&variables, "input");
    q_variables_string(&variables, "artifactID", self->artifact);
    q_variables_string(&variables, "baseArtifactID", self->base);
    q_variables_string(&variables, "name", kinds[self->kind].name);
    q_variables_string(&variables, "digest", upload ? self->digest : "");
    q_variables_string(&variables, "entityName", config->entity);
    q_variables_string(&variables, "projectName", config->project);
    q_variables_string(&variables, "runName", self->store->run);
    q_variables_string(&variables, "type", kinds[self->kind].type);
    q_variables_end(&variables);
    q_variables_flag(&variables, "upload", upload);
    q_variables_end(&variables);
    return q_wandb_ask(&self->store->client, "CreateArtifactManifest", manifest_mutation,
                       &variables, data, error);
}

static quire_status begin_manifest(filling *self, quire_error *error) {
    cJSON *data = NULL;
    const char *id = NULL;
    quire_status status = create_manifest(self, false, &data, error);
    status = status ? status
                    : q_wandb_need(data, "createArtifactManifest.artifactManifest.id", &id, error);
    status = status ? status : q_strdup(id, &self->manifest, error);
    cJSON_Delete(data);
    return status;
}

/** Tell its digest, and hear where it goes. */
static quire_status ask_place(filling *self, cJSON **data, const cJSON **file, quire_error *error) {
    *data = NULL;
    if (self->kind == Q_WANDB_FULL) {
        quire_status status = create_manifest(self, true, data, error);
        *file = q_wandb_get(*data, "createArtifactManifest.artifactManifest.file");
        return status;
    }
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_object(&variables, "input");
    q_variables_string(&variables, "artifactManifestID", self->manifest);
    q_variables_string(&variables, "digest", self->digest);
    q_variables_string(&variables, "baseArtifactID", self->base);
    q_variables_end(&variables);
    q_variables_end(&variables);
    quire_status status = q_wandb_ask(&self->store->client, "UpdateArtifactManifest",
                                      update_mutation, &variables, data, error);
    *file = q_wandb_get(*data, "updateArtifactManifest.artifactManifest.file");
    return status;
}

static size_t give(void *context, uint64_t offset, void *to, size_t room) {
    return q_wandb_print_read(context, offset, to, room);
}

/** PUT it once, and again while that may help. `*has_expired`: the address is of no use any more.
 */
static quire_status put_manifest(filling *self, const cJSON *file, bool *has_expired,
                                 quire_error *error) {
    q_wandb_client *client = &self->store->client;
    q_wandb_headers headers = {0};
    q_wandb_flight flight = {0};
    quire_status status =
        q_wandb_headers_make(&headers, q_wandb_get(file, "uploadHeaders"), NULL, error);
    if (!status) {
        flight.request = (q_http_exchange){.method = "PUT",
                                           .url = q_wandb_text(file, "uploadUrl"),
                                           .headers = (const char *const *)headers.lines,
                                           .body_size = (size_t)self->size,
                                           .read = give,
                                           .read_context = self->print};
        q_wandb_flight_start(client, &flight);
        status = q_wandb_flight_land(client, &flight, "upload of the manifest", error);
    }
    if (!status && (flight.request.code < 200 || flight.request.code > 299)) {
        *has_expired = q_wandb_has_expired(&flight.request);
        status = q_wandb_refused(client, &flight.request, "upload of the manifest", error);
    }
    q_wandb_flight_free(client, &flight);
    q_wandb_headers_free(&headers);
    return status;
}

static quire_status end_manifest(filling *self, quire_error *error) {
    quire_status status = QUIRE_OK;
    bool has_expired = true;
    for (int attempt = 0; attempt <= RENEWALS && has_expired; attempt++) {
        cJSON *data = NULL;
        const cJSON *file = NULL;
        has_expired = false;
        status = ask_place(self, &data, &file, error);
        if (!status && q_wandb_text(file, "uploadUrl")) {
            status = put_manifest(self, file, &has_expired, error);
        } else if (!status && (!cJSON_IsObject(file) || q_wandb_get(file, "uploadUrl"))) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B gives no address for the manifest");
        } /* else the server has these bytes */
        cJSON_Delete(data);
    }
    return status;
}

quire_status q_wandb_fill(q_wandb *store, const char *artifact, q_wandb_manifest_kind kind,
                          const char *base, q_wandb_contents *contents, q_wandb_list *list,
                          quire_error *error) {
    q_wandb_print print = {.list = list ? list : &contents->list};
    char digest[Q_MD5_BASE64_SIZE];
    unsigned char md5[Q_MD5_SIZE] = {0};
    filling self = {.store = store,
                    .artifact = artifact,
                    .base = base,
                    .kind = kind,
                    .digest = digest,
                    .print = &print};
    quire_status status = begin_manifest(&self, error);
    const q_wandb_target target = {artifact, self.manifest};
    status = status ? status : q_wandb_upload(store, contents, &target, error);
    if (!status && list) {
        status = q_wandb_list_adopt(list, &contents->list, error);
    }
    status = status ? status : q_wandb_print_measure(&print, &self.size, md5, error);
    q_md5_to_base64(md5, digest);
    status = status ? status : end_manifest(&self, error);
    q_wandb_print_free(&print);
    free(self.manifest);
    return status;
}

/* --- the commit --- */

static quire_status ask_state(q_wandb *store, const char *artifact, bool *is_committed,
                              quire_error *error) {
    q_variables variables = {.error = error};
    cJSON *data = NULL;
    const char *state = NULL;
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", artifact);
    q_variables_end(&variables);
    quire_status status =
        q_wandb_ask(&store->client, "ArtifactState", state_query, &variables, &data, error);
    status = status ? status : q_wandb_need(data, "artifact.state", &state, error);
    *is_committed = !status && strcmp(state, "COMMITTED") == 0;
    if (!status && !*is_committed && strcmp(state, "PENDING") != 0) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "the artifact that was to be committed is in state %s", state);
    }
    cJSON_Delete(data);
    return status;
}

quire_status q_wandb_commit(q_wandb *store, const char *artifact, quire_error *error) {
    quire_error own = {0};
    quire_status status = QUIRE_OK;
    bool is_committed = false, again = true;
    for (unsigned attempt = 1; again && !is_committed; attempt++) {
        q_variables variables = {.error = &own};
        cJSON *data = NULL;
        const char *id = NULL;
        q_variables_object(&variables, NULL);
        q_variables_object(&variables, "input");
        q_variables_string(&variables, "artifactID", artifact);
        q_variables_end(&variables);
        q_variables_end(&variables);
        q_wandb_call call = {.operation = "CommitArtifact",
                             .document = commit_mutation,
                             .variables = &variables,
                             .only_once = true};
        status = q_wandb_call_start(&store->client, &call, &own);
        status = status ? status : q_wandb_call_end(&store->client, &call, &data, &own);
        status = status ? status : q_wandb_need(data, "commitArtifact.artifact.id", &id, &own);
        is_committed = status == QUIRE_OK;
        bool may_help = status == QUIRE_TEMPORARY || status == QUIRE_CONFLICT;
        /* What answered may have been cut, or not the server; and libcurl itself sends once more
         * what a connection that it has kept lost, so that the answer may be to the second. */
        bool is_unsure = may_help || status == QUIRE_ERROR || status == QUIRE_INTEGRITY;
        again = may_help && attempt < store->client.config.attempts;
        if (is_unsure) {
            quire_error looking = {0};
            if (may_help) {
                q_wandb_pause(&store->client, attempt, &call.flight.request);
            }
            quire_status looked = ask_state(store, artifact, &is_committed, &looking);
            if (looked && may_help) { /* what is worse: nobody knows */
                again = false;
                own = looking;
                status = looked;
            }
        }
        q_wandb_call_free(&store->client, &call);
        cJSON_Delete(data);
    }
    if (is_committed) {
        return QUIRE_OK;
    }
    if (error) {
        *error = own;
    }
    return status;
}

/* --- the end --- */

static bool has_alias(const cJSON *artifact, const char *name, const char *wanted) {
    const cJSON *alias;
    cJSON_ArrayForEach(alias, q_wandb_get(artifact, "aliases")) {
        const char *text = q_wandb_text(alias, "alias");
        const char *collection = q_wandb_text(alias, "artifactCollection.name");
        if (text && strcmp(text, wanted) == 0 && collection && strcmp(collection, name) == 0) {
            return true;
        }
    }
    return false;
}

static quire_status add_aliases(q_wandb *store, const cJSON *artifact, const char *id,
                                const q_wandb_ending *ending, quire_error *error) {
    const char *missing[256];
    size_t count = 0;
    for (size_t i = 0; i < ending->notes->alias_count && count < 256; i++) {
        if (!has_alias(artifact, ending->name, ending->notes->aliases[i])) {
            missing[count++] = ending->notes->aliases[i];
        }
    }
    return count > 0 ? q_wandb_add_aliases(store, id, ending->name, missing, count, error)
                     : QUIRE_OK;
}

static quire_status fill_version(const cJSON *artifact, const q_wandb_ending *ending,
                                 quire_version_id *version, quire_error *error) {
    const char *digest = NULL;
    int64_t number = q_wandb_number(artifact, "versionIndex", -1);
    quire_status status = q_wandb_need(artifact, "digest", &digest, error);
    if (!status && (number < 0 || strlen(digest) >= sizeof version->digest)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "W&B tells no number of '%s'", ending->name);
    }
    if (status || !version) {
        return status;
    }
    memset(version, 0, sizeof *version);
    snprintf(version->name, sizeof version->name, "%s", ending->name);
    snprintf(version->digest, sizeof version->digest, "%s", digest);
    version->number = number;
    version->created = ending->created;
    return QUIRE_OK;
}

static quire_status check_files(const cJSON *artifact, const q_wandb_ending *ending,
                                quire_error *error) {
    int64_t files = q_wandb_number(artifact, "fileCount", -1);
    return ending->files == UINT64_MAX || files < 0 || (uint64_t)files == ending->files
               ? QUIRE_OK
               : q_error_set(error, QUIRE_CONFLICT,
                             "%s:v%" PRId64 " was made of %" PRId64 " files, where its writers "
                             "brought %" PRIu64 ": others have used the same distributed_id",
                             ending->name, q_wandb_number(artifact, "versionIndex", -1), files,
                             ending->files);
}

quire_status q_wandb_conclude(q_wandb *store, const char *artifact, const q_wandb_ending *ending,
                              quire_version_id *version, quire_error *error) {
    q_variables variables = {.error = error};
    cJSON *data = NULL;
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", artifact);
    q_variables_end(&variables);
    quire_status status =
        q_wandb_ask(&store->client, "Artifact", version_query, &variables, &data, error);
    const cJSON *found = q_wandb_get(data, "artifact");
    status = status ? status : fill_version(found, ending, version, error);
    status = status ? status : add_aliases(store, found, artifact, ending, error);
    status = status ? status : check_files(found, ending, error);
    cJSON_Delete(data);
    return status;
}
