/** @file Listing and dropping drafts: see draft_list.h. */
#include "store/repository/draft_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/collection.h"
#include "store/repository/draft.h"

static quire_status see_writer(void *context, const q_object_info *info, quire_error *error) {
    (void)info;
    (void)error;
    *(bool *)context = true;
    return QUIRE_OK;
}

/* A draft without its record: its first upsert is under way, or was left, unless a writer has
 * registered, which comes after the record. Then it must not be passed over: gc would take its
 * contents for garbage. */
static quire_status check_missing(q_repository *repository, const char *folder,
                                  quire_error *error) {
    char prefix[Q_KEY_SIZE];
    bool registered = false;
    snprintf(prefix, sizeof prefix, "%swriters/", folder);
    quire_status status =
        q_objects_list(repository->objects, prefix, false, see_writer, &registered, error);
    if (!status && registered) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%sdraft.json is missing in %s", folder,
                             repository->base.url);
    }
    return status;
}

/* A folder that was copied by hand is not the draft that its record says: gc would look for its
 * contents elsewhere. */
static quire_status check_place(const char *folder, const char *id, quire_error *error) {
    char *own = NULL;
    quire_status status = q_name_to_component(id, &own, error);
    size_t size = status ? 0 : strlen(own);
    size_t whole = strlen(folder);
    if (!status && (whole < size + 2 || folder[whole - size - 2] != '/' ||
                    strncmp(folder + whole - size - 1, own, size) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%sdraft.json is the record of draft '%s'",
                             folder, id);
    }
    free(own);
    return status;
}

quire_status q_draft_of_folder(q_repository *repository, const char *folder, char **id,
                               quire_error *error) {
    char key[Q_KEY_SIZE];
    cJSON *record = NULL;
    const char *found = NULL;
    *id = NULL;
    snprintf(key, sizeof key, "%sdraft.json", folder);
    quire_status status = q_record_get(repository->objects, key, "draft", &record, error);
    if (status == QUIRE_NOT_FOUND) {
        return check_missing(repository, folder, error);
    }
    status = status ? status : q_json_string(record, "distributed_id", &found, error);
    status = status ? status : check_place(folder, found, error);
    status = status ? status : q_strdup(found, id, error);
    cJSON_Delete(record);
    return status;
}

/* One level below the drafts of a collection: the id is in the record, the key is an encoding. */
typedef struct visiting {
    q_repository *repository;
    const char *prefix;
    quire_status (*callback)(void *, const char *, quire_error *);
    void *context;
} visiting;

static quire_status visit(void *context, const q_object_info *info, quire_error *error) {
    visiting *to = context;
    char folder[Q_KEY_SIZE];
    char *id = NULL;
    size_t size = strlen(info->key);
    if (size == 0 || info->key[size - 1] != '/') {
        return QUIRE_OK;
    }
    snprintf(folder, sizeof folder, "%s%s", to->prefix, info->key);
    quire_status status = q_draft_of_folder(to->repository, folder, &id, error);
    if (!status && id) {
        status = to->callback(to->context, id, error);
    }
    free(id);
    return status;
}

quire_status q_draft_each(q_repository *repository, const char *name,
                          quire_status (*callback)(void *, const char *, quire_error *),
                          void *context, quire_error *error) {
    q_key key;
    visiting to = {repository, key.text, callback, context};
    quire_status status = q_key_collection(&key, name, "drafts/", error);
    return status ? status
                  : q_objects_list(repository->objects, key.text, false, visit, &to, error);
}

typedef struct listing {
    q_repository *repository;
    const char *name;
    quire_draft_callback callback;
    void *context;
} listing;

static quire_status fill_writers(const cJSON *roster, quire_draft_writer **writers, size_t *count,
                                 quire_error *error) {
    const cJSON *part;
    quire_status status = QUIRE_OK;
    const cJSON *parts = cJSON_GetObjectItemCaseSensitive(roster, "parts");
    *count = 0;
    *writers = calloc((size_t)cJSON_GetArraySize(parts) + 1, sizeof **writers);
    if (!*writers) {
        return q_error_memory(error);
    }
    cJSON_ArrayForEach(part, parts) {
        q_draft_member member;
        status = status ? status : q_draft_read_member(roster, part, &member, error);
        if (!status) {
            (*writers)[*count].name = member.writer;
            (*writers)[*count].entries = member.shard.entries;
            (*writers)[*count].bytes = member.shard.bytes;
            ++*count;
        }
    }
    return status;
}

static quire_status describe(listing *to, const char *id, quire_error *error) {
    cJSON *record = NULL, *roster = NULL;
    quire_draft_writer *writers = NULL;
    bool sealed = false;
    quire_draft draft = {.name = to->name, .distributed_id = id};
    quire_status status = q_draft_get(to->repository, to->name, id, &record, error);
    status = status ? status : q_json_string(record, "type", &draft.type, error);
    status = status ? status : q_json_string(record, "created_at", &draft.created_at, error);
    status = status ? status : q_draft_is_sealed(to->repository, to->name, id, &sealed, error);
    status = status ? status : q_draft_survey(to->repository, to->name, id, &roster, error);
    status = status ? status : fill_writers(roster, &writers, &draft.writer_count, error);
    if (!status) {
        draft.sealed = sealed;
        draft.writers = writers;
        status = to->callback(to->context, &draft);
        if (status) {
            q_error_set(error, status, "the listing of drafts was ended");
        }
    }
    free(writers);
    cJSON_Delete(roster);
    cJSON_Delete(record);
    return status;
}

static quire_status list_one(void *context, const char *id, quire_error *error) {
    listing *to = context;
    q_draft_outcome outcome;
    quire_status status = q_draft_read_outcome(to->repository, to->name, id, &outcome, error);
    return status || outcome.decided ? status : describe(to, id, error);
}

static quire_status list_collection(void *context, const char *name, quire_error *error) {
    listing *to = context;
    to->name = name;
    return q_draft_each(to->repository, name, list_one, to, error);
}

quire_status q_draft_list(quire_store *store, const char *name, quire_draft_callback callback,
                          void *context, quire_error *error) {
    char type[Q_TYPE_SIZE];
    listing to = {q_repository_of(store), name, callback, context};
    if (!name) {
        return q_collection_each(to.repository, list_collection, &to, error);
    }
    quire_status status = q_collection_type(to.repository, name, type, error);
    return status ? status : list_collection(&to, name, error);
}

quire_status q_draft_drop(quire_store *store, const char *name, const char *distributed_id,
                          quire_error *error) {
    q_repository *repository = q_repository_of(store);
    cJSON *record = NULL;
    q_draft_outcome outcome = {.decided = true, .dropped = true};
    quire_status status = q_draft_get(repository, name, distributed_id, &record, error);
    cJSON_Delete(record);
    if (!status) {
        status = q_draft_decide(repository, name, distributed_id, &outcome, error);
        if (status == QUIRE_CONFLICT) {
            status = q_draft_read_outcome(repository, name, distributed_id, &outcome, error);
            return status ? status
                          : q_error_set(error, QUIRE_CONFLICT,
                                        "draft '%s' is finished as %s:v%" PRId64, distributed_id,
                                        name, outcome.number);
        }
    }
    return status;
}
