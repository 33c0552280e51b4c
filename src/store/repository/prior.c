/** @file The prior version: see prior.h. */
#include "store/repository/prior.h"

#include <stdlib.h>
#include <string.h>

#include "base/keyset.h"
#include "manifest/lookup.h"
#include "store/repository/alias.h"
#include "store/repository/resolve.h"
#include "store/repository/version_record.h"

struct q_prior {
    q_repository *repository;
    q_root root;
    q_manifest_io io; /* the repository's, which notes what was read */
    q_keyset read;    /* objects below manifests/ */
    q_manifest_lookup *lookup;
    bool useless; /* something was wrong with it */
};

void q_prior_free(q_prior *prior) {
    if (prior) {
        q_manifest_lookup_free(prior->lookup);
        q_root_free(&prior->root);
        q_keyset_free(&prior->read);
        free(prior);
    }
}

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    q_prior *prior = context;
    const q_manifest_io *io = &prior->repository->io;
    quire_status status = io->load(io->context, object, max_size, out, error);
    if (!status) { /* without memory it is saved again */
        (void)q_keyset_add(&prior->read, object, NULL, NULL);
    }
    return status;
}

bool q_prior_has_read(const q_prior *prior, const char *object) {
    return prior && q_keyset_has(&prior->read, object);
}

static quire_status open_version(q_repository *repository, const char *name, int64_t number,
                                 q_prior **prior, quire_error *error) {
    q_version_record record = {0};
    q_prior *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    made->io = (q_manifest_io){.context = made, .load = load};
    quire_status status = q_version_record_get(repository, name, number, &record, error);
    if (!status) {
        status = q_repository_load_root(repository, record.root, &made->root, error);
    }
    if (!status) {
        (void)q_keyset_add(&made->read, record.root, NULL, NULL);
        status = q_manifest_lookup_new(&made->io, &made->root, &made->lookup, error);
    }
    q_version_record_free(&record);
    if (status) {
        q_prior_free(made);
        return status;
    }
    *prior = made;
    return QUIRE_OK;
}

/* `latest`; -1: none that can be found. Whoever made sure of the collection has just read its
 * newest version, which is it as a rule: that it is not deleted is looked at later. */
static int64_t find_latest(q_repository *repository, const char *name, bool guess) {
    int64_t number = guess ? q_version_record_known(repository, name) : -1;
    bool moved = false;
    quire_error error = {0};
    if (number >= 0 && q_alias_latest_moved(repository, name, &moved, &error) == QUIRE_OK &&
        !moved) {
        return number;
    }
    return q_resolve_latest(repository, name, &number, &error) ? -1 : number;
}

static quire_status open_latest(q_repository *repository, const char *name, const char *pin_draft,
                                bool guess, bool *deleted, q_prior **prior, q_lease *lease,
                                quire_error *error) {
    quire_error hint_error = {0};
    int64_t number = find_latest(repository, name, guess);
    *deleted = false;
    quire_status status = q_lease_take(repository, name, number, pin_draft, lease, error);
    if (status || number < 0) {
        return status;
    }
    /* Deleted before the lease could be seen: gc may be at it. */
    status = q_collection_is_deleted(repository, name, number, deleted, &hint_error);
    if (!status && !*deleted) {
        status = open_version(repository, name, number, prior, &hint_error);
    }
    if (status) {
        q_store_log(&repository->base, QUIRE_LOG_WARNING, "the prior version is of no use: %s",
                    hint_error.message);
    }
    return QUIRE_OK;
}

quire_status q_prior_open(q_repository *repository, const char *name, const char *pin_draft,
                          q_prior **prior, q_lease *lease, quire_error *error) {
    bool deleted = false;
    *prior = NULL;
    quire_status status =
        open_latest(repository, name, pin_draft, true, &deleted, prior, lease, error);
    if (!status && deleted) {
        q_lease_drop(lease);
        status = open_latest(repository, name, pin_draft, false, &deleted, prior, lease, error);
    }
    return status;
}

const q_entry *q_prior_find(q_prior *prior, const char *path) {
    const q_entry *entry = NULL;
    quire_error error = {0};
    if (!prior || prior->useless) {
        return NULL;
    }
    if (q_manifest_lookup_find(prior->lookup, path, &entry, &error)) {
        q_store_log(&prior->repository->base, QUIRE_LOG_WARNING,
                    "the prior version is of no use: %s", error.message);
        prior->useless = true;
    }
    return entry;
}
