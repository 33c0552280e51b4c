/** @file Verifying a project: each version of each collection. See verify.h. */
#include "store/wandb/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/keyset.h"
#include "store/wandb/read.h"

typedef struct verifying {
    quire_store *store;
    quire_fault_callback callback;
    void *context;
    q_copier *copier;
    const quire_version_info *info;
    q_keyset found; /* what is to be visited: a listing asks the server, too */
    uint64_t faults, unread;
    quire_error first;
} verifying;

static bool goes_on(quire_status status) {
    return status == QUIRE_INTEGRITY || status == QUIRE_NOT_FOUND || status == QUIRE_ERROR;
}

static void record(verifying *self, quire_status status, const quire_error *fault) {
    uint64_t *count = status == QUIRE_ERROR ? &self->unread : &self->faults;
    if (++*count == 1 && (count == &self->faults || self->faults == 0)) {
        self->first = *fault;
    }
    if (self->callback) {
        self->callback(self->context, fault->message);
    }
}

static quire_status ignore(void *context, const void *data, size_t size) {
    (void)context;
    (void)data;
    (void)size;
    return QUIRE_OK;
}

static quire_status check_entry(void *context, const q_entry *entry, bool *stop,
                                quire_error *error) {
    verifying *self = context;
    quire_error own = {0};
    (void)stop;
    quire_status status =
        entry->ref ? QUIRE_OK : q_wandb_copier_copy(self->copier, entry, ignore, NULL, &own);
    if (!status) {
        return QUIRE_OK;
    }
    q_error_prefix(&own, "%s:v%" PRId64, self->info->name, self->info->number);
    if (goes_on(status)) {
        record(self, status, &own);
        return QUIRE_OK;
    }
    return q_error_set(error, status, "%s", own.message);
}

static quire_status check_version(verifying *self, const char *text, quire_error *error) {
    q_address address;
    quire_version *version = NULL;
    quire_error own = {0};
    quire_status status = q_name_parse_address(text, &address, &own);
    status = status ? status : q_wandb_version_open(self->store, &address, &version, &own);
    status = status ? status : q_wandb_copier_open(version, &self->copier, &own);
    if (!status) {
        self->info = &version->info;
        status = q_wandb_version_scan(version, NULL, check_entry, self, &own);
    }
    q_wandb_copier_free(self->copier);
    self->copier = NULL;
    if (version) {
        q_wandb_version_free(version);
    }
    if (status && goes_on(status)) {
        record(self, status, &own);
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", own.message) : status;
}

static quire_status note_version(void *context, const quire_version_info *info) {
    verifying *self = context;
    char text[Q_NAME_MAX + 32];
    snprintf(text, sizeof text, "%s:v%" PRId64, info->name, info->number);
    return q_keyset_add(&self->found, text, NULL, NULL);
}

static quire_status note_name(void *context, const char *name) {
    return q_keyset_add(context, name, NULL, NULL);
}

static quire_status visit(verifying *self, quire_error *error) {
    q_keyset names = {0};
    quire_status status = q_wandb_collections(self->store, note_name, &names, error);
    for (size_t i = 0; i < names.count && !status; i++) {
        status = q_wandb_version_each(self->store, names.keys[i], note_version, self, error);
    }
    q_keyset_free(&names);
    for (size_t i = 0; i < self->found.count && !status; i++) {
        status = check_version(self, self->found.keys[i], error);
    }
    return status;
}

quire_status q_wandb_verify(quire_store *store, quire_fault_callback callback, void *context,
                            quire_error *error) {
    verifying self = {.store = store, .callback = callback, .context = context};
    quire_status status = visit(&self, error);
    q_keyset_free(&self.found);
    if (status || (self.faults == 0 && self.unread == 0)) {
        return status;
    }
    return q_error_set(
        error, self.faults ? QUIRE_INTEGRITY : QUIRE_ERROR, "%" PRIu64 " fault%s in %s; first: %s",
        self.faults ? self.faults : self.unread,
        (self.faults ? self.faults : self.unread) == 1 ? "" : "s", store->url, self.first.message);
}
