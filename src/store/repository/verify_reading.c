/**
 * @file
 * Reads, as its users do, a store in which nothing was found wrong. A record may be whole by its
 * check and still lack what readers ask of it: then it was not quire that wrote it.
 */
#include <string.h>

#include "store/repository/collection.h"
#include "store/repository/draft_list.h"
#include "store/repository/handle.h"
#include "store/repository/verifying.h"

static quire_status pass_version(void *context, const quire_version_info *info) {
    (void)context;
    (void)info;
    return QUIRE_OK;
}

static quire_status pass_draft(void *context, const quire_draft *draft) {
    (void)context;
    (void)draft;
    return QUIRE_OK;
}

static quire_status see_use(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    cJSON *record = NULL;
    quire_status status = q_record_get(self->repository->objects, info->key, "use", &record, error);
    cJSON_Delete(record);
    return status == QUIRE_NOT_FOUND ? QUIRE_OK : status;
}

static quire_status read_lineage(q_verifying *self, const char *name, quire_error *error) {
    q_key key;
    quire_status status = q_key_collection(&key, name, "lineage/", error);
    return status ? status
                  : q_objects_list(self->repository->objects, key.text, true, see_use, self, error);
}

/* What makes a reader refuse is a fault; anything else ends the verification. */
static quire_status judge(q_verifying *self, quire_status status, const quire_error *fault,
                          quire_error *error) {
    if (status == QUIRE_INTEGRITY) {
        q_verifying_fault(self, "%s", fault->message);
    } else if (status && status != QUIRE_NOT_FOUND) { /* removed meanwhile */
        return q_error_set(error, status, "%s", fault->message);
    }
    return QUIRE_OK;
}

static quire_status read_collection(void *context, const char *name, quire_error *error) {
    q_verifying *self = context;
    quire_store *store = &self->repository->base;
    quire_error fault = {0};
    quire_status status = q_version_handle_each(store, name, pass_version, NULL, &fault);
    status = judge(self, status, &fault, error);
    if (!status) {
        status = judge(self, q_draft_list(store, name, pass_draft, NULL, &fault), &fault, error);
    }
    return status ? status : judge(self, read_lineage(self, name, &fault), &fault, error);
}

quire_status q_verify_reading(q_verifying *self, quire_error *error) {
    if (self->faults > 0) {
        return QUIRE_OK; /* what readers cannot read was told already */
    }
    return q_collection_each(self->repository, read_collection, self, error);
}
