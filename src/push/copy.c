/**
 * @file
 * Copying a part: its entries go to a crew (base/crew.h) in batches, and are written in their order
 * on the caller's thread. What makes it last is the commit at its end, of a version or of a part of
 * the draft.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "push/batch.h"

#define SLOTS_EACH 4 /* batches a worker: one under way, others at hand */
/* Below this there is less to win than threads cost. */
#define LANE_FILES 32
#define LANE_BYTES ((uint64_t)8 << 20)

typedef struct copying {
    quire_push *push;
    const q_push_part *part;
    q_push_writing to;
    q_push_fetching fetching;
    q_crew *crew;
    q_push_batch *open; /* being filled; NULL: none */
    q_push_batch **all; /* every slot that was used */
    size_t all_count;
    uint64_t seen; /* entries */
    bool stopped;  /* by what was written */
} copying;

/** On the caller's thread. */
static quire_status advance(copying *self, uint64_t bytes, quire_error *error) {
    if (bytes > 0) {
        q_push_advance(self->push, 0, bytes);
    }
    return self->push->target->ops->write_renew(self->to.writing, error);
}

/** Within a file, on any thread. */
static quire_status hear(void *context, uint64_t bytes, quire_error *error) {
    copying *self = context;
    if (q_crew_is_alone(self->crew)) {
        return advance(self, bytes, error);
    }
    q_crew_tell(self->crew, bytes);
    return q_crew_is_ending(self->crew)
               ? q_error_set(error, QUIRE_ERROR, "nobody waits for it any more")
               : QUIRE_OK;
}

static quire_status work(void *context, size_t lane, void *slot, quire_error *error) {
    copying *self = context;
    q_push_fetching fetching = self->fetching;
    (void)error; /* what fails is told at its turn */
    fetching.crew = q_crew_is_alone(self->crew) ? NULL : self->crew;
    q_push_batch_read(slot, &fetching, lane);
    return QUIRE_OK;
}

/** Write the oldest batch, if it is read. */
static quire_status take_batch(copying *self, quire_error *error) {
    void *slot = NULL;
    uint64_t told = 0;
    quire_status status = q_crew_take(self->crew, &slot, &told, error);
    if (status == QUIRE_OK && (told > 0 || !slot)) {
        status = advance(self, told, error);
    }
    if (status == QUIRE_OK && slot) {
        status = q_push_batch_write(slot, &self->to, error);
    }
    self->stopped = status != QUIRE_OK;
    return status;
}

/** Where the caller does the work, it is done by now: nothing more is begun after a failure. */
static quire_status put_batch(copying *self, quire_error *error) {
    self->open = NULL;
    q_crew_put(self->crew);
    return q_crew_is_alone(self->crew) ? take_batch(self, error) : QUIRE_OK;
}

