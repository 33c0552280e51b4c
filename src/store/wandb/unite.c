/** @file Notes of several: see unite.h. */
#include "store/wandb/unite.h"

#include <stdlib.h>
#include <string.h>

#define METADATA_MAX ((size_t)2 << 20)
#define METADATA_DEPTH 64
#define LIST_MOST 1000

static quire_status need_object(cJSON **object, quire_error *error) {
    *object = *object ? *object : cJSON_CreateObject();
    return *object ? QUIRE_OK : q_error_memory(error);
}

/** Replace or add a member, which is taken over. */
static quire_status put(cJSON *object, const char *name, cJSON *value, quire_error *error) {
    if (!value) {
        return q_error_memory(error);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    if (!cJSON_AddItemToObject(object, name, value)) {
        cJSON_Delete(value);
        return q_error_memory(error);
    }
    return QUIRE_OK;
}

static bool has(const cJSON *list, const char *text) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0) {
            return true;
        }
    }
    return false;
}

static quire_status add_text(cJSON *united, const char *name, const char *text,
                             quire_error *error) {
    cJSON *list = cJSON_GetObjectItemCaseSensitive(united, name);
    if (!list) {
        list = cJSON_AddArrayToObject(united, name);
    }
    if (!list) {
        return q_error_memory(error);
    }
    if (has(list, text) || cJSON_GetArraySize(list) >= LIST_MOST) {
        return QUIRE_OK;
    }
    cJSON *item = cJSON_CreateString(text);
    if (!item || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        return q_error_memory(error);
    }
    return QUIRE_OK;
}

static quire_status add_metadata(cJSON *united, const cJSON *metadata, quire_error *error) {
    const cJSON *member;
    cJSON *into = cJSON_GetObjectItemCaseSensitive(united, "metadata");
    into = into ? into : cJSON_AddObjectToObject(united, "metadata");
    quire_status status = into ? QUIRE_OK : q_error_memory(error);
    cJSON_ArrayForEach(member, metadata) {
        status = status ? status : put(into, member->string, cJSON_Duplicate(member, true), error);
    }
    return status;
}

quire_status q_wandb_unite(cJSON **united, const q_notes *notes, quire_error *error) {
    quire_status status = need_object(united, error);
    if (!status && notes->description) {
        status = put(*united, "description", cJSON_CreateString(notes->description), error);
    }
    if (!status && notes->ttl >= 0) {
        status = put(*united, "ttl", cJSON_CreateNumber((double)notes->ttl), error);
    }
    for (size_t i = 0; i < notes->alias_count && !status; i++) {
        status = add_text(*united, "aliases", notes->aliases[i], error);
    }
    for (size_t i = 0; i < notes->tag_count && !status; i++) {
        status = add_text(*united, "tags", notes->tags[i], error);
    }
    if (!status && notes->metadata) {
        cJSON *metadata = NULL;
        status = q_json_metadata(notes->metadata, &metadata, error);
        status = status ? status : add_metadata(*united, metadata, error);
        cJSON_Delete(metadata);
    }
    return status;
}

static quire_status unite_texts(cJSON *united, const cJSON *notes, const char *name,
                                quire_status (*check)(const char *, quire_error *),
                                quire_error *error) {
    const cJSON *item;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(notes, name)) {
        const char *text = cJSON_GetStringValue(item);
        if (!status && !text) {
            status = q_error_set(error, QUIRE_INTEGRITY, "notes with an item that is no text");
        }
        status = status ? status : check(text, error);
        status = status ? status : add_text(united, name, text, error);
    }
    return status;
}

quire_status q_wandb_unite_json(cJSON **united, const cJSON *notes, quire_error *error) {
    const cJSON *description = cJSON_GetObjectItemCaseSensitive(notes, "description");
    const cJSON *ttl = cJSON_GetObjectItemCaseSensitive(notes, "ttl");
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(notes, "metadata");
    quire_status status = need_object(united, error);
    if (!status && cJSON_IsString(description)) {
        status = put(*united, "description", cJSON_Duplicate(description, true), error);
    }
    if (!status && cJSON_IsNumber(ttl) && ttl->valuedouble >= 0 &&
        ttl->valuedouble <= (double)Q_TTL_MAX) {
        status = put(*united, "ttl", cJSON_Duplicate(ttl, true), error);
    }
    status = status ? status : unite_texts(*united, notes, "aliases", q_name_check_alias, error);
    status = status ? status : unite_texts(*united, notes, "tags", q_name_check_tag, error);
    return status || !cJSON_IsObject(metadata) ? status : add_metadata(*united, metadata, error);
}

