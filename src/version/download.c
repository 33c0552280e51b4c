/** @file Writing a version, a part of it or a share of it below a folder. */
#include <quire/version.h>

#include <stdlib.h>
#include <string.h>

#include "version/fetch.h"
#include "version/work.h"

typedef struct download {
    q_work work;
    q_fetch fetch;
    bool skip_references;
    quire_read_report report;
} download;

static void advance(void *context, uint64_t bytes) {
    q_work_advance(context, bytes);
}

static quire_status download_entry(void *context, const q_entry *entry, quire_error *error) {
    download *d = context;
    uint64_t bytes = entry->size;
    bool fetched = false;
    quire_status status = QUIRE_OK;

    if (entry->ref == NULL) {
        status = q_fetch_file(&d->fetch, entry, error);
        if (status == QUIRE_OK) {
            d->report.files++;
            d->report.bytes += bytes;
        }
        return status;
    }
    if (!d->skip_references) {
        status = q_fetch_reference(&d->fetch, entry, &fetched, &bytes, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (fetched) {
        d->report.references++;
        d->report.bytes += bytes;
    } else {
        d->report.skipped++;
    }
    return QUIRE_OK;
}

static quire_status download_all(download *d, const char *folder,
                                 const quire_download_options *options, quire_error *error) {
    q_target *target = NULL;

    quire_status status = q_work_begin(&d->work, options->part, options->parts, error);
    if (status == QUIRE_OK) {
        status = q_target_open(folder, &target, error);
    }
    if (status == QUIRE_OK) {
        d->fetch.target = target;
        status = q_work_each(&d->work, download_entry, d, error);
    }
    if (status == QUIRE_OK && !d->work.any && d->work.path[0] != '\0') {
        status = q_error_set(error, QUIRE_NOT_FOUND, Q_VERSION_FORMAT ": no folder or file %s",
                             Q_VERSION_ARGUMENTS(d->work.version), d->work.path);
    }
    q_target_free(target);
    return status;
}

quire_status quire_version_download(quire_version *version, const char *folder,
                                    const quire_download_options *options,
                                    quire_read_report *report, quire_error *error) {
    const quire_download_options defaults = {0};
    char *path = NULL;

    if (report != NULL) {
        memset(report, 0, sizeof *report);
    }
    if (version == NULL || folder == NULL) {
        return q_error_set(error, QUIRE_USAGE, "a download needs a version and a folder");
    }
    options = options != NULL ? options : &defaults;
    if (options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "download options of unknown layout %d",
                           options->version);
    }
    quire_status status = q_version_clean(options->path, &path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    download d = {.work = {.version = version,
                           .path = path,
                           .callback = options->progress,
                           .context = options->progress_context},
                  .skip_references = options->skip_references != 0};
    d.fetch = (q_fetch){.version = version, .advance = advance, .context = &d.work};
    status = download_all(&d, folder, options, error);
    if (report != NULL) {
        *report = d.report;
    }
    q_work_free(&d.work);
    free(path);
    return status;
}
