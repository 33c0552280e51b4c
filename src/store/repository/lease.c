/** @file Leases: see lease.h. */
#include "store/repository/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/environment.h"
#include "base/random.h"
#include "base/time.h"

#define KIND "lease"

static int64_t monotonic_seconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

static quire_status make(const char *name, int64_t pin_version, const char *pin_draft,
                         const char *taken_at, cJSON **record, quire_error *error) {
    q_buffer user = {0}, host = {0};
    quire_status status = q_environment_user(&user, error);
    status = status ? status : q_environment_host(&host, error);
    *record = status ? NULL : q_record_new(KIND);
    bool ok = *record && q_record_add_string(*record, "taken_at", taken_at) &&
              q_record_add_string(*record, "user", user.data) &&
              q_record_add_string(*record, "host", host.data);
    q_buffer_free(&user);
    q_buffer_free(&host);
    if (status) {
        return status;
    }
    if (ok && (pin_version >= 0 || pin_draft)) {
        ok = q_record_add_string(*record, "name", name);
    }
    if (ok && pin_version >= 0) {
        ok = q_record_add_uint(*record, "version", (uint64_t)pin_version);
    }
    ok = ok && q_record_add_string(*record, "draft", pin_draft);
    return ok ? QUIRE_OK : q_error_memory(error);
}

/* When it was taken is kept in the record by the store's clock: renewals move the object's time. */
static quire_status store_clock(q_repository *repository, int64_t *now, char text[24],
                                quire_error *error) {
    quire_status status = q_objects_now(repository->objects, now, error);
    snprintf(text, 24, "%lld", (long long)*now);
    return status;
}

quire_status q_lease_take(q_repository *repository, const char *name, int64_t pin_version,
                          const char *pin_draft, q_lease *lease, quire_error *error) {
    char id[33];
    char taken_at[24];
    cJSON *record = NULL;
    memset(lease, 0, sizeof *lease);
    quire_status status = q_random_hex(id, error);
    status = status ? status : store_clock(repository, &lease->taken, taken_at, error);
    status = status ? status : q_key_lease(&lease->key, id, error);
    status = status ? status : make(name, pin_version, pin_draft, taken_at, &record, error);
    if (!status) {
        status =
            q_record_put(repository->objects, lease->key.text, Q_OBJECT_HINT, record, NULL, error);
    }
    if (!status) {
        lease->repository = repository;
        lease->renewed = monotonic_seconds();
    }
    cJSON_Delete(record);
    return status;
}

static quire_status ended(const q_lease *lease, quire_error *error) {
    return q_error_set(error, QUIRE_TEMPORARY,
                       "the writer paused for so long that gc ended its lease %s and may have "
                       "removed what it stored: begin again",
                       lease->key.text);
}

quire_status q_lease_renew(q_lease *lease, quire_error *error) {
    int64_t now = monotonic_seconds();
    quire_status status = QUIRE_OK;
    for (q_lease *each = lease; !status && each; each = each->also) {
        if (each->repository && now - each->renewed >= Q_LEASE_RENEW_SECONDS) {
            each->renewed = now;
            status = q_objects_refresh(each->repository->objects, each->key.text, error);
            status = status == QUIRE_NOT_FOUND ? ended(each, error) : status;
        }
    }
    return status;
}

quire_status q_lease_check(const q_lease *lease, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (const q_lease *each = lease; !status && each; each = each->also) {
        if (each->repository) {
            q_object_info info;
            status = q_objects_stat(each->repository->objects, each->key.text, &info, error);
            status = status == QUIRE_NOT_FOUND ? ended(each, error) : status;
        }
    }
    return status;
}

quire_status q_lease_explain(const q_lease *lease, quire_status status, quire_error *error) {
    quire_error why = {0};
    if (status && q_lease_check(lease, &why) == QUIRE_TEMPORARY) {
        return q_error_set(error, QUIRE_TEMPORARY, "%s", why.message);
    }
    return status;
}

bool q_lease_is_dead(int64_t modified, int64_t now) {
    return modified < now - Q_LEASE_SECONDS * 1000000;
}

void q_lease_drop(q_lease *lease) {
    if (lease->repository) {
        q_objects_remove(lease->repository->objects, lease->key.text, INT64_MAX, NULL, NULL);
        lease->repository = NULL;
    }
}