quire_status q_wandb_unite_metadata(cJSON **united, const char *metadata, quire_error *error) {
    cJSON *there = NULL;
    quire_status status = need_object(united, error);
    if (!status && metadata &&
        q_json_parse(metadata, strlen(metadata), METADATA_MAX, METADATA_DEPTH, &there, NULL) ==
            QUIRE_OK) {
        cJSON_DeleteItemFromObjectCaseSensitive(there, Q_WANDB_MARK);
        status = cJSON_IsObject(there) ? add_metadata(*united, there, error) : QUIRE_OK;
    }
    cJSON_Delete(there);
    return status;
}

/* --- back --- */

void q_wandb_notes_free(q_wandb_notes *made) {
    free(made->notes.aliases);
    free(made->notes.tags);
    q_buffer_free(&made->metadata);
    *made = (q_wandb_notes){0};
}

static quire_status borrow(const cJSON *list, char ***texts, size_t *count, quire_error *error) {
    const cJSON *item;
    *count = 0;
    *texts = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(char *));
    if (!*texts) {
        return q_error_memory(error);
    }
    cJSON_ArrayForEach(item, list) {
        (*texts)[(*count)++] = item->valuestring;
    }
    return QUIRE_OK;
}

quire_status q_wandb_notes_make(const cJSON *united, q_wandb_notes *made, quire_error *error) {
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(united, "metadata");
    const cJSON *ttl = cJSON_GetObjectItemCaseSensitive(united, "ttl");
    q_notes *notes = &made->notes;
    *made = (q_wandb_notes){0};
    notes->description =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(united, "description"));
    notes->ttl = cJSON_IsNumber(ttl) ? (int64_t)ttl->valuedouble : -1;
    quire_status status = borrow(cJSON_GetObjectItemCaseSensitive(united, "aliases"),
                                 &notes->aliases, &notes->alias_count, error);
    status = status ? status
                    : borrow(cJSON_GetObjectItemCaseSensitive(united, "tags"), &notes->tags,
                             &notes->tag_count, error);
    if (!status && metadata) {
        status = q_json_print(&made->metadata, metadata, error);
        notes->metadata = made->metadata.data;
    }
    if (!status && metadata && cJSON_GetArraySize(metadata) > Q_METADATA_KEYS) {
        status = q_error_set(error, QUIRE_USAGE,
                             "the writers' metadata have %d keys together, where at most %d may be",
                             cJSON_GetArraySize(metadata), Q_METADATA_KEYS);
    }
    return status;
}

/* --- the mark --- */

quire_status q_wandb_mark(const char *metadata, const char *distributed_id, q_buffer *marked,
                          quire_error *error) {
    cJSON *object = NULL;
    quire_status status = metadata ? q_json_parse(metadata, strlen(metadata), METADATA_MAX,
                                                  METADATA_DEPTH, &object, error)
                                   : need_object(&object, error);
    cJSON *mark = NULL;
    if (!status && cJSON_GetArraySize(object) < Q_METADATA_KEYS) {
        mark = cJSON_CreateObject();
        status = mark && cJSON_AddStringToObject(mark, "distributed_id", distributed_id)
                     ? QUIRE_OK
                     : q_error_memory(error);
        if (!status) {
            status = put(object, Q_WANDB_MARK, mark, error);
        } else {
            cJSON_Delete(mark);
        }
    }
    status = status ? status : q_json_print(marked, object, error);
    cJSON_Delete(object);
    return status;
}

bool q_wandb_is_marked(const char *metadata, const char *distributed_id) {
    cJSON *object = NULL;
    if (!metadata || q_json_parse(metadata, strlen(metadata), METADATA_MAX, METADATA_DEPTH, &object,
                                  NULL) != QUIRE_OK) {
        return false;
    }
    const cJSON *mark = cJSON_GetObjectItemCaseSensitive(object, Q_WANDB_MARK);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(mark, "distributed_id"));
    bool is = id && strcmp(id, distributed_id) == 0;
    cJSON_Delete(object);
    return is;
}
