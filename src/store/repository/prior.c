/** @file The prior version: see prior.h. */
#include "store/repository/prior.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/reader.h"
#include "store/repository/resolve.h"
#include "store/repository/version_record.h"

struct q_prior {
    q_repository *repository;
    q_root root;
    q_manifest_reader *reader;
    const q_entry *current; /* the first entry not below the last path asked for */
    bool done, started;
};

void q_prior_free(q_prior *prior) {
    if (prior) {
        q_manifest_reader_free(prior->reader);
        q_root_free(&prior->root);
        free(prior);
    }
}

static quire_status open_version(q_repository *repository, const char *name, int64_t number,
                                 q_prior **prior, quire_error *error) {
    q_version_record record = {0};
    q_prior *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    quire_status status = q_version_record_get(repository, name, number, &record, error);
    if (!status) {
        status = q_repository_load_root(repository, record.root, &made->root, error);
    }
    if (!status) {
        status = q_manifest_reader_new(&repository->io, &made->root, &made->reader, error);
    }
    q_version_record_free(&record);
    if (status) {
        q_prior_free(made);
        return status;
    }
    *prior = made;
    return QUIRE_OK;
}

quire_status q_prior_open(q_repository *repository, const char *name, const char *pin_draft,
                          q_prior **prior, q_lease *lease, quire_error *error) {
    q_address latest = {.selector = "latest"};
    int64_t number = -1;
    bool deleted = false;
    quire_error hint_error = {0};
    *prior = NULL;
    memcpy(latest.name, name, strlen(name) + 1);
    if (q_resolve(repository, &latest, &number, &hint_error)) {
        number = -1;
    }
    quire_status status = q_lease_take(repository, name, number, pin_draft, lease, error);
    if (status || number < 0) {
        return status;
    }
    /* Deleted before the lease could be seen: gc may be at it. */
    status = q_collection_is_deleted(repository, name, number, &deleted, &hint_error);
    if (!status && !deleted) {
        status = open_version(repository, name, number, prior, &hint_error);
    }
    if (status) {
        q_store_log(&repository->base, QUIRE_LOG_WARNING, "the prior version is of no use: %s",
                    hint_error.message);
    }
    return QUIRE_OK;
}

const q_entry *q_prior_find(q_prior *prior, const char *path) {
    quire_error error = {0};
    quire_status status = QUIRE_OK;
    if (!prior || prior->done) {
        return NULL;
    }
    if (!prior->started || (prior->current && strcmp(prior->current->path, path) < 0)) {
        status = q_manifest_reader_seek(prior->reader, path, &error);
        if (!status) {
            status = q_manifest_reader_next(prior->reader, &prior->current, &error);
        }
        prior->started = true;
    }
    if (status) {
        q_store_log(&prior->repository->base, QUIRE_LOG_WARNING,
                    "the prior version is of no use: %s", error.message);
        prior->current = NULL;
    }
    prior->done = prior->current == NULL;
    return prior->current && strcmp(prior->current->path, path) == 0 ? prior->current : NULL;
}
