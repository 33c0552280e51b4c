/** @file Notes: see notes.h. */
#include "store/repository/notes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_equal.h"
#include "manifest/line.h"
#include "store/repository/register.h"
#include "store/repository/resolve.h"

#define KIND Q_NOTES_KIND

static bool add_list(cJSON *json, const char *key, char *const *strings, size_t count) {
    cJSON *list = cJSON_AddArrayToObject(json, key);
    for (size_t i = 0; list && i < count; i++) {
        cJSON *string = cJSON_CreateString(strings[i]);
        if (!string || !cJSON_AddItemToArray(list, string)) {
            cJSON_Delete(string);
            return false;
        }
    }
    return list != NULL;
}

static quire_status add_input(q_repository *repository, cJSON *list, const char *text,
                              quire_error *error) {
    q_address address;
    int64_t number;
    char *resolved = NULL;
    quire_status status = q_name_parse_address(text, &address, error);
    if (!status) {
        status = q_resolve(repository, &address, &number, error);
    }
    if (!status) {
        status = q_asprintf(&resolved, error, "%s:v%" PRId64, address.name, number);
    }
    if (!status) {
        cJSON *string = cJSON_CreateString(resolved);
        if (!string || !cJSON_AddItemToArray(list, string)) {
            cJSON_Delete(string);
            status = q_error_memory(error);
        }
    }
    free(resolved);
    return status;
}

static quire_status add_metadata(cJSON *json, const char *text, quire_error *error) {
    cJSON *metadata = NULL;
    quire_status status = q_json_metadata(text, &metadata, error);
    if (!status && !cJSON_AddItemToObject(json, "metadata", metadata)) {
        cJSON_Delete(metadata);
        status = q_error_memory(error);
    }
    return status;
}

quire_status q_notes_to_json(q_repository *repository, const q_notes *notes, cJSON **json,
                             quire_error *error) {
    static const q_notes none = {.ttl = -1};
    quire_status status = QUIRE_OK;
    const q_notes *from = notes ? notes : &none;
    *json = cJSON_CreateObject();
    bool ok = *json && q_record_add_string(*json, "description", from->description);
    if (ok && from->ttl >= 0) {
        ok = q_record_add_uint(*json, "ttl", (uint64_t)from->ttl);
    }
    ok = ok && add_list(*json, "tags", from->tags, from->tag_count) &&
         add_list(*json, "aliases", from->aliases, from->alias_count);
    cJSON *inputs = ok ? cJSON_AddArrayToObject(*json, "inputs") : NULL;
    if (!inputs) {
        status = q_error_memory(error);
    } else if (from->metadata) {
        status = add_metadata(*json, from->metadata, error);
    }
    for (size_t i = 0; !status && i < from->input_count; i++) {
        status = add_input(repository, inputs, from->inputs[i], error);
    }
    if (status) {
        cJSON_Delete(*json);
        *json = NULL;
    }
    return status;
}

cJSON *q_notes_empty(void) {
    cJSON *json = cJSON_CreateObject();
    if (json && add_list(json, "tags", NULL, 0) && add_list(json, "aliases", NULL, 0) &&
        add_list(json, "inputs", NULL, 0)) {
        return json;
    }
    cJSON_Delete(json);
    return NULL;
}

bool q_notes_has(const cJSON *list, const char *string) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, string) == 0) {
            return true;
        }
    }
    return false;
}

static quire_status unite_list(cJSON *into, const cJSON *from, const char *key,
                               quire_error *error) {
    const cJSON *item;
    cJSON *list = cJSON_GetObjectItemCaseSensitive(into, key);
    if (!list) {
        list = cJSON_AddArrayToObject(into, key);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(from, key)) {
        if (!cJSON_IsString(item) || q_notes_has(list, item->valuestring)) {
            continue;
        }
        cJSON *copy = cJSON_CreateString(item->valuestring);
        if (!copy || !cJSON_AddItemToArray(list, copy)) {
            cJSON_Delete(copy);
            return q_error_memory(error);
        }
    }
    return list ? QUIRE_OK : q_error_memory(error);
}

quire_status q_notes_copy(cJSON *into, const cJSON *member, quire_error *error) {
    cJSON *copy = cJSON_Duplicate(member, true);
    if (!copy || !cJSON_AddItemToObject(into, member->string, copy)) {
        cJSON_Delete(copy);
        return q_error_memory(error);
    }
    return QUIRE_OK;
}

