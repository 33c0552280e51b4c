/** @file The commit: see commit.h. */
#include "store/repository/commit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/claim.h"
#include "store/repository/digest_index.h"
#include "store/repository/lineage.h"
#include "store/repository/void.h"

static quire_status check_type(q_repository *repository, const q_version_record *newest,
                               const char *name, const char *type, quire_error *error) {
    bool has = false;
    if (strcmp(newest->type, type) == 0) {
        return QUIRE_OK;
    }
    quire_status status = q_collection_has_version(repository, name, newest->number, &has, error);
    return !status && has ? q_collection_refuse_type(name, newest->type, type, error) : status;
}

quire_status q_commit_enter_newest(q_repository *repository, const char *name, int64_t newest,
                                   q_version_record *record, int64_t *entered, quire_error *error) {
    memset(record, 0, sizeof *record);
    *entered = -1;
    if (newest < 0) {
        return QUIRE_OK;
    }
    quire_status status = q_void_end_newest(repository, name, newest, error);
    status = status ? status : q_version_record_get(repository, name, newest, record, error);
    /* The index and the next version must not outlive it. */
    status = status ? status : q_version_record_settle(repository, name, newest, error);
    return status ? status
                  : q_digest_index_add(repository, name, record->digest, newest, entered, error);
}

/* Keep the invariants: all below the next version are in the digest index, and those that are not
 * deleted have its type. `*number` is the newest if that has the digest, or -1. */
static quire_status look_at_newest(q_repository *repository, const q_version_draft *draft,
                                   int64_t newest, int64_t *number, quire_error *error) {
    q_version_record record;
    int64_t entered = -1;
    *number = -1;
    quire_status status =
        q_commit_enter_newest(repository, draft->name, newest, &record, &entered, error);
    if (!status && newest >= 0) {
        status = check_type(repository, &record, draft->name, draft->type, error);
    }
    if (!status && entered >= 0 && entered == newest &&
        strcmp(record.digest, draft->root->digest) == 0) {
        *number = newest;
    }
    q_version_record_free(&record);
    return status;
}

static quire_status create_or_find(q_repository *repository, const q_version_draft *draft,
                                   int64_t *number, int64_t *top, bool *created,
                                   quire_error *error) {
    int64_t newest = -1;
    *created = false;
    quire_status status = q_collection_newest(repository, draft->name, &newest, error);
    while (!status) {
        status = look_at_newest(repository, draft, newest, number, error);
        if (!status && *number < 0) {
            status =
                q_digest_index_find(repository, draft->name, draft->root->digest, number, error);
        }
        *top = newest;
        if (status || *number >= 0) {
            return status || *number == newest
                       ? status
                       : q_version_record_settle(repository, draft->name, *number, error);
        }
        /* In this order, for the reason that claim.h gives. */
        status = draft->lease ? q_lease_check(draft->lease, error) : QUIRE_OK;
        status = status ? status : q_version_record_put(repository, draft, newest + 1, error);
        if (!status) {
            *number = newest + 1;
            *created = true;
            return QUIRE_OK;
        }
        if (status == QUIRE_CONFLICT) { /* somebody else has it: look at it */
            status = QUIRE_OK;
            newest++;
        }
    }
    return status;
}

quire_status q_commit_aliases(q_repository *repository, const char *name, int64_t number,
                              const cJSON *notes, quire_error *error) {
    const cJSON *alias;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(alias, cJSON_GetObjectItemCaseSensitive(notes, "aliases")) {
        if (!status && cJSON_IsString(alias)) {
            status = q_alias_put(repository, name, alias->valuestring, number, error);
        }
    }
    return status;
}

/* A new version is the latest by being the newest, and so is the newest, `top`, if nothing else was
 * made it. An older one must be made so, unless it was deleted after it was found: then the commit
 * came first, and the deletion has the last word. */
static quire_status move_latest(q_repository *repository, const char *name, int64_t number,
                                int64_t top, quire_error *error) {
    q_numbers numbers = {0};
    int64_t latest = -1;
    bool moved = true;
    quire_status status =
        number == top ? q_alias_latest_moved(repository, name, &moved, error) : QUIRE_OK;
    if (status || !moved) {
        return status;
    }
    status = q_collection_numbers(repository, name, &numbers, error);
    bool deleted = q_numbers_is_deleted(&numbers, number);
    if (!status && !deleted) {
        status = q_alias_latest(repository, name, &numbers, &latest, error);
    }
    if (!status && !deleted && latest != number) {
        status =
            q_alias_put_latest(repository, name, number, numbers.numbers[numbers.count - 1], error);
    }
    q_numbers_free(&numbers);
    return status;
}

quire_status q_commit(q_repository *repository, const q_version_draft *draft,
                      quire_version_id *version, quire_error *error) {
    int64_t number = -1, top = -1;
    bool created = false;
    q_lease claim;
    q_claim_target target = {.name = draft->name, .digest = draft->root->digest};
    quire_status status = q_claim_take(draft->lease, &target, &claim, error);
    status = status ? status : create_or_find(repository, draft, &number, &top, &created, error);
    q_lease_drop(&claim);
    bool committed = !status; /* what follows can be made up for by committing again */
    if (!status && created) {
        int64_t entered = -1;
        status = q_digest_index_add(repository, draft->name, draft->root->digest, number, &entered,
                                    error);
    }
    if (!status && !created) {
        status = move_latest(repository, draft->name, number, top, error);
    }
    if (!status) {
        status = q_commit_aliases(repository, draft->name, number, draft->notes, error);
    }
    if (!status) {
        status = q_lineage_record_inputs(repository, draft, number, error);
    }
    if (!status) {
        memset(version, 0, sizeof *version);
        snprintf(version->name, sizeof version->name, "%s", draft->name);
        snprintf(version->digest, sizeof version->digest, "%s", draft->root->digest);
        version->number = number;
        version->created = created;
        q_store_log(&repository->base, QUIRE_LOG_INFO, "%s %s:v%" PRId64,
                    created ? "committed" : "unchanged:", draft->name, number);
    } else if (committed) {
        q_error_prefix(error, "%s:v%" PRId64 " is committed, but not all that goes with it",
                       draft->name, number);
    }
    return status;
}
