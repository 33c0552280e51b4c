/** @file Loaders: see loaders.h. */
#include "artifact/loaders.h"

#include <stdlib.h>

#include "base/crew.h"

#define SLOTS_EACH 4 /* batches a worker: one under way, others at hand */
/* Below this there is less to win than threads cost. */
#define LANE_FILES 32
#define LANE_BYTES ((uint64_t)8 << 20)

typedef struct loaders {
    q_batch_target target;
    const q_plan *plan;
    const quire_commit_options *options; /* may be NULL */
    quire_progress progress;
    q_crew *crew;
    q_batch **batches; /* every slot that was used */
    size_t batch_count;
    size_t next; /* of the plan's steps */
} loaders;

static void tell(const loaders *self) {
    if (self->options && self->options->progress) {
        self->options->progress(self->options->progress_context, &self->progress);
    }
}

/** Within a file. */
static quire_status advance(loaders *self, uint64_t bytes, quire_error *error) {
    if (!self->target.store->stores_late) {
        self->progress.bytes_done += bytes;
    }
    if (bytes > 0) {
        tell(self);
    }
    return self->target.store->ops->write_renew(self->target.writing, error);
}

static quire_status hear(void *context, bool by_owner, uint64_t bytes, quire_error *error) {
    loaders *self = context;
    if (by_owner || q_crew_is_alone(self->crew)) {
        return advance(self, bytes, error);
    }
    q_crew_tell(self->crew, bytes);
    return q_crew_is_ending(self->crew)
               ? q_error_set(error, QUIRE_ERROR, "nobody waits for it any more")
               : QUIRE_OK;
}

static void count(void *context, uint64_t bytes) {
    loaders *self = context;
    if (!self->target.store->stores_late) {
        self->progress.bytes_done += bytes;
        self->progress.files_done++;
    }
    tell(self);
}

static quire_status work(void *context, size_t lane, void *slot, quire_error *error) {
    const loaders *self = context;
    (void)error; /* what fails is told at its turn */
    q_batch_read(slot, q_crew_is_alone(self->crew) ? NULL : self->crew, lane);
    return QUIRE_OK;
}

/** Write the oldest batch, if it is read. */
static quire_status take(loaders *self, quire_error *error) {
    void *slot = NULL;
    uint64_t told = 0;
    quire_status status = q_crew_take(self->crew, &slot, &told, error);
    if (status == QUIRE_OK && (told > 0 || !slot)) {
        status = advance(self, told, error);
    }
    return status == QUIRE_OK && slot ? q_batch_write(slot, error) : status;
}

static quire_status put(loaders *self, q_batch *batch, quire_error *error) {
    const q_plan *plan = self->plan;
    bool is_alone = q_crew_is_alone(self->crew);
    if (!batch->load) {
        self->batches[self->batch_count++] = batch;
    }
    quire_status status = q_batch_begin(batch, &self->target, &plan->steps[self->next], error);
    do {
        status = status ? status : q_batch_add(batch, error);
        self->next += status == QUIRE_OK;
    } while (status == QUIRE_OK && !is_alone && self->next < plan->count &&
             q_batch_has_room(batch));
    if (status == QUIRE_OK) {
        q_crew_put(self->crew);
    }
    /* Where the caller does the work, it is done by now: nothing more is begun after a failure. */
    return status == QUIRE_OK && is_alone ? take(self, error) : status;
}

/** How many workers it is worth having. */
static size_t lanes_for(const loaders *self) {
    unsigned most = self->options ? self->options->threads : 0;
    const q_plan *plan = self->plan;
    uint64_t by_count = plan->files / LANE_FILES, by_bytes = plan->bytes / LANE_BYTES;
    uint64_t worth = 1 + (by_count > by_bytes ? by_count : by_bytes);
    return q_crew_lanes(most ? most : self->target.store->options.threads,
                        worth < plan->pieces ? worth : plan->pieces);
}

static void end(loaders *self) {
    if (self->crew) {
        q_crew_end(self->crew); /* workers may be at them yet */
    }
    for (size_t i = 0; i < self->batch_count; i++) {
        q_batch_free(self->batches[i]);
    }
    q_crew_free(self->crew);
    free(self->batches);
}

quire_status q_loaders_run(q_batch_target target, const q_plan *plan,
                           const quire_commit_options *options, quire_error *error) {
    loaders self = {.target = target, .plan = plan, .options = options};
    self.target.told = hear;
    self.target.written = count;
    self.target.context = &self;
    self.progress = (quire_progress){
        .files_total = plan->count, .bytes_total = plan->bytes, .slowest_rank = -1};
    size_t lanes = lanes_for(&self), slots = lanes > 1 ? lanes * SLOTS_EACH : 1;
    self.batches = calloc(slots, sizeof *self.batches);
    quire_status status =
        self.batches ? q_crew_new(lanes, sizeof(q_batch), slots, work, &self, &self.crew, error)
                     : q_error_memory(error);
    while (status == QUIRE_OK && (self.next < plan->count || q_crew_under_way(self.crew) > 0)) {
        q_batch *slot = self.next < plan->count ? q_crew_slot(self.crew) : NULL;
        status = slot ? put(&self, slot, error) : take(&self, error);
    }
    end(&self);
    return status;
}