static quire_status require_equal(const cJSON *there, const cJSON *member, const char *who,
                                  quire_error *error) {
    bool equal = false;
    quire_status status = q_json_equal(there, member, &equal, error);
    return status || equal ? status
                           : q_error_set(error, QUIRE_CONFLICT,
                                         "metadata '%s' of %s differs from another part's",
                                         member->string, who);
}

static quire_status unite_metadata(cJSON *into, const cJSON *from, const cJSON *settled,
                                   const char *who, quire_error *error) {
    const cJSON *member;
    const cJSON *decided = cJSON_GetObjectItemCaseSensitive(settled, "metadata");
    quire_status status = QUIRE_OK;
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(into, "metadata");
    if (!metadata) {
        metadata = cJSON_AddObjectToObject(into, "metadata");
    }
    if (!metadata) {
        return q_error_memory(error);
    }
    cJSON_ArrayForEach(member, from) {
        const cJSON *there = cJSON_GetObjectItemCaseSensitive(metadata, member->string);
        if (!there) {
            status = q_notes_copy(metadata, member, error);
        } else if (!cJSON_GetObjectItemCaseSensitive(decided, member->string)) {
            status = require_equal(there, member, who, error);
        }
        if (status) {
            return status;
        }
    }
    return QUIRE_OK;
}

quire_status q_notes_unite(cJSON *into, const cJSON *from, const cJSON *settled, const char *who,
                           quire_error *error) {
    static const char *const lists[] = {"tags", "aliases", "inputs"};
    static const char *const firsts[] = {"description", "ttl"};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < sizeof lists / sizeof *lists; i++) {
        status = unite_list(into, from, lists[i], error);
    }
    for (size_t i = 0; !status && i < sizeof firsts / sizeof *firsts; i++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(from, firsts[i]);
        if (member && !cJSON_GetObjectItemCaseSensitive(into, firsts[i])) {
            status = q_notes_copy(into, member, error);
        }
    }
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(from, "metadata");
    if (!status && metadata) {
        status = unite_metadata(into, metadata, settled, who, error);
    }
    return status;
}

static quire_status check_input(const char *text, quire_error *error) {
    q_address address;
    quire_status status = q_name_parse_address(text, &address, error);
    return status || q_name_version_number(address.selector) >= 0
               ? status
               : q_error_set(error, QUIRE_USAGE, "input '%s' is no version", text);
}

static quire_status check_list(const cJSON *notes, const char *key,
                               quire_status (*check)(const char *, quire_error *),
                               quire_error *error) {
    const cJSON *item;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(notes, key);
    quire_status status = !list || cJSON_IsArray(list)
                              ? QUIRE_OK
                              : q_error_set(error, QUIRE_INTEGRITY, "'%s' is no list", key);
    cJSON_ArrayForEach(item, list) {
        if (!status && !cJSON_IsString(item)) {
            status = q_error_set(error, QUIRE_INTEGRITY, "'%s' has something that is no text", key);
        }
        status = status ? status : check(item->valuestring, error);
    }
    return q_line_stored(status, error);
}

quire_status q_notes_check(const cJSON *notes, quire_error *error) {
    const char *description;
    uint64_t ttl = 0;
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(notes, "metadata");
    quire_status status = q_json_string_or_null(notes, "description", &description, error);
    if (!status && cJSON_GetObjectItemCaseSensitive(notes, "ttl")) {
        status = q_json_uint(notes, "ttl", &ttl, error);
    }
    if (!status && (!cJSON_IsObject(notes) || (metadata && !cJSON_IsObject(metadata)) ||
                    ttl > (uint64_t)Q_TTL_MAX)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "malformed description, metadata or ttl");
    }
    status = status ? status : check_list(notes, "tags", q_name_check_tag, error);
    status = status ? status : check_list(notes, "aliases", q_name_check_alias, error);
    return status ? status : check_list(notes, "inputs", check_input, error);
}

quire_status q_notes_current(q_repository *repository, const q_version_record *record, cJSON **json,
                             quire_error *error) {
    q_key key;
    quire_status status = q_key_numbered(&key, record->name, "notes", record->number, error);
    if (!status) {
        status = q_register_get(repository->objects, key.text, KIND, json, NULL, error);
    }
    if (!status && !*json) {
        *json = cJSON_Duplicate(record->notes, true);
        status = *json ? QUIRE_OK : q_error_memory(error);
    }
    status = status ? status : q_notes_check(*json, error);
    if (status) {
        q_error_prefix(error, "notes of %s:v%" PRId64, record->name, record->number);
        cJSON_Delete(*json);
        *json = NULL;
    }
    return status;
}
