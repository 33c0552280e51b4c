/** @file Version records: see version_record.h. */
#include "store/repository/version_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/time.h"
#include "manifest/line.h"

#define KIND "version"

void q_version_record_free(q_version_record *record) {
    cJSON_Delete(record->json);
    memset(record, 0, sizeof *record);
}

static quire_status read_members(q_version_record *record, quire_error *error) {
    uint64_t number = 0;
    const cJSON *json = record->json;
    quire_status status = q_json_string(json, "name", &record->name, error);
    status = status ? status : q_json_string(json, "type", &record->type, error);
    status = status ? status : q_json_string(json, "mode", &record->mode, error);
    status = status ? status : q_json_string(json, "digest", &record->digest, error);
    status = status ? status : q_json_string(json, "root", &record->root, error);
    status = status ? status : q_json_string(json, "created_at", &record->created_at, error);
    status = status ? status : q_json_uint(json, "number", &number, error);
    status = status ? status : q_json_uint(json, "root_size", &record->root_size, error);
    status = status ? status : q_json_uint(json, "entries", &record->entries, error);
    status = status ? status : q_json_uint(json, "bytes", &record->bytes, error);
    status = status ? status : q_line_stored(q_name_check_type(record->type, NULL, error), error);
    status = status ? status : q_line_stored(q_name_check_id("mode", record->mode, error), error);
    int64_t created = 0;
    status = status ? status : q_time_parse(record->created_at, &created, error);
    record->number = (int64_t)number;
    record->created_by = cJSON_GetObjectItemCaseSensitive(json, "created_by");
    record->notes = cJSON_GetObjectItemCaseSensitive(json, "notes");
    if (!status && (!cJSON_IsObject(record->created_by) || !cJSON_IsObject(record->notes) ||
                    !q_is_sha256_hex(record->digest) || !q_is_sha256_hex(record->root))) {
        status = q_error_set(error, QUIRE_INTEGRITY, "a member is missing or malformed");
    }
    return status;
}

void q_version_record_keep(q_repository *repository) {
    repository->known.writers++;
}

void q_version_record_forget(q_repository *repository) {
    q_known_version *known = &repository->known;
    if (--known->writers == 0) {
        cJSON_Delete(known->record);
        known->record = NULL;
    }
}

int64_t q_version_record_known(const q_repository *repository, const char *name) {
    q_key key;
    const q_known_version *known = &repository->known;
    const char *leaf = known->record ? strrchr(known->key, '/') : NULL;
    int64_t number = leaf ? q_key_number(leaf + 1) : -1;
    bool is_of = number >= 0 && !q_key_numbered(&key, name, "versions", number, NULL) &&
                 strcmp(key.text, known->key) == 0;
    return is_of ? number : -1;
}

static quire_status get_known(q_repository *repository, const char *key, cJSON **json,
                              quire_error *error) {
    q_known_version *known = &repository->known;
    if (known->writers == 0) {
        return q_record_get(repository->objects, key, KIND, json, error);
    }
    if (!known->record || strcmp(known->key, key) != 0) {
        cJSON *record = NULL;
        quire_status status = q_record_get(repository->objects, key, KIND, &record, error);
        if (status) {
            return status;
        }
        cJSON_Delete(known->record);
        known->record = record;
        snprintf(known->key, sizeof known->key, "%s", key);
    }
    *json = cJSON_Duplicate(known->record, true);
    return *json ? QUIRE_OK : q_error_memory(error);
}

quire_status q_version_record_get(q_repository *repository, const char *name, int64_t number,
                                  q_version_record *record, quire_error *error) {
    q_key key;
    memset(record, 0, sizeof *record);
    quire_status status = q_key_numbered(&key, name, "versions", number, error);
    if (!status) {
        status = get_known(repository, key.text, &record->json, error);
    }
    if (status == QUIRE_NOT_FOUND) {
        return q_error_set(error, status, "no version %s:v%" PRId64 " in %s", name, number,
                           repository->base.url);
    }
    if (status) {
        return status;
    }
    status = read_members(record, error);
    if (!status && (record->number != number || strcmp(record->name, name) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "it is the record of %s:v%" PRId64,
                             record->name, record->number);
    }
    if (status) {
        q_error_prefix(error, "%s", key.text);
        q_version_record_free(record);
    }
    return status;
}

static cJSON *make(const q_version_draft *draft, int64_t number, const char *nonce) {
    char now[Q_TIME_SIZE];
    cJSON *record = q_record_new(KIND);
    q_time_now(now);
    bool ok = record && q_record_add_string(record, "name", draft->name) &&
              q_record_add_uint(record, "number", (uint64_t)number) &&
              q_record_add_string(record, "type", draft->type) &&
              q_record_add_string(record, "mode", draft->mode) &&
              q_record_add_string(record, "digest", draft->root->digest) &&
              q_record_add_string(record, "root", draft->root_object) &&
              q_record_add_uint(record, "root_size", draft->root_size) &&
              q_record_add_uint(record, "entries", draft->root->entries) &&
              q_record_add_uint(record, "bytes", draft->root->bytes) &&
              q_record_add_string(record, "created_at", now) &&
              q_record_add_string(record, "nonce", nonce);
    ok = ok && q_record_adopt(record, "created_by", cJSON_Duplicate(draft->created_by, true)) &&
         q_record_adopt(record, "notes", cJSON_Duplicate(draft->notes, true));
    if (ok) {
        return record;
    }
    cJSON_Delete(record);
    return NULL;
}

quire_status q_version_record_put(q_repository *repository, const q_version_draft *draft,
                                  int64_t number, quire_error *error) {
    char nonce[33]; /* who meets its own nonce has won, even if the reply was lost */
    q_key key;
    cJSON *record = NULL;
    quire_status status = q_random_hex(nonce, error);
    if (!status) {
        record = make(draft, number, nonce);
        status = record ? QUIRE_OK : q_error_memory(error);
    }
    if (!status) {
        status = q_key_numbered(&key, draft->name, "versions", number, error);
    }
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_version_record_settle(q_repository *repository, const char *name, int64_t number,
                                     quire_error *error) {
    q_key key;
    quire_status status = q_key_numbered(&key, name, "versions", number, error);
    return status ? status : q_objects_settle(repository->objects, key.text, error);
}
