/** @file Verifying a whole store: see verify.h. A fault is reported, and the walk goes on. */
#include "store/repository/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/repository/collection.h"
#include "store/repository/draft.h"
#include "store/repository/verifying.h"
#include "store/repository/version_record.h"

static quire_status see_record(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    cJSON *record = NULL;
    quire_error fault = {0};
    (void)error;
    if (strstr(info->key, "/shards/")) { /* looked at with the draft it belongs to */
        return QUIRE_OK;
    }
    quire_status status = q_record_get(self->repository->objects, info->key, NULL, &record, &fault);
    if (status && status != QUIRE_NOT_FOUND) { /* removed meanwhile: leases, old pointers */
        q_verifying_fault(self, "%s", fault.message);
    }
    cJSON_Delete(record);
    return QUIRE_OK;
}

/* It is not synced, so that a crash may cut it short; then gc goes by its time. */
static quire_status see_lease(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    cJSON *record = NULL;
    quire_error fault = {0};
    (void)error;
    quire_status status = q_record_get(self->repository->objects, info->key, NULL, &record, &fault);
    if (status && status != QUIRE_NOT_FOUND && status != QUIRE_INTEGRITY) {
        q_verifying_fault(self, "%s", fault.message);
    }
    cJSON_Delete(record);
    return QUIRE_OK;
}

static quire_status see_pack(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    quire_error fault = {0};
    (void)error;
    quire_status status = q_pack_verify(self->repository, info->key, &fault);
    if (status && status != QUIRE_NOT_FOUND) {
        q_verifying_fault(self, "%s", fault.message);
    }
    return QUIRE_OK;
}

static quire_status see_blob(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    quire_error fault = {0};
    (void)error;
    quire_status status = q_verify_blob(self, info->key, &fault);
    if (status && status != QUIRE_NOT_FOUND) {
        q_verifying_fault(self, "%s", fault.message);
    }
    return QUIRE_OK;
}

static void verify_version(q_verifying *self, const char *name, int64_t number) {
    q_version_record record;
    q_root root = {0};
    quire_error fault = {0};
    quire_status status = q_version_record_get(self->repository, name, number, &record, &fault);
    status = status ? status : q_repository_load_root(self->repository, record.root, &root, &fault);
    if (!status && (strcmp(root.digest, record.digest) != 0 || root.entries != record.entries ||
                    root.bytes != record.bytes)) {
        status = q_error_set(&fault, QUIRE_INTEGRITY, "the record and manifest %s do not agree",
                             record.root);
    }
    if (status) {
        q_verifying_fault(self, "%s:v%" PRId64 ": %s", name, number, fault.message);
    } else {
        q_verify_root(self, name, number, &root);
    }
    q_root_free(&root);
    q_version_record_free(&record);
}

/* Its contents may be gone; but its record keeps its number from being used again. */
static void verify_deleted(q_verifying *self, const char *name, int64_t number) {
    q_version_record record;
    quire_error fault = {0};
    if (q_version_record_get(self->repository, name, number, &record, &fault)) {
        q_verifying_fault(self, "%s:v%" PRId64 ": %s", name, number, fault.message);
    }
    q_version_record_free(&record);
}

static quire_status verify_draft(void *context, const char *id, quire_error *error) {
    q_verifying *self = context;
    q_draft_outcome outcome;
    quire_error fault = {0};
    (void)error;
    quire_status status = q_draft_read_outcome(self->repository, self->name, id, &outcome, &fault);
    if (!status && outcome.decided) {
        q_verify_outcome(self, self->name, id, &outcome);
    } else if (!status) {
        status = q_verify_draft(self, self->name, id, &fault);
    }
    if (status) {
        q_verifying_fault(self, "draft '%s' of '%s': %s", id, self->name, fault.message);
    }
    return QUIRE_OK;
}

static quire_status verify_collection(void *context, const char *name, quire_error *error) {
    q_verifying *self = context;
    q_numbers numbers = {0};
    char type[Q_TYPE_SIZE];
    quire_error fault = {0};
    if (q_collection_type(self->repository, name, type, &fault)) {
        q_verifying_fault(self, "%s", fault.message);
    }
    quire_status status = q_collection_numbers(self->repository, name, &numbers, error);
    for (size_t i = 0; !status && i < numbers.count; i++) {
        int64_t previous = i > 0 ? numbers.numbers[i - 1] : -1;
        if (numbers.numbers[i] - previous > 1) {
            q_verify_is_version(self, name, previous + 1, "the order of numbers");
        }
        if (q_numbers_is_deleted(&numbers, numbers.numbers[i])) {
            verify_deleted(self, name, numbers.numbers[i]);
        } else {
            verify_version(self, name, numbers.numbers[i]);
        }
    }
    status = status ? status : q_verify_index(self, name, &numbers, error);
    q_numbers_free(&numbers);
    self->name = name;
    return status ? status : q_draft_each(self->repository, name, verify_draft, self, error);
}

/* A collection whose own record is damaged would not be visited by name, and hide its versions. */
static quire_status visit_collections(q_verifying *self, quire_error *error) {
    quire_error fault = {0};
    quire_status status = q_collection_each(self->repository, verify_collection, self, &fault);
    if (status == QUIRE_INTEGRITY) { /* reported among the records already */
        q_verifying_fault(self, "%s", fault.message);
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", fault.message) : QUIRE_OK;
}

static void verify_store_record(q_verifying *self) {
    cJSON *record = NULL;
    quire_error fault = {0};
    if (q_record_get(self->repository->objects, Q_KEY_REPOSITORY, NULL, &record, &fault)) {
        q_verifying_fault(self, "%s", fault.message);
    }
    cJSON_Delete(record);
}

quire_status q_verify_repository(quire_store *store, quire_fault_callback callback, void *context,
                                 quire_error *error) {
    q_verifying self = {
        .repository = q_repository_of(store), .callback = callback, .context = context};
    q_objects *objects = self.repository->objects;
    quire_status status = q_verifying_begin(&self, error);
    if (!status) {
        verify_store_record(&self);
    }
    status = status ? status
                    : q_objects_list(objects, Q_KEY_COLLECTIONS, true, see_record, &self, error);
    status = status ? status : q_objects_list(objects, Q_KEY_LEASES, true, see_lease, &self, error);
    status = status ? status : q_objects_list(objects, Q_KEY_PACKS, true, see_pack, &self, error);
    status = status ? status : q_objects_list(objects, Q_KEY_BLOBS, true, see_blob, &self, error);
    status = status ? status : visit_collections(&self, error);
    status = status ? status : q_verify_reading(&self, error);
    if (!status && self.faults > 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%" PRIu64 " fault%s in %s; the first: %s",
                             self.faults, self.faults == 1 ? "" : "s", store->url, self.first);
    }
    q_verifying_end(&self);
    return status;
}
