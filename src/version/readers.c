/** @file Readers: see readers.h. */
#include "version/readers.h"

#include <stdbool.h>
#include <stdlib.h>

#define BATCH 16
#define BATCH_BYTES ((uint64_t)4 << 20) /* more entries are not added to a batch of so many */
#define SLOTS_EACH 4                    /* batches a worker: one under way, others at hand */
#define TELL_BYTES ((uint64_t)1 << 20)
/* Below this there is less to win than threads cost. */
#define LANE_ENTRIES 32
#define LANE_BYTES ((uint64_t)8 << 20)

typedef struct batch {
    q_entry_box boxes[BATCH];
    quire_status statuses[BATCH];
    quire_error errors[BATCH];
    size_t count;
    uint64_t bytes;
} batch;

typedef struct lane {
    q_copier *copier;
    uint64_t untold;
} lane;

struct q_readers {
    q_work *work;
    q_readers_task task;
    q_crew *crew;
    lane *lanes;
    size_t lane_count;
    bool stopped; /* by what was taken */
    batch *open;  /* being filled; NULL: none */
    batch **all;  /* every slot that was used, for their boxes */
    size_t all_count;
};

q_copier *q_readers_copier(const q_readers *readers, size_t number) {
    return readers->lanes[number].copier;
}

bool q_readers_can_share(const q_readers *readers) {
    return !q_crew_is_alone(readers->crew);
}

quire_status q_readers_share(q_readers *readers, size_t number, uint64_t count, q_crew_part part,
                             void *context, quire_error *error) {
    return q_crew_share(readers->crew, number, count, part, context, error);
}

quire_status q_readers_tell(q_readers *readers, size_t number, uint64_t bytes) {
    lane *own = &readers->lanes[number];
    if (q_crew_is_alone(readers->crew)) {
        q_work_advance(readers->work, bytes);
        return QUIRE_OK;
    }
    own->untold += bytes;
    if (own->untold < TELL_BYTES) {
        return QUIRE_OK;
    }
    q_crew_tell(readers->crew, own->untold);
    own->untold = 0;
    return q_crew_is_ending(readers->crew) ? QUIRE_ERROR : QUIRE_OK;
}

/* The status of each entry is kept with it: to go on after a failure is not for the worker to
 * decide. */
static quire_status read_batch(void *context, size_t number, void *slot, quire_error *error) {
    q_readers *readers = context;
    batch *this = slot;
    (void)error;
    const q_readers_task *task = &readers->task;
    bool more = true;
    for (size_t i = 0; i < this->count && more && !q_crew_is_ending(readers->crew); i++) {
        const q_entry *entry = &this->boxes[i].entry;
        if (!entry->ref) {
            q_error_clear(&this->errors[i]);
            this->statuses[i] = task->read(task->context, readers, number, entry, &this->errors[i]);
            more = task->goes_on || this->statuses[i] == QUIRE_OK;
        }
    }
    if (readers->lanes[number].untold > 0) {
        q_crew_tell(readers->crew, readers->lanes[number].untold);
        readers->lanes[number].untold = 0;
    }
    return QUIRE_OK;
}

static quire_status take_batch(q_readers *readers, quire_error *error) {
    void *slot;
    uint64_t told;
    quire_status status = q_crew_take(readers->crew, &slot, &told, error);
    if (told > 0) {
        q_work_advance(readers->work, told);
    }
    const q_readers_task *task = &readers->task;
    const batch *this = slot;
    for (size_t i = 0; !status && this && i < this->count; i++) {
        if (this->statuses[i] && error) {
            *error = this->errors[i];
        }
        status = task->taken(task->context, &this->boxes[i].entry, this->statuses[i], error);
        status = status || task->goes_on ? status : this->statuses[i];
        if (!status) {
            q_work_done(readers->work);
        }
    }
    readers->stopped = status != QUIRE_OK;
    return status;
}

/* Where the caller does the work, it is done by now: nothing more is begun after a failure. */
static quire_status put_batch(q_readers *readers, quire_error *error) {
    readers->open = NULL;
    q_crew_put(readers->crew);
    return q_crew_is_alone(readers->crew) ? take_batch(readers, error) : QUIRE_OK;
}

