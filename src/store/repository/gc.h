/**
 * @file
 * Collecting garbage: deleting what nothing names any more.
 *
 * Order, and why it is safe beside running writers: (1) end the dead leases, so that their writers
 * can commit nothing any more (lease_end.h), then survey those that stand; nothing younger than the
 * oldest of them, less the grace period, is touched; (2) expire versions by their time to live;
 * (3) mark what drafts reach, then (4) what versions reach: a draft that finishes between the two
 * is a version by then; what a lease pins counts as alive; (5) survey the leases and mark once
 * more; (6) delete what is unmarked and old, each object only if nobody has renewed its time
 * meanwhile.
 *
 * Why twice: a writer takes its lease, then looks whether what it builds on is deleted. If (4) saw
 * the deletion, either (5) sees the lease, or the lease is later and its writer sees the deletion.
 */
#ifndef Q_REPOSITORY_GC_H
#define Q_REPOSITORY_GC_H

#include "store/store.h"

/** q_store_ops */
quire_status q_gc(quire_store *store, const quire_gc_options *options, quire_gc_report *report,
                  quire_error *error);

#endif
