/** @file Claims: see claim.h. */
#include "store/repository/claim.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"

static int64_t oldest(const q_lease *lease) {
    int64_t taken = lease->taken;
    for (const q_lease *each = lease->also; each; each = each->also) {
        taken = each->repository && each->taken < taken ? each->taken : taken;
    }
    return taken;
}

/* Like the lease, pins and all, since it may outlive that one. */
static bool describe(cJSON *record, const q_lease *lease, const q_claim_target *target) {
    char taken_at[24];
    snprintf(taken_at, sizeof taken_at, "%lld", (long long)oldest(lease));
    cJSON_DeleteItemFromObjectCaseSensitive(record, "check");
    cJSON_DeleteItemFromObjectCaseSensitive(record, "taken_at");
    cJSON_DeleteItemFromObjectCaseSensitive(record, "name");
    return q_record_add_string(record, "taken_at", taken_at) &&
           q_record_add_string(record, "name", target->name) &&
           q_record_add_string(record, "claim_of", lease->key.text) &&
           q_record_add_string(record, "digest", target->digest) &&
           q_record_add_string(record, "writer", target->writer);
}

quire_status q_claim_take(const q_lease *lease, const q_claim_target *target, q_lease *claim,
                          quire_error *error) {
    char id[33];
    cJSON *record = NULL;
    memset(claim, 0, sizeof *claim);
    if (!lease || !lease->repository) {
        return QUIRE_OK;
    }
    quire_status status = q_lease_check(lease->also, error);
    status =
        status ? status
               : q_record_get(lease->repository->objects, lease->key.text, "lease", &record, error);
    if (status == QUIRE_NOT_FOUND) {
        status = q_lease_check(lease, error);
        return status ? status : q_error_set(error, QUIRE_TEMPORARY, "a lease came and went");
    }
    status = status ? status : q_random_hex(id, error);
    status = status ? status : q_key_lease(&claim->key, id, error);
    if (!status && !describe(record, lease, target)) {
        status = q_error_memory(error);
    }
    if (!status) {
        status = q_record_put(lease->repository->objects, claim->key.text, Q_OBJECT_HINT, record,
                              NULL, error);
    }
    if (!status) {
        claim->repository = lease->repository;
        claim->taken = oldest(lease);
    }
    cJSON_Delete(record);
    return status;
}
