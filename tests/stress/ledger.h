/** @file What all processes of a stress run share: what they were told, and how often they ran. */
#ifndef TESTS_STRESS_LEDGER_H
#define TESTS_STRESS_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LEDGER_COLLECTIONS 2
#define LEDGER_VERSIONS 100000
#define LEDGER_ROLES 16

/** What a worker was told of one version. */
typedef struct ledger_version {
    _Atomic uint64_t seed; /**< and 1, so that 0 is none */
    atomic_bool joint;
    atomic_bool has_ttl;
    atomic_bool may_go; /**< somebody has begun to delete it */
} ledger_version;

typedef struct ledger {
    atomic_bool stop;
    atomic_uint_fast64_t findings, next_seed, next_part, ended_leases, deleted;
    atomic_uint_fast64_t rounds[LEDGER_ROLES], refusals[LEDGER_ROLES];
    ledger_version versions[LEDGER_COLLECTIONS][LEDGER_VERSIONS];
    _Atomic int64_t newest[LEDGER_COLLECTIONS]; /**< the highest number that was told, or -1 */
} ledger;

/** Shared with all children. NULL on failure. */
ledger *ledger_new(void);
/** A version was told. False: the number had been told for another tree. */
bool ledger_tell(ledger *to, int collection, int64_t number, uint64_t seed, bool joint);

#endif
