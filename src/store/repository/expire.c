/** @file Versions whose time to live has passed: see expire.h. */
#include "store/repository/expire.h"

#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/delete.h"
#include "store/repository/notes.h"
#include "store/repository/void.h"

typedef struct expiring {
    q_repository *repository;
    int64_t now;
    bool dry_run;
    q_keyset *expired;
} expiring;

typedef struct holding {
    int64_t number;
    bool held;
} holding;

static quire_status see_alias(void *context, const char *alias, int64_t number,
                              quire_error *error) {
    holding *to = context;
    (void)alias;
    (void)error;
    to->held = to->held || number == to->number;
    return QUIRE_OK;
}

/* By the store's clock, as gc's: the writer's, which `created_at` tells, may be hours away. */
static quire_status age_of(const expiring *to, const char *name, int64_t number, int64_t *age,
                           quire_error *error) {
    q_key key;
    q_object_info info;
    quire_status status = q_key_numbered(&key, name, "versions", number, error);
    status = status ? status : q_objects_stat(to->repository->objects, key.text, &info, error);
    *age = status ? 0 : to->now - info.modified;
    return status;
}

static quire_status is_over(expiring *to, const char *name, int64_t number, bool *over,
                            bool *is_void, quire_error *error) {
    q_version_record record;
    cJSON *notes = NULL;
    int64_t age = 0;
    holding aliases = {number, false};
    *over = *is_void = false;
    quire_status status = q_version_record_get(to->repository, name, number, &record, error);
    if (status) {
        return status;
    }
    status = q_notes_current(to->repository, &record, &notes, error);
    const cJSON *ttl = cJSON_GetObjectItemCaseSensitive(notes, "ttl");
    *is_void = q_void_is(&record); /* left by a gc that died beside it */
    if (!status && (*is_void || (cJSON_IsNumber(ttl) && ttl->valuedouble > 0))) {
        status = age_of(to, name, number, &age, error);
        status = status ? status : q_alias_each(to->repository, name, see_alias, &aliases, error);
        *over =
            !status && (*is_void || (!aliases.held && (double)age > ttl->valuedouble * 1000000.0));
    }
    cJSON_Delete(notes);
    q_version_record_free(&record);
    return status;
}

static quire_status expire_collection(void *context, const char *name, quire_error *error) {
    expiring *to = context;
    q_numbers numbers = {0};
    quire_status status = q_collection_numbers(to->repository, name, &numbers, error);
    for (size_t i = 0; !status && i < numbers.count; i++) {
        bool over = false, is_void = false;
        int64_t number = numbers.numbers[i];
        if (q_numbers_is_deleted(&numbers, number)) {
            continue;
        }
        status = is_over(to, name, number, &over, &is_void, error);
        if (!status && over) {
            q_key key;
            status = q_key_numbered(&key, name, "versions", number, error);
            status = status ? status : q_keyset_add(to->expired, key.text, NULL, error);
            if (!status && !to->dry_run) {
                status = is_void ? q_void_end(to->repository, name, number, error)
                                 : q_delete_mark(to->repository, name, number, error);
            }
        }
    }
    q_numbers_free(&numbers);
    return status;
}

quire_status q_expire_versions(q_repository *repository, int64_t now, bool dry_run,
                               q_keyset *expired, quire_error *error) {
    expiring to = {repository, now, dry_run, expired};
    return q_collection_each(repository, expire_collection, &to, error);
}
