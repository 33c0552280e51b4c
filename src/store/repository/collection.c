/** @file Collections: see collection.h. */
#include "store/repository/collection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/repository/draft.h"
#include "store/repository/version_record.h"
#include "store/repository/void.h"

#define KIND "collection"

static quire_status read_type(q_repository *repository, const char *name, char type[Q_TYPE_SIZE],
                              quire_error *error) {
    q_key key;
    cJSON *record = NULL;
    const char *found = NULL;
    quire_status status = q_key_collection(&key, name, "collection.json", error);
    if (!status) {
        status = q_record_get(repository->objects, key.text, KIND, &record, error);
    }
    if (!status) {
        status = q_json_string(record, "type", &found, error);
    }
    if (!status && strlen(found) >= Q_TYPE_SIZE) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s holds an impossible type", key.text);
    }
    if (!status) {
        snprintf(type, Q_TYPE_SIZE, "%s", found);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_collection_type(q_repository *repository, const char *name, char type[Q_TYPE_SIZE],
                               quire_error *error) {
    quire_status status = read_type(repository, name, type, error);
    if (status == QUIRE_NOT_FOUND) {
        return q_error_set(error, QUIRE_NOT_FOUND, "no collection '%s' in %s", name,
                           repository->base.url);
    }
    return status;
}

static quire_status create(q_repository *repository, const char *name, const char *type,
                           quire_error *error) {
    char now[Q_TIME_SIZE];
    q_key key;
    cJSON *record = q_record_new(KIND);
    quire_status status = QUIRE_OK;
    q_time_now(now);
    if (!record || !q_record_add_string(record, "name", name) ||
        !q_record_add_string(record, "type", type) ||
        !q_record_add_string(record, "created_at", now)) {
        status = q_error_memory(error);
    }
    if (!status) {
        status = q_key_collection(&key, name, "collection.json", error);
    }
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
    }
    cJSON_Delete(record);
    return status;
}

/* --- numbers --- */

typedef struct collecting {
    int64_t **numbers;
    size_t *count, *capacity;
} collecting;

