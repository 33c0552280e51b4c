/**
 * @file
 * Writing an artifact through the store's operations: one sorted pass, one commit.
 */
#include "artifact/write.h"

#include <stdlib.h>

#include "artifact/loaders.h"

static void tell(const quire_commit_options *options, const quire_progress *progress) {
    if (options && options->progress) {
        options->progress(options->progress_context, progress);
    }
}

/** What a store that stores late has stored so far. */
typedef struct storing {
    const quire_commit_options *options;
    quire_progress progress;
} storing;

static void hear(void *context, uint64_t files, uint64_t bytes) {
    storing *self = context;
    self->progress.files_done += files;
    self->progress.bytes_done += bytes;
    tell(self->options, &self->progress);
}

/* Each kind of writing has a segment of its own, or a patch of few files would leave nothing of
   what the log before it knew. Without memory there is no cache, nor for digests that it does not
   keep. */
static q_cache *open_cache(const quire_store *store, const q_write_spec *spec) {
    static const char *const modes[] = {"log", "upsert", "patch"};
    char *writer = NULL;
    q_cache *cache = NULL;
    if (store->options.cache && store->digests == Q_DIGEST_SHA256 &&
        q_asprintf(&writer, NULL, "%s %s", modes[spec->mode], spec->writer ? spec->writer : "") ==
            QUIRE_OK) {
        const q_cache_spec own = {store->options.cache, store->url, spec->name, writer};
        cache = q_cache_new(&own);
    }
    free(writer);
    return cache;
}

static void close_cache(const quire_store *store, q_cache *cache, bool is_committed) {
    if (cache && is_committed) {
        q_cache_save(cache);
    }
    if (cache && q_cache_problem(cache) && store->options.log) {
        store->options.log(store->options.log_context, QUIRE_LOG_INFO, q_cache_problem(cache));
    }
    q_cache_free(cache);
}

quire_status q_artifact_write(quire_artifact *artifact, quire_store *store,
                              const q_write_spec *spec, const quire_commit_options *options,
                              quire_version_id *version, quire_receipt *receipt,
                              quire_error *error) {
    q_plan plan = {0};
    q_writing *writing = NULL;
    storing late = {.options = options};
    q_write_spec told = *spec;
    told.stored = hear;
    told.stored_context = &late;
    quire_status status = q_plan_make(&plan, artifact, error);
    late.progress =
        (quire_progress){.files_total = plan.count, .bytes_total = plan.bytes, .slowest_rank = -1};
    if (status == QUIRE_OK) {
        status = store->ops->write_begin(store, &told, &writing, error);
    }
    if (status == QUIRE_OK) {
        q_cache *cache = artifact->cache ? artifact->cache : open_cache(store, spec);
        artifact->cache = NULL;
        const q_batch_target target = {.store = store, .writing = writing, .cache = cache};
        status = q_loaders_run(target, &plan, options, error);
        if (status == QUIRE_OK) {
            status = store->ops->write_commit(writing, version, receipt, error);
        }
        close_cache(store, cache, status == QUIRE_OK);
        store->ops->write_free(writing);
    }
    if (status == QUIRE_OK) {
        quire_progress done = {.files_done = plan.count,
                               .files_total = plan.count,
                               .bytes_done = plan.bytes,
                               .bytes_total = plan.bytes,
                               .slowest_rank = -1};
        tell(options, &done);
    }
    q_plan_free(&plan);
    return status;
}
