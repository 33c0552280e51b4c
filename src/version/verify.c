/**
 * @file
 * Verifying a version: every file is read through the store, which checks digests on the way. What
 * is not there is a fault as well. What the system refuses to read (an I/O error, no permission, no
 * memory) is told and passed over, and says nothing about the version unless a fault is found, too;
 * a passing trouble, or refused credentials, ends the verification.
 */
#include <quire/version.h>

#include <string.h>

#include "version/divided.h"

typedef struct verification {
    q_work work;
    const quire_verify_options *options;
    quire_read_report report;
    uint64_t faults;
    uint64_t unread;
    quire_error first; /**< the first fault; while there is none, what was first not to be read */
} verification;

typedef struct counting {
    q_readers *readers;
    size_t lane;
    uint64_t bytes;
} counting;

static quire_status count_bytes(void *context, const void *data, size_t size) {
    counting *c = context;
    (void)data;
    c->bytes += size;
    return q_readers_tell(c->readers, c->lane, size);
}

static quire_status read_file(void *context, q_readers *readers, size_t lane, const q_entry *entry,
                              quire_error *error) {
    const verification *v = context;
    const q_store_ops *ops = v->work.version->store->ops;
    counting c = {.readers = readers, .lane = lane};

    if (q_divided_applies(readers, v->work.version, entry)) {
        return q_divided_read(readers, lane, v->work.version, entry, NULL, error);
    }
    quire_status status =
        ops->copier_copy(q_readers_copier(readers, lane), entry, count_bytes, &c, error);
    if (status == QUIRE_OK && c.bytes != entry->size) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s has %" PRIu64 " bytes instead of %" PRIu64,
                             entry->path, c.bytes, entry->size);
    }
    return status;
}

static bool goes_on(quire_status status) {
    return status == QUIRE_INTEGRITY || status == QUIRE_NOT_FOUND || status == QUIRE_ERROR;
}

static void record(verification *v, quire_status status, const quire_error *fault) {
    uint64_t *count = status == QUIRE_ERROR ? &v->unread : &v->faults;
    if (++*count == 1 && (count == &v->faults || v->faults == 0)) {
        v->first = *fault;
    }
    if (v->options->fault != NULL) {
        v->options->fault(v->options->fault_context, fault->message);
    }
}

static quire_status taken(void *context, const q_entry *entry, quire_status status,
                          quire_error *error) {
    verification *v = context;
    const quire_version *version = v->work.version;

    if (entry->ref != NULL) {
        v->report.skipped++;
        return QUIRE_OK;
    }
    if (status == QUIRE_OK) {
        v->report.files++;
        v->report.bytes += entry->size;
        return QUIRE_OK;
    }
    q_error_prefix(error, Q_VERSION_FORMAT, Q_VERSION_ARGUMENTS(version));
    if (!goes_on(status)) {
        return status;
    }
    record(v, status, error);
    return QUIRE_OK;
}

/** Read all of the share; a manifest that cannot be read on is one more fault. */
static quire_status verify_all(verification *v, quire_error *error) {
    const quire_version *version = v->work.version;
    quire_error inner = {0};

    const q_readers_task task = {.read = read_file, .taken = taken, .goes_on = true, .context = v};
    quire_status status = q_readers_run(
        &v->work, q_readers_lanes(version, v->options->parts, v->options->threads), &task, &inner);
    if (status != QUIRE_OK && goes_on(status)) {
        q_error_prefix(&inner, Q_VERSION_FORMAT, Q_VERSION_ARGUMENTS(version));
        record(v, status, &inner);
    } else if (status != QUIRE_OK) {
        if (error != NULL) {
            *error = inner;
        }
        return status;
    }
    if (v->faults == 0 && v->unread == 0) {
        return QUIRE_OK;
    }
    if (v->faults == 0) {
        return q_error_set(
            error, QUIRE_ERROR,
            "%" PRIu64 " part%s of " Q_VERSION_FORMAT " could not be read; first: %s", v->unread,
            v->unread == 1 ? "" : "s", Q_VERSION_ARGUMENTS(version), v->first.message);
    }
    return q_error_set(error, QUIRE_INTEGRITY,
                       "%" PRIu64 " fault%s in " Q_VERSION_FORMAT "; first: %s", v->faults,
                       v->faults == 1 ? "" : "s", Q_VERSION_ARGUMENTS(version), v->first.message);
}

quire_status quire_version_verify(quire_version *version, const quire_verify_options *options,
                                  quire_read_report *report, quire_error *error) {
    const quire_verify_options defaults = {0};

    if (report != NULL) {
        memset(report, 0, sizeof *report);
    }
    if (version == NULL) {
        return q_error_set(error, QUIRE_USAGE, "verification needs a version");
    }
    options = options != NULL ? options : &defaults;
    if (options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "verify options of unknown layout %d",
                           options->version);
    }
    verification v = {.work = {.version = version,
                               .path = "",
                               .callback = options->progress,
                               .context = options->progress_context},
                      .options = options};
    quire_status status = q_work_begin(&v.work, options->part, options->parts, error);
    if (status == QUIRE_OK) {
        status = verify_all(&v, error);
    }
    if (report != NULL) {
        *report = v.report;
    }
    q_work_free(&v.work);
    return status;
}