static quire_status collect_number(void *context, const q_object_info *info, quire_error *error) {
    collecting *into = context;
    int64_t number = q_key_number(info->key);
    if (number < 0) {
        return QUIRE_OK;
    }
    if (*into->count == *into->capacity) {
        size_t capacity = *into->capacity ? 2 * *into->capacity : 64;
        int64_t *grown = realloc(*into->numbers, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        *into->numbers = grown;
        *into->capacity = capacity;
    }
    (*into->numbers)[(*into->count)++] = number;
    return QUIRE_OK;
}

static int compare_numbers(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static quire_status list_numbers(q_repository *repository, const char *name, const char *folder,
                                 collecting *into, quire_error *error) {
    q_key key;
    quire_status status = q_key_collection(&key, name, folder, error);
    if (!status) {
        status = q_objects_list(repository->objects, key.text, false, collect_number, into, error);
    }
    if (!status && *into->count > 1) {
        qsort(*into->numbers, *into->count, sizeof **into->numbers, compare_numbers);
    }
    return status;
}

quire_status q_collection_numbers(q_repository *repository, const char *name, q_numbers *numbers,
                                  quire_error *error) {
    memset(numbers, 0, sizeof *numbers);
    collecting live = {&numbers->numbers, &numbers->count, &numbers->capacity};
    collecting deleted = {&numbers->deleted, &numbers->deleted_count, &numbers->deleted_capacity};
    quire_status status = list_numbers(repository, name, "versions/", &live, error);
    if (!status) {
        status = list_numbers(repository, name, "deleted/", &deleted, error);
    }
    if (status) {
        q_numbers_free(numbers);
    }
    return status;
}

void q_numbers_free(q_numbers *numbers) {
    free(numbers->numbers);
    free(numbers->deleted);
    memset(numbers, 0, sizeof *numbers);
}

bool q_numbers_is_deleted(const q_numbers *numbers, int64_t number) {
    return numbers->deleted_count > 0 && bsearch(&number, numbers->deleted, numbers->deleted_count,
                                                 sizeof number, compare_numbers) != NULL;
}

int64_t q_numbers_newest_live(const q_numbers *numbers) {
    for (size_t i = numbers->count; i > 0; i--) {
        if (!q_numbers_is_deleted(numbers, numbers->numbers[i - 1])) {
            return numbers->numbers[i - 1];
        }
    }
    return -1;
}

quire_status q_collection_newest(q_repository *repository, const char *name, int64_t *number,
                                 quire_error *error) {
    q_numbers numbers = {0};
    collecting live = {&numbers.numbers, &numbers.count, &numbers.capacity};
    quire_status status = list_numbers(repository, name, "versions/", &live, error);
    *number = numbers.count ? numbers.numbers[numbers.count - 1] : -1;
    q_numbers_free(&numbers);
    return status;
}

quire_status q_collection_is_deleted(q_repository *repository, const char *name, int64_t number,
                                     bool *deleted, quire_error *error) {
    q_key key;
    q_object_info info;
    *deleted = false;
    quire_status status = q_key_numbered(&key, name, "deleted", number, error);
    if (!status) {
        status = q_objects_stat(repository->objects, key.text, &info, error);
        *deleted = !status;
        if (status == QUIRE_NOT_FOUND) {
            status = QUIRE_OK;
        }
    }
    return status;
}

/* --- another type --- */

/* The type of the newest version takes the place of the collection's own. */
static quire_status take_newest_type(q_repository *repository, const char *name,
                                     char type[Q_TYPE_SIZE], quire_error *error) {
    q_version_record record;
    int64_t newest = -1;
    quire_status status = q_collection_newest(repository, name, &newest, error);
    if (status || newest < 0) {
        return status;
    }
    status = q_version_record_get(repository, name, newest, &record, error);
    if (!status && strlen(record.type) >= Q_TYPE_SIZE) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s:v%" PRId64 " has an impossible type", name,
                             newest);
    }
    if (!status) {
        snprintf(type, Q_TYPE_SIZE, "%s", record.type);
    }
    q_version_record_free(&record);
    return status;
}

quire_status q_collection_current_type(q_repository *repository, const char *name,
                                       char type[Q_TYPE_SIZE], quire_error *error) {
    quire_status status = q_collection_type(repository, name, type, error);
    return status ? status : take_newest_type(repository, name, type, error);
}

quire_status q_collection_has_version(q_repository *repository, const char *name, int64_t last,
                                      bool *has, quire_error *error) {
    q_numbers numbers = {0};
    quire_status status = q_collection_numbers(repository, name, &numbers, error);
    *has = false;
    status = status ? status : q_void_pass_over(repository, name, &numbers, error);
    for (size_t i = 0; !status && i < numbers.count; i++) {
        int64_t number = numbers.numbers[i];
        *has = *has || (number <= last && !q_numbers_is_deleted(&numbers, number));
    }
    q_numbers_free(&numbers);
    return status;
}

quire_status q_collection_refuse_type(const char *name, const char *found, const char *type,
                                      quire_error *error) {
    return q_error_set(error, QUIRE_CONFLICT, "collection '%s' has type '%s', not '%s'", name,
                       found, type);
}

typedef struct comparing {
    q_repository *repository;
    const char *name, *type;
} comparing;

static quire_status compare_draft(void *context, const char *id, quire_error *error) {
    const comparing *to = context;
    q_draft_outcome outcome;
    cJSON *record = NULL;
    const char *type = NULL;
    quire_status status = q_draft_read_outcome(to->repository, to->name, id, &outcome, error);
    if (status || outcome.decided) {
        return status;
    }
    status = q_draft_get(to->repository, to->name, id, &record, error);
    status = status ? status : q_json_string(record, "type", &type, error);
    if (!status && strcmp(type, to->type) != 0) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "collection '%s' has a draft '%s' of type '%s', not '%s'", to->name,
                             id, type, to->type);
    }
    cJSON_Delete(record);
    return status;
}

