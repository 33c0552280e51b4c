/** @file Changing the notes of a version: a new record in its register. See notes.h. */
#include <inttypes.h>
#include <string.h>

#include "store/repository/notes.h"
#include "store/repository/register.h"
#include "store/repository/resolve.h"

#define KIND Q_NOTES_KIND

typedef struct annotation {
    const q_version_record *record;
    const quire_notes_change *change;
} annotation;

static quire_status replace(cJSON *json, const char *key, cJSON *value, quire_error *error) {
    if (!value) {
        return q_error_memory(error);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(json, key);
    if (!cJSON_AddItemToObject(json, key, value)) {
        cJSON_Delete(value);
        return q_error_memory(error);
    }
    return QUIRE_OK;
}

static quire_status remove_tag(cJSON *tags, const char *tag, const q_version_record *record,
                               quire_error *error) {
    int index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, tags) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, tag) == 0) {
            cJSON_DeleteItemFromArray(tags, index);
            return QUIRE_OK;
        }
        index++;
    }
    return q_error_set(error, QUIRE_NOT_FOUND, "%s:v%" PRId64 " has no tag '%s'", record->name,
                       record->number, tag);
}

static quire_status change_tags(cJSON *json, const annotation *to, quire_error *error) {
    quire_status status = QUIRE_OK;
    const quire_notes_change *change = to->change;
    cJSON *tags = cJSON_GetObjectItemCaseSensitive(json, "tags");
    if (!tags) {
        tags = cJSON_AddArrayToObject(json, "tags");
    }
    if (!tags) {
        return q_error_memory(error);
    }
    for (size_t i = 0; !status && i < change->remove_tag_count; i++) {
        status = remove_tag(tags, change->remove_tags[i], to->record, error);
    }
    for (size_t i = 0; !status && i < change->add_tag_count; i++) {
        if (!q_notes_has(tags, change->add_tags[i])) {
            cJSON *tag = cJSON_CreateString(change->add_tags[i]);
            if (!tag || !cJSON_AddItemToArray(tags, tag)) {
                cJSON_Delete(tag);
                status = q_error_memory(error);
            }
        }
    }
    return status;
}

static quire_status change_members(cJSON *json, const annotation *to, quire_error *error) {
    quire_status status = QUIRE_OK;
    const quire_notes_change *change = to->change;
    if (change->description) {
        status = replace(json, "description", cJSON_CreateString(change->description), error);
    }
    if (!status && change->ttl) {
        status = replace(json, "ttl", cJSON_CreateNumber((double)*change->ttl), error);
    }
    if (!status && change->metadata) {
        cJSON *metadata = NULL;
        status = q_json_metadata(change->metadata, &metadata, error);
        status = status ? status : replace(json, "metadata", metadata, error);
    }
    return status ? status : change_tags(json, to, error);
}

static quire_status annotate(void *context, const cJSON *current, cJSON **next,
                             quire_error *error) {
    const annotation *to = context;
    const cJSON *member;
    quire_status status = QUIRE_OK;
    *next = q_record_new(KIND);
    if (!*next) {
        return q_error_memory(error);
    }
    const cJSON *from = current ? current : to->record->notes;
    cJSON_ArrayForEach(member, from) {
        if (!status && !cJSON_HasObjectItem(*next, member->string) &&
            strcmp(member->string, "check") != 0 && strcmp(member->string, "nonce") != 0) {
            status = q_notes_copy(*next, member, error);
        }
    }
    return status ? status : change_members(*next, to, error);
}

quire_status q_notes_annotate(quire_store *store, const q_address *address,
                              const quire_notes_change *change, quire_error *error) {
    q_repository *repository = q_repository_of(store);
    q_version_record record = {0};
    annotation to = {&record, change};
    int64_t number;
    q_key key;
    quire_status status = q_resolve(repository, address, &number, error);
    if (!status) {
        status = q_version_record_get(repository, address->name, number, &record, error);
    }
    if (!status) {
        status = q_key_numbered(&key, address->name, "notes", number, error);
    }
    if (!status) {
        status = q_register_update(repository->objects, key.text, KIND, Q_OBJECT_RECORD, annotate,
                                   &to, NULL, error);
    }
    q_version_record_free(&record);
    return status;
}
