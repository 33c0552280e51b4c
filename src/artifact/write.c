/**
 * @file
 * Writing an artifact through the store's operations: one sorted pass, one commit.
 */
#include "artifact/write.h"

#include "artifact/plan.h"

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

static quire_status write_step(quire_store *store, q_writing *writing, const q_step *step,
                               course *c, q_buffer *name, quire_error *error) {
    if (!step->item) {
        return store->ops->write_remove(writing, step->path, error);
    }
    if (!q_item_is_source(step->item)) {
        q_entry entry = *step->item->from.entry;
        entry.path = step->path;
        return store->ops->write_entry(writing, &entry, error);
    }
    q_source source;
    quire_status status = q_item_open(step->item, &source, name, error);
    if (status == QUIRE_OK) {
        source.told = tell_piece;
        source.told_context = c;
        status = store->ops->write_file(writing, step->path, &source, error);
        q_source_close(&source);
    }
    return status;
}

static quire_status write_steps(quire_store *store, q_writing *writing, const q_plan *plan,
                                const quire_commit_options *options, quire_error *error) {
    course c = {
        .options = options,
        .progress = {.files_total = plan->count, .bytes_total = plan->bytes, .slowest_rank = -1}};
    q_buffer name = {0};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < plan->count && status == QUIRE_OK; i++) {
        const q_step *step = &plan->steps[i];
        c.bytes = q_step_bytes(step);
        status = write_step(store, writing, step, &c, &name, error);
        if (status == QUIRE_OK) {
            c.before += c.bytes;
            c.progress.files_done++;
            c.progress.bytes_done = c.before;
            tell(options, &c.progress);
        }
    }
    q_buffer_free(&name);
    return status;
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
        status = write_steps(store, writing, &plan, options, error);
        if (status == QUIRE_OK) {
            status = store->ops->write_commit(writing, version, receipt, error);
        }
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
