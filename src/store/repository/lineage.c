/** @file Lineage: see lineage.h. */
#include "store/repository/lineage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/time.h"
#include "store/repository/handle.h"
#include "store/repository/resolve.h"

#define KIND "use"

/* The object's name follows from what made it, so that a repeated commit records it once. */
static quire_status use_key(q_key *key, const char *name, int64_t number, const char *id,
                            quire_error *error) {
    char suffix[64 + Q_SHA256_HEX_SIZE];
    snprintf(suffix, sizeof suffix, "lineage/%010" PRId64 "/%s", number, id);
    return q_key_collection(key, name, suffix, error);
}

static quire_status put_use(q_repository *repository, const char *name, int64_t number,
                            const char *id, const char *output, const cJSON *created_by,
                            quire_error *error) {
    char now[Q_TIME_SIZE];
    q_key key;
    q_time_now(now);
    cJSON *record = q_record_new(KIND);
    cJSON *by = record ? cJSON_Duplicate(created_by, true) : NULL;
    quire_status status = QUIRE_OK;
    if (!by || !q_record_add_string(record, "output", output) ||
        !q_record_add_string(record, "at", now)) {
        cJSON_Delete(by);
        status = q_error_memory(error);
    } else {
        status = q_record_adopt(record, "created_by", by) ? QUIRE_OK : q_error_memory(error);
    }
    if (!status) {
        status = use_key(&key, name, number, id, error);
    }
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
        if (status == QUIRE_CONFLICT) { /* recorded before, at another time */
            status = QUIRE_OK;
        }
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_lineage_record_inputs(q_repository *repository, const q_version_draft *draft,
                                     int64_t number, quire_error *error) {
    const cJSON *input;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(draft->notes, "inputs")) {
        q_address address;
        char id[Q_SHA256_HEX_SIZE];
        char output[Q_NAME_MAX + 32];
        if (status || !cJSON_IsString(input)) {
            continue;
        }
        snprintf(output, sizeof output, "%s:v%" PRId64, draft->name, number);
        status = q_name_parse_address(input->valuestring, &address, error);
        if (!status) {
            status = q_sha256_hex(output, strlen(output), id, error);
        }
        if (!status) {
            status = put_use(repository, address.name, q_name_version_number(address.selector), id,
                             output, draft->created_by, error);
        }
    }
    return status;
}

quire_status q_lineage_use(quire_store *store, const q_address *address, const char *job,
                           quire_error *error) {
    q_repository *repository = q_repository_of(store);
    int64_t number;
    char id[33];
    cJSON *created_by = NULL;
    quire_status status = q_resolve(repository, address, &number, error);
    if (!status) {
        created_by = q_repository_created_by(job, NULL, error);
        status = created_by ? q_random_hex(id, error) : QUIRE_ERROR;
    }
    if (!status) {
        status = put_use(repository, address->name, number, id, NULL, created_by, error);
    }
    cJSON_Delete(created_by);
    return status;
}

static const char *text_of(const cJSON *object, const char *key) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void describe(quire_lineage *step, const cJSON *created_by, const char *at) {
    step->job = text_of(created_by, "job");
    step->user = text_of(created_by, "user") ? text_of(created_by, "user") : "";
    step->host = text_of(created_by, "host") ? text_of(created_by, "host") : "";
    step->at = at ? at : "";
}

typedef struct telling {
    q_repository *repository;
    quire_lineage_callback callback;
    void *context;
} telling;

static quire_status tell_use(void *context, const q_object_info *info, quire_error *error) {
    telling *to = context;
    cJSON *record = NULL;
    quire_lineage step = {.kind = "use"};
    quire_status status = q_record_get(to->repository->objects, info->key, KIND, &record, error);
    if (!status) {
        describe(&step, cJSON_GetObjectItemCaseSensitive(record, "created_by"),
                 text_of(record, "at"));
        step.other = text_of(record, "output");
        status = to->callback(to->context, &step);
        if (status) {
            q_error_set(error, status, "the listing of lineage was ended");
        }
    }
    cJSON_Delete(record);
    return status;
}

static quire_status tell_inputs(const q_version_record *record, const telling *to,
                                quire_error *error) {
    const cJSON *input;
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(record->notes, "inputs")) {
        quire_lineage step = {.kind = "input"};
        if (!cJSON_IsString(input)) {
            continue;
        }
        describe(&step, record->created_by, record->created_at);
        step.other = input->valuestring;
        quire_status status = to->callback(to->context, &step);
        if (status) {
            return q_error_set(error, status, "the listing of lineage was ended");
        }
    }
    return QUIRE_OK;
}

quire_status q_lineage_each(quire_version *version, quire_lineage_callback callback, void *context,
                            quire_error *error) {
    q_version_handle *handle = (q_version_handle *)version;
    telling to = {q_repository_of(version->store), callback, context};
    q_key key;
    quire_status status = tell_inputs(&handle->record, &to, error);
    if (!status) {
        status = use_key(&key, version->info.name, version->info.number, "", error);
    }
    if (!status) {
        status = q_objects_list(to.repository->objects, key.text, true, tell_use, &to, error);
    }
    return status;
}
