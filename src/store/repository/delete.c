/** @file Deleting versions: see delete.h. */
#include "store/repository/delete.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "store/repository/alias.h"
#include "store/repository/resolve.h"
#include "store/repository/version_record.h"

quire_status q_delete_mark(q_repository *repository, const char *name, int64_t number,
                           quire_error *error) {
    char now[Q_TIME_SIZE];
    q_key key;
    q_time_now(now);
    cJSON *record = q_record_new("deleted");
    quire_status status =
        record && q_record_add_string(record, "at", now) ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_version_record_settle(repository, name, number, error);
    status = status ? status : q_key_numbered(&key, name, "deleted", number, error);
    if (!status) {
        status = q_record_put(repository->objects, key.text, Q_OBJECT_RECORD, record, NULL, error);
        if (status == QUIRE_CONFLICT) { /* deleted by another at the same time */
            status = QUIRE_OK;
        }
    }
    cJSON_Delete(record);
    return status;
}

typedef struct gathering {
    int64_t number;
    char **aliases;
    size_t count;
} gathering;

static quire_status gather(void *context, const char *alias, int64_t number, quire_error *error) {
    gathering *to = context;
    if (number != to->number) {
        return QUIRE_OK;
    }
    char **grown = realloc(to->aliases, (to->count + 1) * sizeof(char *));
    if (!grown) {
        return q_error_memory(error);
    }
    to->aliases = grown;
    quire_status status = q_strdup(alias, &grown[to->count], error);
    to->count += !status;
    return status;
}

quire_status q_delete_version(quire_store *store, const q_address *address, bool delete_aliases,
                              quire_error *error) {
    q_repository *repository = q_repository_of(store);
    gathering found = {0};
    quire_status status = q_resolve(repository, address, &found.number, error);
    status = status ? status : q_alias_each(repository, address->name, gather, &found, error);
    if (!status && found.count > 0 && !delete_aliases) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "%s:v%" PRId64 " has the alias '%s': move or delete it first",
                             address->name, found.number, found.aliases[0]);
    }
    for (size_t i = 0; !status && i < found.count; i++) {
        status = q_alias_drop(repository, address->name, found.aliases[i], found.number, error);
        if (status == QUIRE_NOT_FOUND) { /* somebody else took it away meanwhile */
            status = QUIRE_OK;
        }
    }
    if (!status) {
        status = q_delete_mark(repository, address->name, found.number, error);
    }
    for (size_t i = 0; i < found.count; i++) {
        free(found.aliases[i]);
    }
    free(found.aliases);
    return status;
}
