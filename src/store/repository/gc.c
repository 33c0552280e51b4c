/** @file Collecting garbage: see gc.h for the order and why. */
#include "store/repository/gc.h"

#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "store/repository/collection.h"
#include "store/repository/draft.h"
#include "store/repository/expire.h"
#include "store/repository/lease.h"
#include "store/repository/lease_end.h"
#include "store/repository/mark.h"
#include "store/repository/version_record.h"

#define GRACE_SECONDS ((int64_t)24 * 3600)

typedef struct collecting {
    q_repository *repository;
    const quire_gc_options *options;
    quire_gc_report *report;
    q_lease_pins pins;
    q_mark mark;
    q_keyset expired; /* keys of version records */
    int64_t now, cutoff;
    const char *name; /* the collection at hand */
} collecting;

/* With no grace the store is nobody else's: every lease was left by a writer that is gone. */
static int64_t dead_by(const collecting *gc) {
    return gc->options->grace < 0 ? INT64_MAX : gc->now;
}

static quire_status survey(collecting *gc, quire_error *error) {
    return q_lease_survey(gc->repository, dead_by(gc), gc->options->dry_run != 0, &gc->pins, error);
}

/* `grace` seconds before a time, which is none when that would be before the first of all. */
static int64_t before(int64_t time, int64_t grace) {
    if (grace < 0) {
        return time;
    }
    return grace > time / 1000000 ? 0 : time - grace * 1000000;
}

static quire_status find_cutoff(collecting *gc, quire_error *error) {
    int64_t grace = gc->options->grace;
    quire_status status = q_objects_now(gc->repository->objects, &gc->now, error);
    if (!status && !gc->options->dry_run) {
        status = q_lease_end_dead(gc->repository, dead_by(gc), error);
    }
    status = status ? status : survey(gc, error);
    if (grace < 0) { /* a writer that came meanwhile, against what was said, is spared */
        gc->cutoff = gc->now < gc->pins.oldest ? gc->now + 1 : gc->pins.oldest;
    } else {
        grace = grace == 0 ? GRACE_SECONDS : grace;
        gc->cutoff = gc->now < gc->pins.oldest ? gc->now : gc->pins.oldest;
        if (!status && (gc->now - gc->cutoff) / 1000000 > grace) {
            q_lease_pins_warn(&gc->pins, &gc->repository->base);
        }
        gc->cutoff = before(gc->cutoff, grace);
    }
    return status;
}

/* --- marking --- */

/* A decided draft is of use only to a finisher that was at it before; what is missing of it was
 * missing before that one's lease. One that was decided, and collected by another gc, while it was
 * marked here counts likewise. */
