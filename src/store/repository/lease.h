/**
 * @file
 * Leases: how a running writer tells gc what it relies on. A lease is put before the writer looks
 * at what it builds on, and removed when what it wrote is named by a version or a draft.
 *
 * While a lease lives, gc keeps everything younger than it (whatever the grace period), and treats
 * its pins, versions and drafts, as alive. It counts as dead Q_LEASE_SECONDS after its last
 * renewal; a writer renews it as it goes. What becomes of a dead one is in lease_end.h, and how a
 * writer learns of it in claim.h.
 */
#ifndef Q_REPOSITORY_LEASE_H
#define Q_REPOSITORY_LEASE_H

#include "store/repository/internal.h"

#define Q_LEASE_SECONDS ((int64_t)7 * 24 * 3600)
#define Q_LEASE_RENEW_SECONDS 600

typedef struct q_lease {
    q_repository *repository; /**< NULL: none is held */
    q_key key;
    int64_t renewed; /**< by the monotonic clock */
    int64_t taken;   /**< by the store's clock */
    /** A further lease that protects what this writer uses (a stage's); NULL: none. Borrowed. */
    struct q_lease *also;
} q_lease;

/**
 * Take a lease.
 * @param name,pin_version the version built on; -1: none
 * @param pin_draft the distributed_id of the draft built on; NULL: none
 */
quire_status q_lease_take(q_repository *repository, const char *name, int64_t pin_version,
                          const char *pin_draft, q_lease *lease, quire_error *error);
/** Renew it if it is time to. QUIRE_TEMPORARY when it has ended. */
quire_status q_lease_renew(q_lease *lease, quire_error *error);
/** QUIRE_TEMPORARY when gc has ended it, or the further one: what was stored may be gone. */
quire_status q_lease_check(const q_lease *lease, quire_error *error);
/** The status of a step of its holder: when that failed and the lease has ended, which is why or
 *  hides why, the error says so and QUIRE_TEMPORARY is returned. */
quire_status q_lease_explain(const q_lease *lease, quire_status status, quire_error *error);
/** Whether a lease that was renewed last at `modified` is dead by `now`. */
bool q_lease_is_dead(int64_t modified, int64_t now);
/** Give it back; a failure to remove it is no failure of the writer: gc will. */
void q_lease_drop(q_lease *lease);

/** What the living leases ask gc to keep. */
typedef struct q_lease_pins {
    int64_t oldest;             /**< when the oldest living one was taken; INT64_MAX: none */
    size_t count;               /**< of the living ones */
    cJSON *list;                /**< array of lease records */
    const cJSON *oldest_record; /**< in the list; NULL: none, or it cannot be read */
} q_lease_pins;
/**
 * Look at all leases. Any that stands counts as alive, since q_lease_end_dead() came before; in a
 * dry run, where it did not, those that are dead by `now` are passed over.
 */
quire_status q_lease_survey(q_repository *repository, int64_t now, bool dry_run, q_lease_pins *pins,
                            quire_error *error);
void q_lease_pins_free(q_lease_pins *pins);
/** Warn that they hold garbage back; there must be one. */
void q_lease_pins_warn(const q_lease_pins *pins, const quire_store *store);
bool q_lease_pins_version(const q_lease_pins *pins, const char *name, int64_t number);
bool q_lease_pins_draft(const q_lease_pins *pins, const char *name, const char *distributed_id);

#endif