typedef struct surveying {
    q_repository *repository;
    int64_t now;
    bool dry_run;
    q_lease_pins *pins;
} surveying;

static void note_age(q_lease_pins *pins, int64_t taken, const cJSON *record) {
    pins->count++;
    if (taken < pins->oldest) {
        pins->oldest = taken;
        pins->oldest_record = record;
    }
}

/* None was taken before 1970, or after its object was renewed for the last time: a record that says
 * so was not written by quire, and the time of the object counts instead. */
static int64_t time_taken(const char *text, int64_t modified) {
    char *end = NULL;
    long long taken = strtoll(text, &end, 10);
    return end == text || *end || taken < 0 || taken > modified ? modified : taken;
}

static quire_status see(void *context, const q_object_info *info, quire_error *error) {
    surveying *to = context;
    cJSON *record = NULL;
    const char *taken_at = NULL;
    if (to->dry_run && q_lease_is_dead(info->modified, to->now)) {
        return QUIRE_OK;
    }
    quire_status status = q_record_get(to->repository->objects, info->key, KIND, &record, error);
    if (status == QUIRE_NOT_FOUND) { /* given back meanwhile */
        return QUIRE_OK;
    }
    if (status == QUIRE_INTEGRITY) { /* cut short by a crash: keep what its time asks for */
        note_age(to->pins, info->modified, NULL);
        return QUIRE_OK;
    }
    if (!status) {
        status = q_json_string(record, "taken_at", &taken_at, error);
    }
    if (!status) {
        int64_t taken = time_taken(taken_at, info->modified);
        if (cJSON_AddItemToArray(to->pins->list, record)) {
            note_age(to->pins, taken, record);
            return QUIRE_OK;
        }
        status = q_error_memory(error);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_lease_survey(q_repository *repository, int64_t now, bool dry_run, q_lease_pins *pins,
                            quire_error *error) {
    surveying to = {repository, now, dry_run, pins};
    memset(pins, 0, sizeof *pins);
    pins->oldest = INT64_MAX;
    pins->list = cJSON_CreateArray();
    if (!pins->list) {
        return q_error_memory(error);
    }
    return q_objects_list(repository->objects, Q_KEY_LEASES, true, see, &to, error);
}

void q_lease_pins_free(q_lease_pins *pins) {
    cJSON_Delete(pins->list);
    pins->list = NULL;
    pins->oldest_record = NULL;
}

static const char *member_of(const cJSON *record, const char *key) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, key));
    return text ? text : "?";
}

void q_lease_pins_warn(const q_lease_pins *pins, const quire_store *store) {
    char taken[32] = "";
    struct tm parts = {0};
    time_t seconds = (time_t)(pins->oldest / 1000000);
    gmtime_r(&seconds, &parts);
    strftime(taken, sizeof taken, "%Y-%m-%dT%H:%M:%SZ", &parts);
    q_store_log(store, QUIRE_LOG_WARNING,
                "%zu %s of running or killed writers, the oldest taken %s by %s@%s, hold back what "
                "is younger; they count as dead %d days after their last renewal",
                pins->count, pins->count == 1 ? "lease" : "leases", taken,
                member_of(pins->oldest_record, "user"), member_of(pins->oldest_record, "host"),
                (int)(Q_LEASE_SECONDS / (24 * 3600)));
}

static bool names(const cJSON *lease, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(lease, "name");
    return cJSON_IsString(found) && strcmp(found->valuestring, name) == 0;
}

bool q_lease_pins_version(const q_lease_pins *pins, const char *name, int64_t number) {
    const cJSON *lease;
    cJSON_ArrayForEach(lease, pins->list) {
        const cJSON *version = cJSON_GetObjectItemCaseSensitive(lease, "version");
        if (names(lease, name) && cJSON_IsNumber(version) &&
            version->valuedouble == (double)number) {
            return true;
        }
    }
    return false;
}

bool q_lease_pins_draft(const q_lease_pins *pins, const char *name, const char *distributed_id) {
    const cJSON *lease;
    cJSON_ArrayForEach(lease, pins->list) {
        const cJSON *draft = cJSON_GetObjectItemCaseSensitive(lease, "draft");
        if (names(lease, name) && cJSON_IsString(draft) &&
            strcmp(draft->valuestring, distributed_id) == 0) {
            return true;
        }
    }
    return false;
}
