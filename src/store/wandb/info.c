/** @file What is known of a version, from the server's answer: see handle.h. */
#include <stdlib.h>
#include <string.h>

#include "store/wandb/handle.h"
#include "store/wandb/unite.h"

#define METADATA_MAX ((size_t)16 << 20)
#define METADATA_DEPTH 64

static const char *mode_of(const cJSON *artifact) {
    const char *type = q_wandb_text(artifact, "currentManifest.type");
    if (type && strcmp(type, "PATCH") == 0) {
        return "collaborative";
    }
    return type && strcmp(type, "INCREMENTAL") == 0 ? "patch" : "simple";
}

/** Who made it: user or run; of a draft, what marks it. */
static quire_status fill_maker(q_wandb_handle *handle, const cJSON *artifact, const cJSON *mark,
                               quire_error *error) {
    q_buffer text = {0};
    const char *user = q_wandb_text(artifact, "createdBy.username");
    const char *run = q_wandb_text(artifact, "createdBy.name");
    const char *id = q_wandb_text(mark, "distributed_id");
    const struct {
        const char *name, *value;
    } members[] = {{"user", user}, {"run", run}, {"distributed_id", id}};
    quire_status status = q_buffer_append(&text, "{", 1, error);
    for (size_t i = 0; i < 3 && !status; i++) {
        if (members[i].value) {
            status = q_buffer_printf(&text, error, "%s\"%s\":", text.size > 1 ? "," : "",
                                     members[i].name);
            status = status ? status : q_json_quote(&text, members[i].value, error);
        }
    }
    status = status ? status : q_buffer_append(&text, "}", 1, error);
    handle->created_by = text.data;
    return status;
}

/** The metadata without the mark, which `*mark` receives. */
static quire_status fill_metadata(q_wandb_handle *handle, const cJSON *artifact, cJSON **mark,
                                  quire_error *error) {
    const char *given = q_wandb_text(artifact, "metadata");
    cJSON *metadata = NULL;
    q_buffer text = {0};
    quire_status status =
        given ? q_json_parse(given, strlen(given), METADATA_MAX, METADATA_DEPTH, &metadata, error)
              : QUIRE_OK;
    if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "metadata of %s", handle->name);
    }
    if (!status && cJSON_IsObject(metadata)) {
        const cJSON *found = cJSON_GetObjectItemCaseSensitive(metadata, Q_WANDB_MARK);
        if (q_wandb_text(found, "distributed_id")) {
            *mark = cJSON_DetachItemFromObjectCaseSensitive(metadata, Q_WANDB_MARK);
        }
        status = q_json_print(&text, metadata, error);
    } else if (!status) {
        status = q_buffer_append_string(&text, "{}", error);
    }
    cJSON_Delete(metadata);
    handle->metadata = text.data;
    return status;
}

static int compare(const void *one, const void *other) {
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/** @param collection of an alias; NULL: that of none is asked */
static quire_status fill_texts(const cJSON *list, const char *member, const char *collection,
                               const char ***texts, size_t *count, quire_error *error) {
    const cJSON *item;
    *count = 0;
    *texts = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(char *));
    if (!*texts) {
        return q_error_memory(error);
    }
    cJSON_ArrayForEach(item, list) {
        const char *text = q_wandb_text(item, member);
        const char *of = q_wandb_text(item, "artifactCollection.name");
        bool is_own = !collection || !of || strcmp(of, collection) == 0;
        if (text && is_own && q_name_version_number(text) < 0) { /* vN is no alias here */
            (*texts)[(*count)++] = text;
        }
    }
    qsort((void *)*texts, *count, sizeof **texts, compare);
    return QUIRE_OK;
}

static quire_status check_state(const q_wandb_handle *handle, const cJSON *artifact,
                                quire_error *error) {
    const char *state = NULL;
    quire_status status = q_wandb_need(artifact, "state", &state, error);
    if (!status && strcmp(state, "COMMITTED") != 0) {
        bool is_pending = strcmp(state, "PENDING") == 0;
        status = q_error_set(error, QUIRE_NOT_FOUND, "that version of '%s' %s (%s)", handle->name,
                             is_pending ? "is not committed yet" : "was deleted", state);
    }
    return status;
}

static quire_status fill_numbers(q_wandb_handle *handle, const cJSON *artifact,
                                 const cJSON *membership, quire_error *error) {
    quire_version_info *info = &handle->base.info;
    int64_t own = q_wandb_number(artifact, "versionIndex", -1);
    int64_t files = q_wandb_number(artifact, "fileCount", 0);
    int64_t bytes = q_wandb_number(artifact, "storageBytes", 0);
    int64_t ttl = q_wandb_number(artifact, "ttlDurationSeconds", -2);
    info->number = q_wandb_number(membership, "versionIndex", own);
    info->entries = files > 0 ? (uint64_t)files : 0;
    info->bytes = bytes > 0 ? (uint64_t)bytes : 0;
    info->ttl = ttl > 0 ? ttl : 0;
    return info->number >= 0 ? QUIRE_OK
                             : q_error_set(error, QUIRE_INTEGRITY,
                                           "a version of '%s' has no number", handle->name);
}

quire_status q_wandb_handle_fill(q_wandb_handle *handle, const cJSON *artifact,
                                 const cJSON *membership, quire_error *error) {
    quire_version_info *info = &handle->base.info;
    const cJSON *aliases = q_wandb_get(membership, "aliases");
    const char *id = NULL, *description = q_wandb_text(artifact, "description");
    cJSON *mark = NULL;
    quire_status status = check_state(handle, artifact, error);
    status = status ? status : q_wandb_need(artifact, "id", &id, error);
    status = status ? status : q_strdup(id, &handle->id, error);
    status = status ? status : q_wandb_need(artifact, "digest", &info->digest, error);
    status = status ? status : q_wandb_need(artifact, "artifactType.name", &info->type, error);
    status = status ? status : q_wandb_need(artifact, "createdAt", &info->created_at, error);
    status = status ? status : fill_numbers(handle, artifact, membership, error);
    status = status ? status : fill_metadata(handle, artifact, &mark, error);
    status = status ? status : fill_maker(handle, artifact, mark, error);
    status = status ? status
                    : fill_texts(aliases ? aliases : q_wandb_get(artifact, "aliases"), "alias",
                                 handle->name, &handle->aliases, &info->alias_count, error);
    status = status ? status
                    : fill_texts(q_wandb_get(artifact, "tags"), "name", NULL, &handle->tags,
                                 &info->tag_count, error);
    info->name = handle->name;
    info->mode = mark ? "collaborative" : mode_of(artifact);
    info->description = description ? description : "";
    info->metadata = handle->metadata;
    info->created_by = handle->created_by;
    info->aliases = handle->aliases;
    info->tags = handle->tags;
    cJSON_Delete(mark);
    return status;
}

bool q_wandb_is_unknown_field(quire_status status, const quire_error *error) {
    return status == QUIRE_ERROR && strstr(error->message, "Cannot query field") != NULL;
}
