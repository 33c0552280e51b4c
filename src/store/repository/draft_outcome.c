/** @file The outcome of a draft: see draft_outcome.h. */
#include "store/repository/draft_outcome.h"

#include <stdio.h>
#include <string.h>

quire_status q_draft_read_outcome(q_repository *repository, const char *name, const char *id,
                                  q_draft_outcome *outcome, quire_error *error) {
    q_key key;
    cJSON *record = NULL;
    uint64_t number = 0;
    const char *digest = NULL;
    memset(outcome, 0, sizeof *outcome);
    quire_status status = q_key_draft(&key, name, id, "outcome", error);
    if (!status) {
        status = q_record_get(repository->objects, key.text, "outcome", &record, error);
    }
    if (status == QUIRE_NOT_FOUND) {
        return QUIRE_OK;
    }
    if (!status) {
        outcome->decided = true;
        outcome->dropped = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(record, "dropped"));
    }
    if (!status && !outcome->dropped) {
        status = q_json_uint(record, "number", &number, error);
        status = status ? status : q_json_string(record, "digest", &digest, error);
        if (!status && (number > Q_KEY_NUMBER_MAX || !q_is_sha256_hex(digest))) {
            status = q_error_set(error, QUIRE_INTEGRITY, "%s names no version", key.text);
        }
        outcome->number = (int64_t)number;
        snprintf(outcome->digest, sizeof outcome->digest, "%s", digest ? digest : "");
    }
    cJSON_Delete(record);
    return status;
}

/* Without times or names, so that all who decide alike write the same bytes. */
quire_status q_draft_decide(q_repository *repository, const char *name, const char *id,
                            const q_draft_outcome *outcome, quire_error *error) {
    q_key key;
    quire_status status = QUIRE_OK;
    cJSON *record = q_record_new("outcome");
    bool ok = record != NULL;
    if (ok && outcome->dropped) {
        ok = cJSON_AddTrueToObject(record, "dropped") != NULL;
    } else if (ok) {
        ok = q_record_add_uint(record, "number", (uint64_t)outcome->number) &&
             q_record_add_string(record, "digest", outcome->digest);
    }
    status = ok ? q_key_draft(&key, name, id, "outcome", error) : q_error_memory(error);
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
    }
    cJSON_Delete(record);
    return status;
}
