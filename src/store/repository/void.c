/** @file Void versions: see void.h. */
#include "store/repository/void.h"

#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/collection.h"
#include "store/repository/delete.h"

bool q_void_is(const q_version_record *record) {
    return strcmp(record->mode, Q_MODE_VOID) == 0;
}

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

/* An older version may have been made `latest`, which holds only until a new number comes: put it
 * again for this number, if it held before. */
static quire_status keep_latest(q_repository *repository, const char *name, int64_t number,
                                quire_error *error) {
    q_numbers numbers = {0};
    int64_t latest = -1;
    quire_status status = q_collection_numbers(repository, name, &numbers, error);
    while (numbers.count > 0 && numbers.numbers[numbers.count - 1] >= number) {
        numbers.count--;
    }
    int64_t newest = q_numbers_newest_live(&numbers);
    if (!status && newest >= 0) {
        status = q_alias_latest(repository, name, &numbers, &latest, error);
        if (!status && latest != newest) {
            status = q_alias_put_latest(repository, name, latest, number, error);
        }
    }
    q_numbers_free(&numbers);
    return status;
}

quire_status q_void_end(q_repository *repository, const char *name, int64_t number, bool *ended,
                        quire_error *error) {
    holding aliases = {number, false};
    *ended = false;
    quire_status status = q_alias_each(repository, name, see_alias, &aliases, error);
    if (status || aliases.held) {
        return status;
    }
    status = keep_latest(repository, name, number, error);
    status = status ? status : q_delete_mark(repository, name, number, error);
    *ended = !status;
    return status;
}

quire_status q_void_end_newest(q_repository *repository, const char *name, int64_t newest,
                               quire_error *error) {
    q_version_record record = {0};
    bool deleted = newest < 0, ended = false;
    quire_status status =
        deleted ? QUIRE_OK : q_collection_is_deleted(repository, name, newest, &deleted, error);
    if (status || deleted) {
        return status;
    }
    status = q_version_record_get(repository, name, newest, &record, error);
    if (!status && q_void_is(&record)) {
        status = q_void_end(repository, name, newest, &ended, error);
    }
    q_version_record_free(&record);
    return status;
}