static quire_status open_batch(copying *self, quire_error *error) {
    quire_status status = QUIRE_OK;
    q_push_batch *slot;
    while ((slot = q_crew_slot(self->crew)) == NULL && status == QUIRE_OK) {
        status = take_batch(self, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (!slot->load) {
        self->all[self->all_count++] = slot;
    }
    status = q_push_batch_begin(slot, self->push, self->to.writing, error);
    self->open = status == QUIRE_OK ? slot : NULL;
    return status;
}

static quire_status add(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    copying *self = context;
    quire_status status = QUIRE_OK;
    if (self->seen == self->part->entries) {
        *stop = true;
        return QUIRE_OK;
    }
    if (self->open && !q_push_batch_has_room(self->open, entry)) {
        status = put_batch(self, error);
    }
    if (status == QUIRE_OK && !self->open) {
        status = open_batch(self, error);
    }
    if (status == QUIRE_OK) {
        status = q_push_batch_add(self->open, self->push, entry, error);
        self->seen++;
    }
    *stop = self->seen == self->part->entries;
    return status;
}

/** Also where entries could not be listed further: those before are written, and what fails with
 *  them comes first. */
static quire_status drain(copying *self, quire_status status, quire_error *error) {
    quire_error earlier = {0};
    quire_status taken = QUIRE_OK;
    if (self->open) {
        taken = put_batch(self, &earlier);
    }
    while (!taken && q_crew_under_way(self->crew) > 0) {
        taken = take_batch(self, &earlier);
    }
    if (taken && error) {
        *error = earlier;
    }
    return taken ? taken : status;
}

/* --- its life --- */

static size_t lanes_for(const copying *self) {
    const quire_push *push = self->push;
    uint64_t by_count = self->part->entries / LANE_FILES, by_bytes = self->part->bytes / LANE_BYTES;
    uint64_t worth = 1 + (by_count > by_bytes ? by_count : by_bytes);
    uint64_t pieces = self->part->entries + self->part->bytes / Q_DIGEST_BLOCK;
    unsigned most = push->options.threads;
    return q_crew_lanes(most ? most : push->target->options.threads,
                        worth < pieces ? worth : pieces);
}

static quire_status begin(copying *self, quire_error *error) {
    quire_version *source = self->push->source;
    size_t lanes = lanes_for(self), slots = lanes > 1 ? lanes * SLOTS_EACH : 1;
    self->fetching =
        (q_push_fetching){.push = self->push, .lane_count = lanes, .told = hear, .context = self};
    self->fetching.lanes = calloc(lanes + 1, sizeof *self->fetching.lanes);
    self->all = calloc(slots, sizeof(q_push_batch *));
    quire_status status = self->fetching.lanes && self->all ? QUIRE_OK : q_error_memory(error);
    size_t copiers = self->to.stage ? lanes + 1 : lanes;
    for (size_t i = 0; status == QUIRE_OK && i < copiers; i++) {
        status = source->store->ops->copier_open(source, &self->fetching.lanes[i].copier, error);
    }
    return status ? status
                  : q_crew_new(lanes, sizeof(q_push_batch), slots, work, self, &self->crew, error);
}

static void end(copying *self) {
    if (self->crew) {
        q_crew_end(self->crew); /* workers may be at them yet */
    }
    for (size_t i = 0; i < self->all_count; i++) {
        q_push_batch_free(self->all[i], self->push);
    }
    q_crew_free(self->crew);
    for (size_t i = 0; self->fetching.lanes && i <= self->fetching.lane_count; i++) {
        self->push->source->store->ops->copier_free(self->fetching.lanes[i].copier);
        q_buffer_free(&self->fetching.lanes[i].memory);
    }
    free(self->fetching.lanes);
    free(self->all);
}

static quire_status copy_entries(copying *self, quire_error *error) {
    quire_version *source = self->push->source;
    quire_status status = begin(self, error);
    if (status == QUIRE_OK && self->part->first) {
        status = source->store->ops->version_scan(source, self->part->first, add, self, error);
        if (!self->stopped) {
            status = drain(self, status, error);
        }
    }
    if (status == QUIRE_OK && self->seen != self->part->entries) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s of %s is another than it was",
                             self->push->origin.version, self->push->origin.store);
    }
    end(self);
    return status;
}

static const char *job_of(const quire_push *push) {
    return push->options.job ? push->options.job : q_environment_job();
}

/** What the target has of it is what the source has, or it is not worth to be finished. */
static quire_status check_receipt(const quire_push *push, const q_push_part *part,
                                  const quire_receipt *receipt, quire_error *error) {
    return part->digest[0] == '\0' || strcmp(receipt->digest, part->digest) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY, "draft '%s' of '%s' has other content than %s",
                             push->draft, push->name, push->origin.version);
}

quire_status q_push_copy(quire_push *push, uint32_t number, quire_error *error) {
    q_push_part *part = &push->parts[number];
    copying self = {.push = push, .part = part, .to = {.push = push}};
    self.to.fetching = &self.fetching;
    const q_store_ops *ops = push->target->ops;
    bool is_logged = push->draft[0] == '\0';
    const q_notes none = {.ttl = -1};
    char writer[16];
    quire_version_id made = {0};
    quire_receipt receipt = {0};
    (void)snprintf(writer, sizeof writer, "%" PRIu32, number);
    q_write_spec spec = {.mode = is_logged ? Q_MODE_LOG : Q_MODE_UPSERT,
                         .name = push->name,
                         .type = push->source->info.type,
                         .notes = is_logged ? &push->notes : &none,
                         .distributed_id = is_logged ? NULL : push->draft,
                         .writer = is_logged ? NULL : writer,
                         .job = job_of(push),
                         .origin = &push->origin};
    quire_status status =
        ops->reads_once ? QUIRE_OK : ops->stage_open(push->target, &self.to.stage, error);
    spec.stage = self.to.stage;
    status = status ? status : ops->write_begin(push->target, &spec, &self.to.writing, error);
    status = status ? status : copy_entries(&self, error);
    if (status == QUIRE_OK) {
        status = ops->write_commit(self.to.writing, &made, &receipt, error);
    }
    if (self.to.writing) {
        ops->write_free(self.to.writing);
    }
    if (self.to.stage) {
        ops->stage_free(self.to.stage);
    }
    if (status == QUIRE_OK && is_logged) {
        push->logged = made;
    } else if (status == QUIRE_OK) {
        status = check_receipt(push, part, &receipt, error);
    }
    part->is_done = status == QUIRE_OK;
    return status;
}