/* An empty batch to fill; the slots of a crew are used by turns, each keeps its memory. */
static quire_status open_batch(q_readers *readers, quire_error *error) {
    quire_status status = QUIRE_OK;
    batch *slot;
    while ((slot = q_crew_slot(readers->crew)) == NULL && !status) {
        status = take_batch(readers, error);
    }
    if (!status) {
        if (readers->all_count < readers->lane_count * SLOTS_EACH) {
            readers->all[readers->all_count++] = slot;
        }
        slot->count = 0;
        slot->bytes = 0;
        readers->open = slot;
    }
    return status;
}

static quire_status add(void *context, const q_entry *entry, quire_error *error) {
    q_readers *readers = context;
    quire_status status = readers->open ? QUIRE_OK : open_batch(readers, error);
    batch *this = readers->open;
    if (!status) {
        this->statuses[this->count] = QUIRE_OK;
        status = q_entry_copy(&this->boxes[this->count], entry, error);
    }
    if (!status) {
        this->count++;
        this->bytes += entry->ref ? 0 : entry->size;
        if (this->count == BATCH || this->bytes >= BATCH_BYTES) {
            status = put_batch(readers, error);
        }
    }
    return status;
}

static quire_status begin(q_readers *readers, quire_error *error) {
    quire_version *version = readers->work->version;
    size_t slots = readers->lane_count * SLOTS_EACH;
    readers->lanes = calloc(readers->lane_count, sizeof *readers->lanes);
    readers->all = calloc(slots, sizeof(batch *));
    quire_status status = readers->lanes && readers->all ? QUIRE_OK : q_error_memory(error);
    for (size_t i = 0; !status && i < readers->lane_count; i++) {
        status = version->store->ops->copier_open(version, &readers->lanes[i].copier, error);
    }
    return status ? status
                  : q_crew_new(readers->lane_count, sizeof(batch), slots, read_batch, readers,
                               &readers->crew, error);
}

static void end(q_readers *readers) {
    if (readers->crew) {
        q_crew_end(readers->crew); /* workers may be at them yet */
    }
    for (size_t i = 0; i < readers->all_count; i++) {
        for (size_t k = 0; k < BATCH; k++) {
            q_entry_box_free(&readers->all[i]->boxes[k]);
        }
    }
    q_crew_free(readers->crew);
    for (size_t i = 0; readers->lanes && i < readers->lane_count; i++) {
        readers->work->version->store->ops->copier_free(readers->lanes[i].copier);
    }
    free(readers->lanes);
    free(readers->all);
}

/* Also where entries could not be listed further: those before are read, and what fails with them
 * comes first. */
static quire_status drain(q_readers *readers, quire_status status, quire_error *error) {
    quire_error earlier = {0};
    quire_status taken = QUIRE_OK;
    if (readers->open) {
        taken = put_batch(readers, &earlier);
    }
    while (!taken && q_crew_under_way(readers->crew) > 0) {
        taken = take_batch(readers, &earlier);
    }
    if (taken && error) {
        *error = earlier;
    }
    return taken ? taken : status;
}

size_t q_readers_lanes(const quire_version *version, int64_t parts, unsigned most) {
    uint64_t share = parts > 0 ? (uint64_t)parts : 1;
    uint64_t entries = version->info.entries / share, bytes = version->info.bytes / share;
    uint64_t worth = 1 + (entries / LANE_ENTRIES > bytes / LANE_BYTES ? entries / LANE_ENTRIES
                                                                      : bytes / LANE_BYTES);
    /* What can be read at once: entries, and blocks of large ones. */
    uint64_t pieces = version->info.entries + version->info.bytes / Q_DIGEST_BLOCK;
    return q_crew_lanes(most ? most : version->store->options.threads,
                        worth < pieces ? worth : pieces);
}

quire_status q_readers_run(q_work *work, size_t lanes, const q_readers_task *task,
                           quire_error *error) {
    q_readers readers = {.work = work, .task = *task, .lane_count = lanes};
    quire_status status = begin(&readers, error);
    status = status ? status : q_work_each(work, add, &readers, error);
    if (readers.crew && !readers.stopped) {
        status = drain(&readers, status, error);
    }
    end(&readers);
    return status;
}
