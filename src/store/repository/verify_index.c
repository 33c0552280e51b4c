/**
 * @file
 * Checks that records agree with each other. A lost version record leaves no hole when it was the
 * newest; but its entry in the digest index, aliases and outcomes of drafts still name it. What is
 * named is looked up one by one, since a listing beside writers may be older than what names it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/digest_index.h"
#include "store/repository/draft.h"
#include "store/repository/verifying.h"
#include "store/repository/void.h"

bool q_verify_is_version(q_verifying *self, const char *name, int64_t number, const char *by) {
    q_key key;
    q_object_info info;
    quire_error fault = {0};
    quire_status status = q_key_numbered(&key, name, "versions", number, &fault);
    status = status ? status : q_objects_stat(self->repository->objects, key.text, &info, &fault);
    if (status == QUIRE_NOT_FOUND) {
        q_verifying_fault(self, "%s is missing, which %s names", key.text, by);
    } else if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
    }
    return status == QUIRE_OK;
}

/* An entry of the index: the version that it names has the digest that its own name tells. */
static quire_status see_digest(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    q_version_record record;
    cJSON *json = NULL;
    uint64_t number = 0;
    quire_error fault = {0};
    (void)error;
    quire_status status =
        q_record_get(self->repository->objects, info->key, "digest", &json, &fault);
    status = status ? status : q_json_uint(json, "number", &number, &fault);
    cJSON_Delete(json);
    if (status) { /* a fault is reported among the records */
        q_verifying_refused(self, status, &fault);
        return QUIRE_OK;
    }
    const char *digest = strrchr(info->key, '/') + 1;
    if (!q_verify_is_version(self, self->name, (int64_t)number, info->key)) {
        return QUIRE_OK;
    }
    status = q_version_record_get(self->repository, self->name, (int64_t)number, &record, &fault);
    q_verifying_refused(self, status, &fault);
    if (!status) {
        if (strncmp(record.digest, digest, strlen(record.digest)) != 0) {
            q_verifying_fault(self, "%s names %s:v%" PRIu64 ", which has another digest", info->key,
                              self->name, number);
        }
        q_version_record_free(&record);
    }
    return QUIRE_OK;
}

static quire_status see_alias(void *context, const char *alias, int64_t number,
                              quire_error *error) {
    (void)error;
    q_verify_is_version(context, ((q_verifying *)context)->name, number, alias);
    return QUIRE_OK;
}

/* Content that is there must be found by its digest, else it would be logged again. */
static void check_indexed(q_verifying *self, int64_t number) {
    q_version_record record;
    int64_t found = -1;
    quire_error fault = {0};
    quire_status status =
        q_version_record_get(self->repository, self->name, number, &record, &fault);
    if (status) { /* a fault is reported among the records */
        q_verifying_refused(self, status, &fault);
        return;
    }
    status = q_digest_index_find(self->repository, self->name, record.digest, &found, &fault);
    q_verifying_refused(self, status, &fault);
    if (!status && found < 0 && !q_void_is(&record) &&
        !q_verify_is_gone(self, self->name, number)) {
        q_verifying_fault(self, "%s:v%" PRId64 " is not in the index of digests", self->name,
                          number);
    }
    q_version_record_free(&record);
}

quire_status q_verify_index(q_verifying *self, const char *name, const q_numbers *numbers,
                            quire_error *error) {
    q_key key;
    self->name = name;
    for (size_t i = 0; i < numbers->count; i++) {
        if (!q_numbers_is_deleted(numbers, numbers->numbers[i])) {
            check_indexed(self, numbers->numbers[i]);
        }
    }
    for (size_t i = 0; i < numbers->deleted_count; i++) {
        q_verify_is_version(self, name, numbers->deleted[i], "a deletion");
    }
    quire_status status = q_key_collection(&key, name, "digests/", error);
    status =
        status ? status
               : q_objects_list(self->repository->objects, key.text, true, see_digest, self, error);
    if (!status) { /* a damaged one is reported among the records */
        quire_error fault = {0};
        quire_status aliases = q_alias_each(self->repository, name, see_alias, self, &fault);
        q_verifying_refused(self, aliases, &fault);
    }
    return status;
}

void q_verify_outcome(q_verifying *self, const char *name, const char *distributed_id,
                      const q_draft_outcome *outcome) {
    cJSON *roster = NULL;
    quire_error fault = {0};
    if (outcome->dropped) {
        return;
    }
    q_verify_is_version(self, name, outcome->number, "the outcome of a draft");
    quire_status status = q_draft_roster(self->repository, name, distributed_id, &roster, &fault);
    q_verifying_refused(self, status, &fault);
    if (!status && !roster) {
        q_verifying_fault(self, "draft '%s' of '%s' is finished, but its roster is missing",
                          distributed_id, name);
    }
    cJSON_Delete(roster);
}
