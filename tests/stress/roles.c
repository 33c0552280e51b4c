/** @file See roles.h. What a round may end in, and nothing else, is said beside each role. */
#include "roles.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "upkeep.h"

#define POOL 12 /* seeds that come again, so that versions are found by their digest */

const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};

uint64_t worker_random(worker *self, uint64_t below) {
    self->random = tree_mix(self->random);
    return self->random % below;
}

const char *worker_collection(const worker *self) {
    return self->collection ? "beta" : "alpha";
}

bool worker_pick(worker *self, char address[64], int64_t *number) {
    int64_t newest = self->shared->newest[self->collection];
    if (newest < 0) {
        return false;
    }
    *number = newest - (int64_t)worker_random(self, (uint64_t)newest < 30 ? newest + 1 : 30);
    snprintf(address, 64, "%s:v%" PRId64, worker_collection(self), *number);
    return self->shared->versions[self->collection][*number].seed != 0;
}

static quire_status finding(worker *self, const char *what) {
    snprintf(self->error.message, sizeof self->error.message, "%s", what);
    return QUIRE_USAGE; /* which no role may end in */
}

static quire_status tell(worker *self, const quire_version_id *version, const tree *made) {
    return ledger_tell(self->shared, self->collection, version->number, made->seed, made->joint)
               ? QUIRE_OK
               : finding(self, "two trees were given one number");
}

/* A writer may be told that it was too slow. */
static bool was_ended(const worker *self, quire_status status) {
    bool ended = status == QUIRE_TEMPORARY && strstr(self->error.message, "the writer paused");
    self->shared->ended_leases += ended;
    return ended;
}

static uint64_t new_seed(worker *self) {
    return worker_random(self, 4) == 0 ? worker_random(self, POOL)
                                       : POOL + self->shared->next_seed++;
}

static quire_status commit(worker *self) {
    tree made;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    quire_error *error = &self->error;
    tree_make(&made, new_seed(self), false, -1);
    quire_status status = quire_artifact_new(worker_collection(self), "dataset", &artifact, error);
    status = status ? status : tree_add(&made, artifact, error);
    bool has_ttl = made.seed >= POOL && worker_random(self, 5) == 0;
    if (!status && has_ttl) {
        status = quire_artifact_set_ttl(artifact, TTL_SECONDS, error);
    } else if (!status && worker_random(self, 5) == 0) {
        status = quire_artifact_add_alias(artifact, "logged", error);
    }
    status = status ? status : quire_log_artifact(self->store, artifact, NULL, &version, error);
    status = status ? status : tell(self, &version, &made);
    if (!status && has_ttl) {
        self->shared->versions[self->collection][version.number].has_ttl = true;
    }
    quire_artifact_free(artifact);
    return status;
}

static bool commit_may(const worker *self, quire_status status) {
    return was_ended(self, status);
}

static bool is_going(const worker *self, const quire_version_info *info) {
    return info->ttl > 0 || self->shared->versions[self->collection][info->number].may_go;
}

static quire_status patch(worker *self) {
    char address[64];
    int64_t number;
    tree before, after;
    quire_version *base = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    quire_error *error = &self->error;
    if (!worker_pick(self, address, &number)) {
        return QUIRE_OK;
    }
    quire_status status = quire_version_open(self->store, address, &base, error);
    status = status ? status : tree_of(base, &before, error);
    if (status == QUIRE_INTEGRITY && is_going(self, quire_version_get_info(base))) {
        status = QUIRE_NOT_FOUND;
    }
    quire_version_free(base);
    status =
        status ? status : quire_artifact_new(worker_collection(self), "dataset", &artifact, error);
    if (!status) {
        tree_make(&after, new_seed(self), false, -1);
        status = tree_patch(&before, &after, artifact, error);
    }
    status = status ? status
                    : quire_patch_artifact(self->store, strchr(address, ':') + 1, artifact, NULL,
                                           &version, error);
    status = status ? status : tell(self, &version, &after);
    quire_artifact_free(artifact);
    return status;
}

/* The base may be deleted meanwhile. */
static bool patch_may(const worker *self, quire_status status) {
    return status == QUIRE_NOT_FOUND || was_ended(self, status);
}

