/** @file Verifying a whole store: see verify.h. A fault is reported, and the walk goes on. */
#include "store/repository/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
        q_verifying_failed(self, status, "%s", fault.message);
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
        q_verifying_bad(self, status, info->key, &fault);
    }
    return QUIRE_OK;
}

static quire_status see_blob(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    quire_error fault = {0};
    (void)error;
    quire_status status = q_verify_blob(self, info->key, &fault);
    if (status && status != QUIRE_NOT_FOUND) {
        q_verifying_bad(self, status, info->key, &fault);
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
    if (status && !q_verify_is_gone(self, name, number)) {
        q_verifying_failed(self, status, "%s:v%" PRId64 ": %s", name, number, fault.message);
    } else if (!status) {
        q_verify_root(self, name, number, &root);
    }
    q_root_free(&root);
    q_version_record_free(&record);
}

/* Its contents may be gone; but its record keeps its number from being used again. */
static void verify_deleted(q_verifying *self, const char *name, int64_t number) {
    q_version_record record;
    quire_error fault = {0};
    quire_status status = q_version_record_get(self->repository, name, number, &record, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s:v%" PRId64 ": %s", name, number, fault.message);
    }
    q_version_record_free(&record);
}

static void verify_draft(q_verifying *self, const char *id) {
    q_draft_outcome outcome;
    quire_error fault = {0};
    quire_status status = q_draft_read_outcome(self->repository, self->name, id, &outcome, &fault);
    if (!status && outcome.decided) {
        q_verify_outcome(self, self->name, id, &outcome);
    } else if (!status) {
        status = q_verify_draft(self, self->name, id, &fault);
    }
    if (status) {
        q_verifying_failed(self, status, "draft '%s' of '%s': %s", id, self->name, fault.message);
    }
}

/* --- folders: each is visited on its own, so that a damaged record does not hide the rest --- */

static bool is_folder(const char *key) {
    size_t size = strlen(key);
    return size > 0 && key[size - 1] == '/';
}

/* The name that a folder without a readable record has, if it stands there as it is. */
static void name_after(char **name, const char *folder) {
    if (!*name && !strchr(folder, '%') && !q_strdup(folder, name, NULL)) {
        (*name)[strlen(*name) - 1] = '\0';
    }
}

static quire_status see_draft(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    q_key folder;
    char *id = NULL;
    char *suffix = NULL;
    quire_error fault = {0};
    (void)error;
    if (!is_folder(info->key)) {
        return QUIRE_OK;
    }
    quire_status status = q_asprintf(&suffix, &fault, "drafts/%s", info->key);
    status = status ? status : q_key_collection(&folder, self->name, suffix, &fault);
    status = status ? status : q_draft_of_folder(self->repository, folder.text, &id, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
        name_after(&id, info->key);
    }
    if (id) {
        verify_draft(self, id);
    }
    free(suffix);
    free(id);
    return QUIRE_OK;
}

static quire_status verify_drafts(q_verifying *self, quire_error *error) {
    q_key key;
    quire_status status = q_key_collection(&key, self->name, "drafts/", error);
    return status
               ? status
               : q_objects_list(self->repository->objects, key.text, false, see_draft, self, error);
}

static void verify_collection(q_verifying *self, const char *name) {
    q_numbers numbers = {0};
    quire_error fault = {0};
    quire_status status = q_collection_numbers(self->repository, name, &numbers, &fault);
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
    status = status ? status : q_verify_index(self, name, &numbers, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
    }
    q_numbers_free(&numbers);
    self->name = name;
    status = verify_drafts(self, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
    }
}

static quire_status see_collection(void *context, const q_object_info *info, quire_error *error) {
    q_verifying *self = context;
    char type[Q_TYPE_SIZE];
    char *name = NULL;
    quire_error fault = {0};
    (void)error;
    if (!is_folder(info->key)) {
        return QUIRE_OK;
    }
    quire_status status = q_collection_of_folder(self->repository, info->key, &name, &fault);
    status = status ? status : q_collection_type(self->repository, name, type, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
        name_after(&name, info->key);
    }
    if (name) {
        verify_collection(self, name);
    }
    free(name);
    return QUIRE_OK;
}

static void verify_store_record(q_verifying *self) {
    cJSON *record = NULL;
    quire_error fault = {0};
    quire_status status =
        q_record_get(self->repository->objects, Q_KEY_REPOSITORY, NULL, &record, &fault);
    if (status) {
        q_verifying_failed(self, status, "%s", fault.message);
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
    status = status
                 ? status
                 : q_objects_list(objects, Q_KEY_COLLECTIONS, false, see_collection, &self, error);
    status = status ? status : q_verify_reading(&self, error);
    if (!status && self.faults > 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%" PRIu64 " fault%s in %s; the first: %s",
                             self.faults, self.faults == 1 ? "" : "s", store->url, self.first);
    } else if (!status && self.unchecked > 0) {
        status = q_error_set(
            error, QUIRE_ERROR, "%" PRIu64 " check%s of %s could not be made; the first: %s",
            self.unchecked, self.unchecked == 1 ? "" : "s", store->url, self.first);
    }
    q_verifying_end(&self);
    return status;
}