static quire_status mark_draft(void *context, const char *id, quire_error *error) {
    collecting *gc = context;
    q_draft_outcome outcome;
    quire_error missing = {0};
    quire_status status = q_draft_read_outcome(gc->repository, gc->name, id, &outcome, error);
    if (status || (outcome.decided && !q_lease_pins_draft(&gc->pins, gc->name, id))) {
        return status;
    }
    status = q_mark_draft(&gc->mark, gc->repository, gc->name, id, &missing);
    if (status == QUIRE_INTEGRITY && !outcome.decided) {
        status = q_draft_read_outcome(gc->repository, gc->name, id, &outcome, error);
        if (status) {
            return status;
        }
        status = QUIRE_INTEGRITY;
    }
    if (status == QUIRE_INTEGRITY && outcome.decided) {
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", missing.message) : QUIRE_OK;
}

static quire_status mark_drafts(void *context, const char *name, quire_error *error) {
    collecting *gc = context;
    gc->name = name;
    return q_draft_each(gc->repository, name, mark_draft, gc, error);
}

static quire_status mark_version(collecting *gc, const char *name, int64_t number,
                                 quire_error *error) {
    q_version_record record;
    quire_status status = q_version_record_get(gc->repository, name, number, &record, error);
    if (!status) {
        status = q_mark_root(&gc->mark, gc->repository, record.root, error);
    }
    q_version_record_free(&record);
    bool deleted = false;
    if (status == QUIRE_INTEGRITY && /* since it was listed, and collected by another gc */
        q_collection_is_deleted(gc->repository, name, number, &deleted, NULL) == QUIRE_OK &&
        deleted) {
        return QUIRE_OK;
    }
    if (status) {
        q_error_prefix(error, "nothing was deleted: %s:v%" PRId64, name, number);
    }
    return status;
}

/* In a dry run an expired version has no tombstone, but its objects are to be counted. */
static quire_status is_live(collecting *gc, const q_numbers *numbers, const char *name,
                            int64_t number, bool *live, quire_error *error) {
    q_key key;
    quire_status status = q_key_numbered(&key, name, "versions", number, error);
    *live = !status &&
            ((!q_numbers_is_deleted(numbers, number) && !q_keyset_has(&gc->expired, key.text)) ||
             q_lease_pins_version(&gc->pins, name, number));
    return status;
}

static quire_status mark_versions(void *context, const char *name, quire_error *error) {
    collecting *gc = context;
    q_numbers numbers = {0};
    quire_status status = q_collection_numbers(gc->repository, name, &numbers, error);
    for (size_t i = 0; !status && i < numbers.count; i++) {
        bool live = false;
        status = is_live(gc, &numbers, name, numbers.numbers[i], &live, error);
        if (!status && live) {
            status = mark_version(gc, name, numbers.numbers[i], error);
        }
    }
    q_numbers_free(&numbers);
    return status;
}

static quire_status mark_all(collecting *gc, quire_error *error) {
    quire_status status = q_collection_each(gc->repository, mark_drafts, gc, error);
    return status ? status : q_collection_each(gc->repository, mark_versions, gc, error);
}

static quire_status mark_again(collecting *gc, quire_error *error) {
    int64_t grace = gc->options->grace == 0 ? GRACE_SECONDS : gc->options->grace;
    q_lease_pins_free(&gc->pins);
    quire_status status = survey(gc, error);
    /* One taken since the first survey is later than the cutoff, unless its host's clock is behind
     * on a filesystem whose clients set the times. */
    if (!status && gc->pins.oldest < gc->cutoff) {
        gc->cutoff = before(gc->pins.oldest, grace);
    }
    return status ? status : mark_all(gc, error);
}

/* --- sweeping --- */

static quire_status sweep_object(void *context, const q_object_info *info, quire_error *error) {
    collecting *gc = context;
    bool removed = false;
    quire_status status = QUIRE_OK;
    if (q_keyset_has(&gc->mark.keys, info->key) || info->modified >= gc->cutoff) {
        gc->report->objects_kept++;
        return QUIRE_OK;
    }
    if (!gc->options->dry_run) {
        status = q_objects_remove(gc->repository->objects, info->key, gc->cutoff, &removed, error);
    }
    if (!status && (removed || gc->options->dry_run)) {
        gc->report->objects_deleted++;
        gc->report->bytes_deleted += info->size;
    }
    return status;
}

/* Of a decided draft the outcome and the roster stay: late and repeated writers go by them. The
 * registers of a living draft are no garbage. */
static quire_status sweep_draft(void *context, const char *id, quire_error *error) {
    collecting *gc = context;
    q_draft_outcome outcome;
    q_key key;
    quire_status status = q_draft_read_outcome(gc->repository, gc->name, id, &outcome, error);
    if (status || !outcome.decided) {
        return status;
    }
    status = q_key_draft(&key, gc->name, id, "writers/", error);
    return status
               ? status
               : q_objects_list(gc->repository->objects, key.text, true, sweep_object, gc, error);
}

static quire_status sweep_shard(void *context, const q_object_info *info, quire_error *error) {
    return strstr(info->key, "/shards/") ? sweep_object(context, info, error) : QUIRE_OK;
}

/* Shards are looked for in all drafts, also where a first upsert died before its draft began. */
static quire_status sweep_drafts(void *context, const char *name, quire_error *error) {
    collecting *gc = context;
    q_key key;
    gc->name = name;
    quire_status status = q_draft_each(gc->repository, name, sweep_draft, gc, error);
    status = status ? status : q_key_collection(&key, name, "drafts/", error);
    return status ? status
                  : q_objects_list(gc->repository->objects, key.text, true, sweep_shard, gc, error);
}

static quire_status sweep(collecting *gc, quire_error *error) {
    static const char *const folders[] = {Q_KEY_MANIFESTS, Q_KEY_BLOBS, Q_KEY_PACKS};
    /* First what unfinished writers left: an object's file that has a second name stays. */
    quire_status status = gc->options->dry_run
                              ? QUIRE_OK
                              : q_objects_sweep(gc->repository->objects, gc->cutoff, error);
    status = status ? status : q_collection_each(gc->repository, sweep_drafts, gc, error);
    for (size_t i = 0; !status && i < sizeof folders / sizeof *folders; i++) {
        status = q_objects_list(gc->repository->objects, folders[i], true, sweep_object, gc, error);
    }
    return status;
}

quire_status q_gc(quire_store *store, const quire_gc_options *options, quire_gc_report *report,
                  quire_error *error) {
    collecting gc = {.repository = q_repository_of(store), .options = options, .report = report};
    memset(report, 0, sizeof *report);
    /* What a killed gc was about to remove comes back first: a version may have it by now. */
    quire_status status =
        options->dry_run ? QUIRE_OK : q_objects_sweep(gc.repository->objects, INT64_MIN, error);
    status = status ? status : find_cutoff(&gc, error);
    if (!status) {
        status =
            q_expire_versions(gc.repository, gc.now, options->dry_run != 0, &gc.expired, error);
        report->versions_expired = gc.expired.count;
    }
    status = status ? status : mark_all(&gc, error);
    status = status ? status : mark_again(&gc, error);
    status = status ? status : sweep(&gc, error);
    q_mark_free(&gc.mark);
    q_keyset_free(&gc.expired);
    q_lease_pins_free(&gc.pins);
    return status;
}