static quire_status finish(worker *self, uint64_t seed) {
    char id[32];
    tree made;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    const quire_commit_options all = {.expect = TREE_WRITERS};
    quire_error *error = &self->error;
    snprintf(id, sizeof id, "job-%" PRIu64, seed);
    tree_make(&made, seed, true, -1);
    quire_status status = quire_artifact_new(worker_collection(self), "dataset", &artifact, error);
    status =
        status ? status : quire_finish_artifact(self->store, artifact, id, &all, &version, error);
    status = status ? status : tell(self, &version, &made);
    quire_artifact_free(artifact);
    return status;
}

/* Workers take the parts of joint versions by turns; each looks whether it was the last. */
static quire_status collaborate(worker *self) {
    char id[32], name[16];
    tree part;
    quire_artifact *artifact = NULL;
    quire_error *error = &self->error;
    uint64_t ticket = self->shared->next_part++;
    int writer = (int)(ticket % TREE_WRITERS);
    uint64_t seed = ticket / TREE_WRITERS;
    self->collection = (int)(seed % LEDGER_COLLECTIONS);
    snprintf(id, sizeof id, "job-%" PRIu64, seed);
    snprintf(name, sizeof name, "%d", writer);
    tree_make(&part, seed, true, writer);
    quire_status status = quire_artifact_new(worker_collection(self), "dataset", &artifact, error);
    status = status ? status : tree_add(&part, artifact, error);
    status =
        status ? status : quire_upsert_artifact(self->store, artifact, id, name, NULL, NULL, error);
    quire_artifact_free(artifact);
    return status ? status : finish(self, seed);
}

/* Of the other writers some may be missing yet; one may have given the draft up, or deleted
 * what became of it. */
static bool collaborate_may(const worker *self, quire_status status) {
    return status == QUIRE_INCOMPLETE || was_ended(self, status) ||
           (status == QUIRE_CONFLICT && (strstr(self->error.message, "was dropped") ||
                                         strstr(self->error.message, "was deleted")));
}

typedef struct choosing {
    worker *self;
    char id[32];
    size_t seen, writers;
} choosing;

static quire_status choose(void *context, const quire_draft *draft) {
    choosing *to = context;
    if (worker_random(to->self, ++to->seen) == 0) {
        snprintf(to->id, sizeof to->id, "%s", draft->distributed_id);
        to->writers = draft->writer_count;
    }
    return QUIRE_OK;
}

static quire_status finish_any(worker *self) {
    choosing to = {.self = self};
    quire_error *error = &self->error;
    const char *name = worker_collection(self);
    quire_status status = quire_draft_list(self->store, name, choose, &to, error);
    uint64_t seed = 0;
    if (status || sscanf(to.id, "job-%" SCNu64, &seed) != 1) {
        return status;
    }
    if (to.writers < TREE_WRITERS && seed + 10 < self->shared->next_part / TREE_WRITERS) {
        return quire_draft_drop(self->store, name, to.id, error);
    }
    return finish(self, seed);
}

static bool finish_may(const worker *self, quire_status status) {
    return collaborate_may(self, status) || status == QUIRE_NOT_FOUND ||
           (status == QUIRE_CONFLICT && strstr(self->error.message, "is finished as"));
}

static bool upkeep_may(const worker *self, quire_status status) {
    return was_ended(self, status) || status == QUIRE_NOT_FOUND;
}

static bool gc_may(const worker *self, quire_status status) {
    (void)self;
    (void)status;
    return false;
}

const role roles[] = {{"commit", commit, commit_may, 2},
                      {"patch", patch, patch_may, 1},
                      {"collaborate", collaborate, collaborate_may, 3},
                      {"finish", finish_any, finish_may, 1},
                      {"annotate", upkeep_annotate, upkeep_may, 1},
                      {"remove", upkeep_remove, upkeep_may, 1},
                      {"read", upkeep_read, upkeep_may, 2},
                      {"gc", upkeep_gc, gc_may, 2}};
const unsigned role_count = sizeof roles / sizeof *roles;
