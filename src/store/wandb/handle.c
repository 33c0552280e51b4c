/** @file Versions: see handle.h. */
#include "store/wandb/handle.h"

#include <stdlib.h>
#include <string.h>

#include "store/wandb/manifest.h"
#include "store/wandb/read.h"
#include "store/wandb/reference.h"

#define MANIFEST_MAX ((uint64_t)1 << 31)

static const char membership_query[] =
    "query ArtifactMembership($entity: String!, $project: String!, $name: String!) {"
    " project(name: $project, entityName: $entity) { name"
    " artifactCollectionMembership(name: $name) { versionIndex"
    " aliases { alias artifactCollection { name } } artifact { " Q_WANDB_FIELDS
    " file { directUrl sizeBytes } } } } } }";

/* What servers of some years ago know. */
static const char artifact_query[] =
    "query ArtifactByName($entity: String!, $project: String!, $name: String!) {"
    " project(name: $project, entityName: $entity) { name artifact(name: $name) { id digest state"
    " description metadata storageBytes fileCount versionIndex createdAt artifactType { name }"
    " artifactSequence { name } aliases { alias artifactCollection { name } }"
    " currentManifest { type digest file { directUrl sizeBytes } } } } }";

static const char manifest_query[] =
    "query ArtifactManifest($id: ID!) { artifact(id: $id) { currentManifest { type digest"
    " file { directUrl sizeBytes } } } }";

void q_wandb_version_free(quire_version *version) {
    q_wandb_handle *handle = (q_wandb_handle *)version;
    if (handle) {
        q_wandb_reader_free(handle->reader);
        q_wandb_urls_free(handle);
        q_wandb_list_free(&handle->list);
        cJSON_Delete(handle->data);
        free(handle->id);
        free(handle->name);
        free(handle->metadata);
        free(handle->created_by);
        free((void *)handle->aliases);
        free((void *)handle->tags);
        free(handle->region);
        free(handle);
    }
}

static quire_status ask(q_wandb *store, const char *operation, const char *document,
                        const char *name, cJSON **data, quire_error *error) {
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "entity", store->client.config.entity);
    q_variables_string(&variables, "project", store->client.config.project);
    q_variables_string(&variables, "name", name);
    q_variables_end(&variables);
    return q_wandb_ask(&store->client, operation, document, &variables, data, error);
}

static quire_status find(q_wandb *store, const char *full, q_wandb_handle *handle,
                         const cJSON **artifact, const cJSON **membership, quire_error *error) {
    quire_error own = {0};
    *membership = NULL;
    quire_status status =
        ask(store, "ArtifactMembership", membership_query, full, &handle->data, &own);
    *membership = q_wandb_get(handle->data, "project.artifactCollectionMembership");
    *artifact = q_wandb_get(*membership, "artifact");
    if (q_wandb_is_unknown_field(status, &own)) {
        status = ask(store, "ArtifactByName", artifact_query, full, &handle->data, &own);
        *artifact = q_wandb_get(handle->data, "project.artifact");
        *membership = NULL;
    }
    const q_wandb_config *config = &store->client.config;
    if (!status && !q_wandb_get(handle->data, "project")) {
        status =
            q_error_set(&own, QUIRE_NOT_FOUND,
                        "W&B has no project %s/%s that this key may see; 'quire init' makes one",
                        config->entity, config->project);
    } else if (!status && !*artifact) {
        status = q_error_set(&own, QUIRE_NOT_FOUND, "there is no version %s in %s/%s", full,
                             config->entity, config->project);
    }
    if (status && error) {
        *error = own;
    }
    return status;
}

quire_status q_wandb_version_open(quire_store *store, const q_address *address,
                                  quire_version **version, quire_error *error) {
    q_wandb *own = q_wandb_of(store);
    const cJSON *artifact = NULL, *membership = NULL;
    char *full = NULL;
    q_wandb_handle *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    pthread_mutex_init(&made->urls.lock, NULL); /* with no attributes it cannot fail */
    quire_status status = q_wandb_need_entity(own, error);
    status = status ? status : q_strdup(address->name, &made->name, error);
    status = status ? status : q_asprintf(&full, error, "%s:%s", address->name, address->selector);
    status = status ? status : find(own, full, made, &artifact, &membership, error);
    status = status ? status : q_wandb_handle_fill(made, artifact, membership, error);
    free(full);
    if (status) {
        q_wandb_version_free(&made->base);
        return status;
    }
    *version = &made->base;
    return QUIRE_OK;
}

/* --- the manifest --- */

typedef struct taking {
    q_wandb_parse *parse;
    q_md5 *md5;
} taking;

static quire_status take(void *context, const void *data, size_t size, quire_error *error) {
    const taking *to = context;
    quire_status status = q_md5_update(to->md5, data, size, error);
    return status ? status : q_wandb_parse_take(to->parse, data, size, error);
}

/** A FULL manifest is what somebody has sent with its MD5; others the server has put together. */
static quire_status check_digest(q_md5 *md5, const cJSON *manifest, quire_error *error) {
    const char *type = q_wandb_text(manifest, "type"), *digest = q_wandb_text(manifest, "digest");
    unsigned char raw[Q_MD5_SIZE] = {0}, wanted[Q_MD5_SIZE];
    quire_status status = q_md5_final(md5, raw, error);
    if (!status && type && strcmp(type, "FULL") == 0 && digest &&
        q_md5_from_base64(digest, wanted) && memcmp(raw, wanted, sizeof raw) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "the manifest is not what its digest says");
    }
    return status;
}