static quire_status refuse_versions(q_repository *repository, const char *name, const char *found,
                                    const char *type, quire_error *error) {
    bool has = false;
    quire_status status = q_collection_has_version(repository, name, INT64_MAX, &has, error);
    return !status && has ? q_collection_refuse_type(name, found, type, error) : status;
}

quire_status q_collection_check_type(q_repository *repository, const char *name, const char *type,
                                     quire_error *error) {
    char found[Q_TYPE_SIZE];
    quire_status status = q_collection_current_type(repository, name, found, error);
    return status || strcmp(found, type) == 0
               ? status
               : refuse_versions(repository, name, found, type, error);
}

/* A type that was a mistake can be corrected once nothing is left that has it. */
quire_status q_collection_ensure(q_repository *repository, const char *name, const char *type,
                                 quire_error *error) {
    char found[Q_TYPE_SIZE];
    comparing to = {repository, name, type};
    quire_status status = read_type(repository, name, found, error);
    if (status == QUIRE_NOT_FOUND) {
        status = create(repository, name, type, error);
        if (!status) {
            return QUIRE_OK;
        }
        if (status == QUIRE_CONFLICT) { /* somebody else made it at the same time */
            status = read_type(repository, name, found, error);
        }
    }
    status = status ? status : take_newest_type(repository, name, found, error);
    if (status || strcmp(found, type) == 0) {
        return status;
    }
    status = refuse_versions(repository, name, found, type, error);
    return status ? status : q_draft_each(repository, name, compare_draft, &to, error);
}

/* --- folders --- */

typedef struct naming {
    q_repository *repository;
    quire_status (*callback)(void *, const char *, quire_error *);
    void *context;
} naming;

/* A folder that was copied by hand under another name is not the collection that its record says.
 */
static quire_status check_place(const char *name, const char *path, quire_error *error) {
    q_key key;
    quire_status status = q_key_collection(&key, name, "collection.json", error);
    if (!status && strcmp(key.text, path) != 0) {
        status =
            q_error_set(error, QUIRE_INTEGRITY, "%s is the record of collection '%s'", path, name);
    }
    return status;
}

quire_status q_collection_of_folder(q_repository *repository, const char *folder, char **name,
                                    quire_error *error) {
    char path[Q_KEY_SIZE];
    cJSON *record = NULL;
    const char *found = NULL;
    *name = NULL;
    snprintf(path, sizeof path, Q_KEY_COLLECTIONS "%scollection.json", folder);
    quire_status status = q_record_get(repository->objects, path, KIND, &record, error);
    if (status == QUIRE_NOT_FOUND) { /* it is made before anything below it: never skip the rest */
        status =
            q_error_set(error, QUIRE_INTEGRITY, "%s is missing in %s", path, repository->base.url);
    }
    if (!status) {
        status = q_json_string(record, "name", &found, error);
    }
    status = status ? status : check_place(found, path, error);
    status = status ? status : q_strdup(found, name, error);
    cJSON_Delete(record);
    return status;
}

static quire_status name_collection(void *context, const q_object_info *info, quire_error *error) {
    naming *to = context;
    char *name = NULL;
    size_t size = strlen(info->key);
    if (size == 0 || info->key[size - 1] != '/') {
        return QUIRE_OK;
    }
    quire_status status = q_collection_of_folder(to->repository, info->key, &name, error);
    if (!status) {
        status = to->callback(to->context, name, error);
    }
    free(name);
    return status;
}

quire_status q_collection_each(q_repository *repository,
                               quire_status (*callback)(void *, const char *name, quire_error *),
                               void *context, quire_error *error) {
    naming to = {repository, callback, context};
    return q_objects_list(repository->objects, Q_KEY_COLLECTIONS, false, name_collection, &to,
                          error);
}
