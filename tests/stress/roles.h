/** @file What the workers of a stress run do, a round each. */
#ifndef TESTS_STRESS_ROLES_H
#define TESTS_STRESS_ROLES_H

#include "ledger.h"
#include "tree.h"

#define TTL_SECONDS 2

typedef struct worker {
    const char *url;
    ledger *shared;
    quire_store *store; /* opened anew for each round */
    uint64_t random;
    int collection;
    bool ages_leases; /* gc takes writers for dead that have been slow for AGE_SECONDS */
    quire_error error;
} worker;

/** A store that does not sync: the processes die, the host does not. */
extern const quire_store_options quick;

typedef struct role {
    const char *name;
    quire_status (*round)(worker *);
    /** Whether a round may end so beside the others; QUIRE_OK always may. */
    bool (*may)(const worker *, quire_status);
    int processes;
} role;

extern const role roles[];
extern const unsigned role_count;

uint64_t worker_random(worker *self, uint64_t below);
const char *worker_collection(const worker *self);
/** The address of a version that was told, by number; false: there is none. */
bool worker_pick(worker *self, char address[64], int64_t *number);

#endif