/** The address that came with the version may have expired since. */
static quire_status renew(void *context, char **url, bool *with_key, quire_error *error) {
    q_wandb_handle *handle = context;
    q_variables variables = {.error = error};
    cJSON *data = NULL;
    const char *found = NULL;
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", handle->id);
    q_variables_end(&variables);
    quire_status status = q_wandb_ask(&q_wandb_of(handle->base.store)->client, "ArtifactManifest",
                                      manifest_query, &variables, &data, error);
    status = status ? status
                    : q_wandb_need(data, "artifact.currentManifest.file.directUrl", &found, error);
    status = status ? status : q_strdup(found, url, error);
    *with_key = false;
    cJSON_Delete(data);
    return status;
}

static quire_status read_manifest(q_wandb_handle *handle, const cJSON *manifest,
                                  quire_error *error) {
    const char *url = NULL;
    taking to = {0};
    int64_t size = q_wandb_number(manifest, "file.sizeBytes", 0);
    q_wandb_place place = {.size = size > 0 ? (uint64_t)size : 0,
                           .most = MANIFEST_MAX,
                           .renew = renew,
                           .context = handle};
    quire_status status = q_wandb_need(manifest, "file.directUrl", &url, error);
    status = status ? status : q_strdup(url, &place.url, error);
    status = status ? status : q_wandb_parse_new(&handle->list, &to.parse, error);
    status = status ? status : q_md5_new(&to.md5, error);
    status = status ? status
                    : q_wandb_fetch(&q_wandb_of(handle->base.store)->client, &place,
                                    "download of the manifest", take, &to, error);
    status = status ? status : check_digest(to.md5, manifest, error);
    status = status ? status : q_wandb_parse_end(to.parse, error);
    if (!status) {
        handle->is_v2 = q_wandb_parse_is_v2(to.parse);
        status = q_strdup(q_wandb_parse_region(to.parse), &handle->region, error);
    }
    free(place.url);
    q_wandb_parse_free(to.parse);
    q_md5_free(to.md5);
    return status;
}

static const cJSON *manifest_in(const cJSON *data) {
    const cJSON *found = q_wandb_get(data, "project.artifactCollectionMembership.artifact");
    found = found ? found : q_wandb_get(data, "project.artifact");
    return q_wandb_get(found ? found : q_wandb_get(data, "artifact"), "currentManifest");
}

quire_status q_wandb_need_list(q_wandb_handle *handle, quire_error *error) {
    quire_error own = {0};
    if (handle->has_list) {
        return QUIRE_OK;
    }
    quire_status status = read_manifest(handle, manifest_in(handle->data), &own);
    if (status) {
        q_wandb_list_free(&handle->list);
        q_error_prefix(&own, "%s:v%lld", handle->name, (long long)handle->base.info.number);
        if (error) {
            *error = own;
        }
        return status;
    }
    handle->has_list = true; /* the info stays: those who share the version out go by it */
    return QUIRE_OK;
}

quire_status q_wandb_version_scan(quire_version *version, const char *from,
                                  quire_status (*callback)(void *, const q_entry *, bool *stop,
                                                           quire_error *),
                                  void *context, quire_error *error) {
    q_wandb_handle *handle = (q_wandb_handle *)version;
    const q_wandb_list *list = &handle->list;
    bool stop = false;
    quire_status status = q_wandb_need_list(handle, error);
    for (size_t i = from && !status ? q_wandb_list_find(list, from) : 0;
         !status && !stop && i < list->count; i++) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry entry;
        q_wandb_list_entry(&list->items[i], digest, &entry);
        q_wandb_reference_show(&entry);
        status = callback(context, &entry, &stop, error);
    }
    return status;
}

/* --- comparing --- */

static quire_entry public_entry(const q_wandb_item *item, char digest[Q_MD5_BASE64_SIZE]) {
    q_entry entry;
    q_wandb_list_entry(item, digest, &entry);
    q_wandb_reference_show(&entry);
    return (quire_entry){
        .path = entry.path, .digest = entry.digest, .size = entry.size, .reference = entry.ref};
}

static bool is_same(const quire_entry *one, const quire_entry *other) {
    return one->size == other->size && strcmp(one->digest, other->digest) == 0 &&
           !one->reference == !other->reference &&
           (!one->reference || strcmp(one->reference, other->reference) == 0);
}

quire_status q_wandb_version_diff(quire_version *before, quire_version *after,
                                  quire_diff_callback callback, void *context, quire_error *error) {
    q_wandb_handle *left = (q_wandb_handle *)before, *right = (q_wandb_handle *)after;
    quire_status status = q_wandb_need_list(left, error);
    status = status ? status : q_wandb_need_list(right, error);
    for (size_t i = 0, k = 0; !status && (i < left->list.count || k < right->list.count);) {
        char digests[2][Q_MD5_BASE64_SIZE];
        quire_entry old = {0}, new = {0};
        if (i < left->list.count) {
            old = public_entry(&left->list.items[i], digests[0]);
        }
        if (k < right->list.count) {
            new = public_entry(&right->list.items[k], digests[1]);
        }
        int order = !old.path ? 1 : !new.path ? -1 : strcmp(old.path, new.path);
        i += order <= 0;
        k += order >= 0;
        if (order != 0 || !is_same(&old, &new)) {
            status = callback(context, order <= 0 ? &old : NULL, order >= 0 ? &new : NULL);
            status = status ? q_error_set(error, status, "the comparison was ended") : status;
        }
    }
    return status;
}
