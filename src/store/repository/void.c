/** @file Void versions: see void.h. */
#include "store/repository/void.h"

#include <string.h>

#include "store/repository/alias.h"
#include "store/repository/collection.h"
#include "store/repository/delete.h"

bool q_void_is(const q_version_record *record) {
    return strcmp(record->mode, Q_MODE_VOID) == 0;
}

quire_status q_void_is_number(q_repository *repository, const char *name, int64_t number,
                              bool *is_void, quire_error *error) {
    q_version_record record = {0};
    quire_error fault = {0};
    quire_status status = q_version_record_get(repository, name, number, &record, &fault);
    *is_void = !status && q_void_is(&record);
    q_version_record_free(&record);
    if (status ==
        QUIRE_INTEGRITY) { /* that is for whoever reads it: it can be deleted all the same */
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", fault.message) : QUIRE_OK;
}

quire_status q_void_pass_over(q_repository *repository, const char *name, q_numbers *numbers,
                              quire_error *error) {
    bool is_void = true;
    quire_status status = QUIRE_OK;
    while (!status && is_void && numbers->count > 0) {
        int64_t newest = numbers->numbers[numbers->count - 1];
        is_void = false;
        if (!q_numbers_is_deleted(numbers, newest)) {
            status = q_void_is_number(repository, name, newest, &is_void, error);
        }
        numbers->count -= is_void;
    }
    return status;
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

quire_status q_void_end(q_repository *repository, const char *name, int64_t number,
                        quire_error *error) {
    quire_status status = keep_latest(repository, name, number, error);
    return status ? status : q_delete_mark(repository, name, number, error);
}

quire_status q_void_end_newest(q_repository *repository, const char *name, int64_t newest,
                               quire_error *error) {
    q_version_record record = {0};
    quire_error ignored = {0};
    bool deleted = false;
    if (newest < 0) {
        return QUIRE_OK;
    }
    quire_status status = q_version_record_get(repository, name, newest, &record, error);
    bool is_void = !status && q_void_is(&record);
    q_version_record_free(&record);
    if (!status && !is_void) {
        return QUIRE_OK;
    }
    /* What is deleted is ended, and may be damaged. */
    quire_status looked =
        q_collection_is_deleted(repository, name, newest, &deleted, status ? &ignored : error);
    if (!looked && deleted) {
        return QUIRE_OK;
    }
    status = status ? status : looked;
    return status ? status : q_void_end(repository, name, newest, error);
}
