/** @file Drafts: registering parts. See draft.h for why nothing is lost. */
#include "store/repository/draft.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_equal.h"
#include "base/time.h"
#include "store/repository/claim.h"
#include "store/repository/part.h"
#include "store/repository/register.h"

static quire_status create(q_repository *repository, const char *name, const char *type,
                           const char *id, const cJSON *created_by, quire_error *error) {
    char now[Q_TIME_SIZE];
    q_key key;
    q_time_now(now);
    cJSON *record = q_record_new("draft");
    cJSON *by = record ? cJSON_Duplicate(created_by, true) : NULL;
    quire_status status = QUIRE_OK;
    if (!by || !q_record_add_string(record, "name", name) ||
        !q_record_add_string(record, "type", type) ||
        !q_record_add_string(record, "distributed_id", id) ||
        !q_record_add_string(record, "created_at", now)) {
        cJSON_Delete(by);
        status = q_error_memory(error);
    } else {
        status = q_record_adopt(record, "created_by", by) ? QUIRE_OK : q_error_memory(error);
    }
    if (!status) {
        status = q_key_draft(&key, name, id, "draft.json", error);
    }
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
        if (status == QUIRE_CONFLICT) { /* another writer began it */
            status = QUIRE_OK;
        }
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_draft_get(q_repository *repository, const char *name, const char *id, cJSON **record,
                         quire_error *error) {
    q_key key;
    *record = NULL;
    quire_status status = q_key_draft(&key, name, id, "draft.json", error);
    if (!status) {
        status = q_record_get(repository->objects, key.text, "draft", record, error);
    }
    if (status == QUIRE_NOT_FOUND) {
        return q_error_set(error, status, "no draft '%s' of '%s' in %s", id, name,
                           repository->base.url);
    }
    return status;
}

static quire_status too_late(q_repository *repository, const char *name, const char *id,
                             const char *writer, quire_error *error) {
    q_draft_outcome outcome;
    quire_status status = q_draft_read_outcome(repository, name, id, &outcome, error);
    if (status) {
        return status;
    }
    if (outcome.dropped) {
        return q_error_set(error, QUIRE_CONFLICT, "draft '%s' of '%s' was dropped; use another id",
                           id, name);
    }
    if (outcome.decided) {
        return q_error_set(error, QUIRE_CONFLICT,
                           "draft '%s' is finished as %s:v%" PRId64
                           " without this part of writer '%s'",
                           id, name, outcome.number, writer);
    }
    return q_error_set(error, QUIRE_CONFLICT,
                       "draft '%s' of '%s' is sealed without this part of writer '%s'", id, name,
                       writer);
}

/* As it is read back, so that both have been through the same text. */
static quire_status same_notes(const cJSON *ours, const cJSON *theirs, bool *same,
                               quire_error *error) {
    q_buffer text = {0};
    cJSON *again = NULL;
    *same = false;
    quire_status status = q_json_print(&text, ours, error);
    if (!status) {
        status = q_json_parse(text.data, text.size, Q_RECORD_MAX, Q_RECORD_DEPTH, &again, error);
    }
    if (!status) {
        status = q_json_equal(again, theirs, same, error);
    }
    cJSON_Delete(again);
    q_buffer_free(&text);
    return status;
}

/* Whether the roster has this very part: a repeated upsert is as good as the first. */
static quire_status is_in(const cJSON *roster, const q_draft_part *part, bool *in,
                          quire_error *error) {
    const cJSON *item;
    *in = false;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(roster, "parts")) {
        q_draft_member member;
        quire_status status = q_draft_read_member(roster, item, &member, error);
        if (status) {
            return status;
        }
        if (strcmp(member.writer, part->writer) == 0) {
            return strcmp(member.shard.digest, part->shard->digest) == 0
                       ? same_notes(part->notes, member.notes, in, error)
                       : QUIRE_OK;
        }
    }
    return QUIRE_OK;
}

static quire_status judge(q_repository *repository, const char *name, const char *id,
                          const cJSON *roster, const q_draft_part *part, quire_error *error) {
    bool in = false;
    quire_status status = is_in(roster, part, &in, error);
    return status || in ? status : too_late(repository, name, id, part->writer, error);
}

static quire_status set_part(void *context, const cJSON *current, cJSON **next,
                             quire_error *error) {
    const q_draft_part *part = context;
    (void)current;
    /* Between the look for the newest number and the put of the next, as claim.h asks. */
    quire_status status = part->lease ? q_lease_check(part->lease, error) : QUIRE_OK;
    return status ? status : q_part_record(part, next, error);
}

static quire_status put_part(q_repository *repository, const char *name, const char *id,
                             const q_draft_part *part, quire_error *error) {
    q_key reg;
    q_lease claim = {0};
    q_claim_target target = {.name = name, .distributed_id = id, .writer = part->writer};
    quire_status status = q_part_key(&reg, name, id, part->writer, error);
    status = status ? status : q_claim_take(part->lease, &target, &claim, error);
    if (!status) {
        status = q_register_update(repository->objects, reg.text, Q_PART_KIND, Q_OBJECT_RECORD,
                                   set_part, (void *)part, NULL, error);
    }
    q_lease_drop(&claim);
    return status;
}

static quire_status check_type(q_repository *repository, const char *name, const char *type,
                               const char *id, quire_error *error) {
    cJSON *record = NULL;
    const char *found = NULL;
    quire_status status = q_draft_get(repository, name, id, &record, error);
    if (!status) {
        status = q_json_string(record, "type", &found, error);
    }
    if (!status && strcmp(found, type) != 0) {
        status = q_error_set(error, QUIRE_CONFLICT, "draft '%s' of '%s' has type '%s', not '%s'",
                             id, name, found, type);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_draft_register(q_repository *repository, const char *name, const char *type,
                              const char *id, const q_draft_part *part, quire_error *error) {
    q_draft_outcome outcome = {0};
    cJSON *roster = NULL;
    bool sealed = false;
    quire_status status = create(repository, name, type, id, part->created_by, error);
    status = status ? status : check_type(repository, name, type, id, error);
    status = status ? status : q_draft_read_outcome(repository, name, id, &outcome, error);
    status = status ? status : q_draft_roster(repository, name, id, &roster, error);
    if (!status && (outcome.dropped || roster)) {
        status = outcome.dropped ? too_late(repository, name, id, part->writer, error)
                                 : judge(repository, name, id, roster, part, error);
        cJSON_Delete(roster);
        return status;
    }
    status = status ? status : put_part(repository, name, id, part, error);
    status = status ? status : q_draft_is_sealed(repository, name, id, &sealed, error);
    if (!status &&
        sealed) { /* a finish runs beside us: its roster decides, made by us if need be */
        status = q_draft_seal(repository, name, id, &roster, error);
        status = status ? status : judge(repository, name, id, roster, part, error);
    }
    cJSON_Delete(roster);
    return status;
}
