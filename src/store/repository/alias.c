/** @file Aliases: see alias.h. */
#include "store/repository/alias.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifest/line.h"
#include "store/repository/register.h"
#include "store/repository/version_record.h"

#define KIND "alias"

/* The members of an alias record: alias, number, newest (latest only), removed. */
typedef struct pointer {
    int64_t number; /* -1: taken away */
    int64_t newest;
    const char *alias;
} pointer;

static quire_status read_pointer(const cJSON *record, pointer *to, quire_error *error) {
    uint64_t number = 0, newest = 0;
    quire_status status = q_json_string(record, "alias", &to->alias, error);
    status = status ? status : q_json_uint(record, "number", &number, error);
    if (!status && strcmp(to->alias, "latest") != 0) {
        status = q_line_stored(q_name_check_alias(to->alias, error), error);
    }
    if (!status && cJSON_GetObjectItemCaseSensitive(record, "newest")) {
        status = q_json_uint(record, "newest", &newest, error);
    }
    to->number =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(record, "removed")) ? -1 : (int64_t)number;
    to->newest = (int64_t)newest;
    return status;
}

static quire_status load(q_repository *repository, const char *name, const char *alias,
                         int64_t *number, int64_t *newest, quire_error *error) {
    q_key key;
    cJSON *record = NULL;
    pointer to = {-1, -1, NULL};
    quire_status status = q_key_alias(&key, name, alias, error);
    if (!status) {
        status = q_register_get(repository->objects, key.text, KIND, &record, NULL, error);
    }
    if (!status && record) {
        status = read_pointer(record, &to, error);
    }
    *number = to.number;
    *newest = to.newest;
    cJSON_Delete(record);
    return status;
}

quire_status q_alias_get(q_repository *repository, const char *name, const char *alias,
                         int64_t *number, quire_error *error) {
    int64_t newest;
    quire_status status = load(repository, name, alias, number, &newest, error);
    if (!status && *number < 0) {
        status = q_error_set(error, QUIRE_NOT_FOUND, "no version or alias '%s' of '%s' in %s",
                             alias, name, repository->base.url);
    }
    return status;
}

quire_status q_alias_latest(q_repository *repository, const char *name, const q_numbers *numbers,
                            int64_t *number, quire_error *error) {
    int64_t pointed, newest;
    int64_t top = numbers->count ? numbers->numbers[numbers->count - 1] : -1;
    quire_status status = load(repository, name, "latest", &pointed, &newest, error);
    if (status) {
        return status;
    }
    *number = q_numbers_newest_live(numbers);
    if (*number < 0) {
        return q_error_set(error, QUIRE_NOT_FOUND, "collection '%s' in %s has no version", name,
                           repository->base.url);
    }
    if (pointed >= 0 && newest >= top && !q_numbers_is_deleted(numbers, pointed)) {
        *number = pointed;
    }
    return QUIRE_OK;
}

quire_status q_alias_latest_moved(q_repository *repository, const char *name, bool *moved,
                                  quire_error *error) {
    int64_t pointed = -1, newest = -1;
    quire_status status = load(repository, name, "latest", &pointed, &newest, error);
    *moved = pointed >= 0;
    return status;
}

typedef struct change {
    const char *alias;
    int64_t number; /* -1: take it away */
    int64_t newest; /* -1: not latest */
    int64_t only_if;
    bool was_there;
} change;

static quire_status apply(void *context, const cJSON *current, cJSON **next, quire_error *error) {
    change *to = context;
    pointer from = {-1, -1, NULL};
    quire_status status = current ? read_pointer(current, &from, error) : QUIRE_OK;
    to->was_there = from.number >= 0;
    /* Who saw more versions than us when making one the latest did so after us. */
    bool overtaken = to->newest >= 0 && from.newest > to->newest;
    if (status || overtaken || (from.number == to->number && from.newest >= to->newest) ||
        (to->only_if >= 0 && from.number != to->only_if)) {
        return status;
    }
    *next = q_record_new(KIND);
    bool ok = *next && q_record_add_string(*next, "alias", to->alias) &&
              q_record_add_uint(*next, "number", to->number < 0 ? 0 : (uint64_t)to->number);
    if (ok && to->number < 0) {
        ok = cJSON_AddTrueToObject(*next, "removed") != NULL;
    }
    if (ok && to->newest >= 0) {
        ok = q_record_add_uint(*next, "newest", (uint64_t)to->newest);
    }
    return ok ? QUIRE_OK : q_error_memory(error);
}

static quire_status update(q_repository *repository, const char *name, change *to,
                           quire_error *error) {
    q_key key;
    quire_status status = q_key_alias(&key, name, to->alias, error);
    if (!status && to->number >= 0) { /* an alias must not outlive what it names */
        status = q_version_record_settle(repository, name, to->number, error);
    }
    if (!status) {
        status = q_register_update(repository->objects, key.text, KIND, Q_OBJECT_RECORD, apply, to,
                                   NULL, error);
    }
    return status;
}

quire_status q_alias_put(q_repository *repository, const char *name, const char *alias,
                         int64_t number, quire_error *error) {
    change to = {alias, number, -1, -1, false};
    return update(repository, name, &to, error);
}

quire_status q_alias_put_latest(q_repository *repository, const char *name, int64_t number,
                                int64_t newest, quire_error *error) {
    change to = {"latest", number, newest, -1, false};
    return update(repository, name, &to, error);
}

quire_status q_alias_drop(q_repository *repository, const char *name, const char *alias,
                          int64_t only_if, quire_error *error) {
    change to = {alias, -1, -1, only_if, false};
    quire_status status = update(repository, name, &to, error);
    if (!status && !to.was_there) {
        status = q_error_set(error, QUIRE_NOT_FOUND, "no alias '%s' of '%s' in %s", alias, name,
                             repository->base.url);
    }
    return status;
}

typedef struct visiting {
    q_repository *repository;
    const char *prefix;
    q_alias_callback callback;
    void *context;
} visiting;

static quire_status visit(void *context, const q_object_info *info, quire_error *error) {
    visiting *to = context;
    char reg[Q_KEY_SIZE];
    cJSON *record = NULL;
    pointer at = {-1, -1, NULL};
    size_t size = strlen(info->key);
    if (size == 0 || info->key[size - 1] != '/') {
        return QUIRE_OK;
    }
    snprintf(reg, sizeof reg, "%s%.*s", to->prefix, (int)(size - 1), info->key);
    quire_status status = q_register_get(to->repository->objects, reg, KIND, &record, NULL, error);
    if (!status && record) {
        status = read_pointer(record, &at, error);
    }
    if (!status && at.number >= 0 && strcmp(at.alias, "latest") != 0) {
        status = to->callback(to->context, at.alias, at.number, error);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_alias_each(q_repository *repository, const char *name, q_alias_callback callback,
                          void *context, quire_error *error) {
    q_key key;
    visiting to = {repository, key.text, callback, context};
    quire_status status = q_key_collection(&key, name, "aliases/", error);
    if (!status) {
        status = q_objects_list(repository->objects, key.text, false, visit, &to, error);
    }
    return status;
}
