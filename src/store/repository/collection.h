/** @file Collections: the named lists of versions, and which numbers they have. */
#ifndef Q_REPOSITORY_COLLECTION_H
#define Q_REPOSITORY_COLLECTION_H

#include "store/repository/internal.h"

#define Q_TYPE_SIZE (Q_NAME_MAX + 1)

/** Make the collection if it is not there. QUIRE_CONFLICT when it has another type, and a version
 *  that is not deleted or an open draft of that type. */
quire_status q_collection_ensure(q_repository *repository, const char *name, const char *type,
                                 quire_error *error);

/** The type it was made with. QUIRE_NOT_FOUND when there is no such collection. */
quire_status q_collection_type(q_repository *repository, const char *name, char type[Q_TYPE_SIZE],
                               quire_error *error);
/** The type it has: of its newest version, deleted or not, else the one it was made with. All
 *  versions that are not deleted have it, see commit.h. */
quire_status q_collection_current_type(q_repository *repository, const char *name,
                                       char type[Q_TYPE_SIZE], quire_error *error);
/** QUIRE_CONFLICT when it has another type and a version that is not deleted. This is courtesy to
 *  writers, who hear of it before the work is done: the commit decides. */
quire_status q_collection_check_type(q_repository *repository, const char *name, const char *type,
                                     quire_error *error);
/** QUIRE_CONFLICT, in words. */
quire_status q_collection_refuse_type(const char *name, const char *found, const char *type,
                                      quire_error *error);

/** The numbers of versions, and which of them are deleted, as of one look. */
typedef struct q_numbers {
    int64_t *numbers; /**< ascending */
    size_t count, capacity;
    int64_t *deleted; /**< ascending */
    size_t deleted_count, deleted_capacity;
} q_numbers;
quire_status q_collection_numbers(q_repository *repository, const char *name, q_numbers *numbers,
                                  quire_error *error);
void q_numbers_free(q_numbers *numbers);
bool q_numbers_is_deleted(const q_numbers *numbers, int64_t number);
/** The highest number that is not deleted, or -1. */
int64_t q_numbers_newest_live(const q_numbers *numbers);

/** The highest number, deleted ones included, or -1. */
quire_status q_collection_newest(q_repository *repository, const char *name, int64_t *number,
                                 quire_error *error);
/** Whether one of the versions up to `last` is not deleted. */
quire_status q_collection_has_version(q_repository *repository, const char *name, int64_t last,
                                      bool *has, quire_error *error);
quire_status q_collection_is_deleted(q_repository *repository, const char *name, int64_t number,
                                     bool *deleted, quire_error *error);

/** Called with the name of each collection. */
quire_status q_collection_each(q_repository *repository,
                               quire_status (*callback)(void *, const char *name, quire_error *),
                               void *context, quire_error *error);
/** The name of the collection in a folder below collections/ (a component and a slash), freed by
 * the caller. QUIRE_INTEGRITY when its record is missing or another's. */
quire_status q_collection_of_folder(q_repository *repository, const char *folder, char **name,
                                    quire_error *error);

#endif
