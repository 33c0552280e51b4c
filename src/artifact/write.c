/**
 * @file
 * Writing an artifact through the store's operations: one sorted pass, one commit.
 */
#include "artifact/write.h"

#include <stdlib.h>

#include "artifact/plan.h"
#include "artifact/write_source.h"

static void tell(const quire_commit_options *options, const quire_progress *progress) {
    if (options && options->progress) {
        options->progress(options->progress_context, progress);
    }
}

/** How far the writing is. */
typedef struct course {
    const quire_commit_options *options;
    quire_progress progress;
    uint64_t before, bytes; /* of the steps that are done, and of the one under way */
} course;

/** Within a file. It may be read twice, and be longer by now than when it was added. */
static void tell_piece(void *context, uint64_t position) {
    course *c = context;
    uint64_t done = c->before + (position < c->bytes ? position : c->bytes);
    if (done > c->progress.bytes_done) {
        c->progress.bytes_done = done;
        tell(c->options, &c->progress);
    }
}

static quire_status write_step(q_source_writing *to, const q_step *step, quire_error *error) {
    if (!step->item) {
        return to->store->ops->write_remove(to->writing, step->path, error);
    }
    if (!q_item_is_source(step->item)) {
        q_entry entry = *step->item->from.entry;
        entry.path = step->path;
        return to->store->ops->write_entry(to->writing, &entry, error);
    }
    return q_source_write(to, step->path, step->item, error);
}

static quire_status write_steps(quire_store *store, q_writing *writing, q_cache *cache,
                                const q_plan *plan, const quire_commit_options *options,
                                quire_error *error) {
    course c = {
        .options = options,
        .progress = {.files_total = plan->count, .bytes_total = plan->bytes, .slowest_rank = -1}};
    q_source_writing to = {
        .store = store, .writing = writing, .cache = cache, .told = tell_piece, .told_context = &c};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < plan->count && status == QUIRE_OK; i++) {
        const q_step *step = &plan->steps[i];
        c.bytes = q_step_bytes(step);
        status = write_step(&to, step, error);
        if (status == QUIRE_OK) {
            c.before += c.bytes;
            c.progress.files_done++;
            c.progress.bytes_done = c.before;
            tell(options, &c.progress);
        }
    }
    q_buffer_free(&to.name);
    return status;
}

/* Each kind of writing has a segment of its own, or a patch of few files would leave nothing of
   what the log before it knew. Without memory there is no cache. */
static q_cache *open_cache(const quire_store *store, const q_write_spec *spec) {
    static const char *const modes[] = {"log", "upsert", "patch"};
    char *writer = NULL;
    q_cache *cache = NULL;
    if (store->options.cache && q_asprintf(&writer, NULL, "%s %s", modes[spec->mode],
                                           spec->writer ? spec->writer : "") == QUIRE_OK) {
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
    quire_status status = q_plan_make(&plan, artifact, error);
    if (status == QUIRE_OK) {
        status = store->ops->write_begin(store, spec, &writing, error);
    }
    if (status == QUIRE_OK) {
        q_cache *cache = artifact->cache ? artifact->cache : open_cache(store, spec);
        artifact->cache = NULL;
        status = write_steps(store, writing, cache, &plan, options, error);
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
