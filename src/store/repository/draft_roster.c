/** @file Seal and roster of a draft: see draft_roster.h. */
#include "store/repository/draft_roster.h"

#include <stdio.h>

quire_status q_draft_is_sealed(q_repository *repository, const char *name, const char *id,
                               bool *sealed, quire_error *error) {
    q_key key;
    q_object_info info;
    quire_status status = q_key_draft(&key, name, id, "seal", error);
    if (!status) {
        status = q_objects_stat(repository->objects, key.text, &info, error);
    }
    *sealed = !status;
    return status == QUIRE_NOT_FOUND ? QUIRE_OK : status;
}

quire_status q_draft_roster(q_repository *repository, const char *name, const char *id,
                            cJSON **roster, quire_error *error) {
    q_key key;
    *roster = NULL;
    quire_status status = q_key_draft(&key, name, id, "roster", error);
    if (!status) {
        status = q_record_get(repository->objects, key.text, "roster", roster, error);
    }
    if (!status) { /* whose part is in it is told so */
        status = q_objects_settle(repository->objects, key.text, error);
        if (status) {
            cJSON_Delete(*roster);
            *roster = NULL;
        }
    }
    return status == QUIRE_NOT_FOUND ? QUIRE_OK : status;
}

static quire_status make_roster(q_repository *repository, const char *name, const char *id,
                                cJSON **roster, quire_error *error) {
    q_key key;
    quire_status status = q_draft_survey(repository, name, id, roster, error);
    if (!status) {
        status = q_key_draft(&key, name, id, "roster", error);
    }
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, *roster, NULL, error);
    }
    if (status == QUIRE_CONFLICT) { /* another came first: its roster counts */
        cJSON_Delete(*roster);
        status = q_draft_roster(repository, name, id, roster, error);
    }
    return status;
}

quire_status q_draft_seal(q_repository *repository, const char *name, const char *id,
                          cJSON **roster, quire_error *error) {
    q_key key;
    *roster = NULL;
    cJSON *seal = q_record_new("seal"); /* the same bytes for everybody */
    quire_status status = seal ? q_key_draft(&key, name, id, "seal", error) : q_error_memory(error);
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, seal, NULL, error);
    }
    cJSON_Delete(seal);
    if (!status) {
        status = q_draft_roster(repository, name, id, roster, error);
    }
    if (!status && !*roster) {
        status = make_roster(repository, name, id, roster, error);
    }
    return status;
}

quire_status q_draft_each_member(const char *name, const char *id, const cJSON *roster,
                                 quire_status (*callback)(void *, const char *,
                                                          const q_draft_member *, quire_error *),
                                 void *context, quire_error *error) {
    const cJSON *part;
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(roster, "parts")) {
        q_draft_member member;
        q_key key;
        char suffix[16 + Q_SHA256_HEX_SIZE];
        quire_status status = q_draft_read_member(roster, part, &member, error);
        if (!status) {
            snprintf(suffix, sizeof suffix, "shards/%s", member.shard.object);
            status = q_key_draft(&key, name, id, suffix, error);
        }
        status = status ? status : callback(context, key.text, &member, error);
        if (status) {
            return status;
        }
    }
    return QUIRE_OK;
}
