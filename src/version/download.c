/** @file Writing a version, a part of it or a share of it below a folder. */
#include <quire/version.h>

#include <stdlib.h>
#include <string.h>

#include "version/fetch.h"
#include "version/readers.h"

typedef struct download {
    q_work work;
    q_target **targets; /* one a lane, and one for references, which the caller's thread brings */
    size_t lanes;
    pthread_mutex_t turn;
    bool skip_references;
    quire_read_report report;
} download;

/** Where the bytes of a file are told. */
typedef struct teller {
    q_readers *readers;
    size_t lane;
} teller;

static quire_status advance(void *context, uint64_t bytes) {
    const teller *to = context;
    return q_readers_tell(to->readers, to->lane, bytes);
}

static quire_status read_file(void *context, q_readers *readers, size_t lane, const q_entry *entry,
                              quire_error *error) {
    const download *d = context;
    teller to = {readers, lane};
    const q_fetch fetch = {.version = d->work.version,
                           .copier = q_readers_copier(readers, lane),
                           .target = d->targets[lane],
                           .advance = advance,
                           .context = &to};
    return q_divided_applies(readers, d->work.version, entry)
               ? q_fetch_divided(&fetch, readers, lane, entry, error)
               : q_fetch_file(&fetch, entry, error);
}

static quire_status bring_reference(download *d, const q_entry *entry, quire_error *error) {
    const q_fetch fetch = {.version = d->work.version, .target = d->targets[d->lanes]};
    uint64_t bytes = 0;
    bool fetched = false;
    quire_status status = QUIRE_OK;

    if (!d->skip_references) {
        status = q_fetch_reference(&fetch, entry, &fetched, &bytes, error);
    }
    if (status == QUIRE_OK && fetched) {
        d->report.references++;
        d->report.bytes += bytes;
    } else if (status == QUIRE_OK) {
        d->report.skipped++;
    }
    return status;
}

static quire_status taken(void *context, const q_entry *entry, quire_status status,
                          quire_error *error) {
    download *d = context;

    if (entry->ref != NULL) {
        return bring_reference(d, entry, error);
    }
    if (status == QUIRE_OK) {
        d->report.files++;
        d->report.bytes += entry->size;
    }
    return status;
}

static quire_status open_targets(download *d, const char *folder, quire_error *error) {
    quire_status status = QUIRE_OK;

    d->targets = calloc(d->lanes + 1, sizeof(q_target *));
    if (d->targets == NULL) {
        return q_error_memory(error);
    }
    for (size_t i = 0; i <= d->lanes && status == QUIRE_OK; i++) {
        status = q_target_open(folder, &d->targets[i], error);
        if (status == QUIRE_OK) {
            q_target_share(d->targets[i], &d->turn);
        }
    }
    return status;
}

static quire_status download_all(download *d, const char *folder,
                                 const quire_download_options *options, quire_error *error) {
    const q_readers_task task = {.read = read_file, .taken = taken, .context = d};

    pthread_mutex_init(&d->turn, NULL); /* with no attributes it cannot fail */
    quire_status status = q_work_begin(&d->work, options->part, options->parts, error);
    if (status == QUIRE_OK) {
        status = open_targets(d, folder, error);
    }
    if (status == QUIRE_OK) {
        status = q_readers_run(&d->work, d->lanes, &task, error);
    }
    if (status == QUIRE_OK && !d->work.any && d->work.path[0] != '\0') {
        status = q_error_set(error, QUIRE_NOT_FOUND, Q_VERSION_FORMAT ": no folder or file %s",
                             Q_VERSION_ARGUMENTS(d->work.version), d->work.path);
    }
    for (size_t i = 0; d->targets != NULL && i <= d->lanes; i++) {
        q_target_free(d->targets[i]);
    }
    free(d->targets);
    pthread_mutex_destroy(&d->turn);
    return status;
}

quire_status quire_version_download(quire_version *version, const char *folder,
                                    const quire_download_options *options,
                                    quire_read_report *report, quire_error *error) {
    const quire_download_options defaults = {0};
    char *path = NULL;

    q_error_clear(error);

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
                           .divided = options->divided,
                           .divided_context = options->divided_context,
                           .callback = options->progress,
                           .context = options->progress_context},
                  .lanes = q_readers_lanes(version, options->parts, options->threads),
                  .skip_references = options->skip_references != 0};
    status = download_all(&d, folder, options, error);
    if (report != NULL) {
        *report = d.report;
    }
    q_work_free(&d.work);
    free(path);
    return status;
}
