/** @file Sending contents: see upload.h. */
#include "store/wandb/upload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_FIRST ((size_t)25)
#define BATCH_MOST ((size_t)1000)
#define BATCH_BYTES ((uint64_t)4 << 30) /* addresses do not last for ever */
#define SLOTS_MOST 32
#define RENEWALS 3

/** A content on its way. */
typedef struct upload_slot {
    bool is_busy;
    size_t item;
    q_wandb_flight flight;
    q_wandb_reading reading;
    q_wandb_headers headers;
    char *url;
    unsigned renewals;
} upload_slot;

typedef struct upload {
    q_wandb *store;
    q_wandb_contents *contents;
    const q_wandb_target *target;
    upload_slot slots[SLOTS_MOST];
    size_t slot_count, next_slot;
    size_t next; /* item */
    size_t batch;
} upload;

/** Items whose addresses are asked for together. */
typedef struct upload_batch {
    size_t *items;
    size_t count;
    q_wandb_call call;
    q_variables variables;
    bool is_asked;
    cJSON *data;
} upload_batch;

/* --- slots --- */

static void clear(upload *self, upload_slot *slot) {
    q_wandb_flight_free(&self->store->client, &slot->flight);
    q_wandb_reading_close(&slot->reading);
    q_wandb_headers_free(&slot->headers);
    free(slot->url);
    memset(slot, 0, sizeof *slot);
}

/** Begin to send an item to the address that a node has. */
static quire_status begin(upload *self, upload_slot *slot, const cJSON *node, quire_error *error) {
    const q_wandb_item *item = &self->contents->list.items[slot->item];
    quire_status status = q_wandb_reading_open(&slot->reading, self->contents, slot->item, error);
    status = status ? status : q_strdup(q_wandb_text(node, "uploadUrl"), &slot->url, error);
    status = status ? status
                    : q_wandb_headers_make(&slot->headers, q_wandb_get(node, "uploadHeaders"), NULL,
                                           error);
    if (status) {
        return status;
    }
    slot->flight.request = (q_http_exchange){.method = "PUT",
                                             .url = slot->url,
                                             .headers = (const char *const *)slot->headers.lines,
                                             .body = q_wandb_reading_memory(&slot->reading),
                                             .body_size = (size_t)item->size,
                                             .read = q_wandb_reading_give,
                                             .read_context = &slot->reading};
    q_wandb_flight_start(&self->store->client, &slot->flight);
    return QUIRE_OK;
}

/** The address has expired: ask for another one. `*is_done`: meanwhile the content is there. */
static quire_status renew(upload *self, upload_slot *slot, bool *is_done, quire_error *error) {
    cJSON *data = NULL;
    const cJSON *node = NULL;
    size_t item = slot->item;
    unsigned renewals = slot->renewals + 1;
    clear(self, slot);
    slot->item = item;
    slot->renewals = renewals;
    slot->is_busy = true;
    quire_status status = q_wandb_upload_ask_one(self->store, self->contents, self->target, item,
                                                 &data, &node, error);
    *is_done = !status && !q_wandb_text(node, "uploadUrl");
    status = status || *is_done ? status : begin(self, slot, node, error);
    cJSON_Delete(data);
    return status;
}

static quire_status explain(const upload_slot *slot, quire_status status, quire_error *error) {
    if (status && slot->reading.error.status) { /* why there was nothing to send */
        status = q_error_set(error, (quire_status)slot->reading.error.status, "%s",
                             slot->reading.error.message);
    }
    return status;
}

static void tell(const upload *self, size_t item) {
    const q_wandb_contents *contents = self->contents;
    if (contents->stored) {
        contents->stored(contents->stored_context, 1, contents->list.items[item].size);
    }
}

/** Wait until a content is stored. */
static quire_status end(upload *self, upload_slot *slot, quire_error *error) {
    q_http_exchange *answer = &slot->flight.request;
    char what[QUIRE_MESSAGE_SIZE];
    bool is_busy = slot->is_busy, is_done = !is_busy;
    quire_status status = QUIRE_OK;
    snprintf(what, sizeof what, "upload of '%s'",
             is_done ? "" : self->contents->list.items[slot->item].path);
    while (!status && !is_done) {
        status = q_wandb_flight_land(&self->store->client, &slot->flight, what, error);
        status = explain(slot, status, error);
        bool is_stored = !status && answer->code >= 200 && answer->code <= 299;
        if (is_stored) {
            status = q_wandb_reading_check(&slot->reading, error);
            is_done = true;
        } else if (!status && q_wandb_has_expired(answer) && slot->renewals < RENEWALS) {
            status = renew(self, slot, &is_done, error);
        } else if (!status) {
            status = q_wandb_refused(&self->store->client, answer, what, error);
        }
    }
    if (!status && is_busy) {
        tell(self, slot->item);
    }
    clear(self, slot);
    return status;
}

/* --- batches --- */

static quire_status compose(upload *self, upload_batch *batch, quire_error *error) {
    const q_wandb_contents *contents = self->contents;
    uint64_t bytes = 0;
    batch->count = 0;
    batch->items = batch->items ? batch->items : calloc(BATCH_MOST, sizeof *batch->items);
    if (!batch->items) {
        return q_error_memory(error);
    }
    while (self->next < contents->list.count && batch->count < self->batch &&
           (batch->count == 0 || bytes < BATCH_BYTES)) {
        if (contents->sources[self->next].kind != Q_WANDB_NOWHERE) {
            bytes += contents->list.items[self->next].size;
            batch->items[batch->count++] = self->next;
        }
        self->next++;
    }
    self->batch = 4 * self->batch < BATCH_MOST ? 4 * self->batch : BATCH_MOST;
    return QUIRE_OK;
}

static quire_status ask(upload *self, upload_batch *batch, quire_error *error) {
    quire_status status = compose(self, batch, error);
    batch->is_asked = !status && batch->count > 0;
    return batch->is_asked
               ? q_wandb_upload_ask(self->store, self->contents, self->target, batch->items,
                                    batch->count, &batch->call, &batch->variables, error)
               : status;
}

static void forget(upload *self, upload_batch *batch) {
    if (batch->is_asked) {
        q_wandb_call_free(&self->store->client, &batch->call);
    }
    cJSON_Delete(batch->data);
    batch->data = NULL;
    batch->is_asked = false;
}

static quire_status hear(upload *self, upload_batch *batch, quire_error *error) {
    quire_status status = q_wandb_call_end(&self->store->client, &batch->call, &batch->data, error);
    const cJSON *edges = q_wandb_get(batch->data, "createArtifactFiles.files.edges");
    if (!status && (size_t)cJSON_GetArraySize(edges) != batch->count) {
        status =
            q_error_set(error, QUIRE_INTEGRITY, "W&B tells of %d files where it was asked for %zu",
                        cJSON_GetArraySize(edges), batch->count);
    }
    return status;
}

static quire_status send(upload *self, size_t item, const cJSON *node, quire_error *error) {
    upload_slot *slot = &self->slots[self->next_slot];
    quire_status status = end(self, slot, error); /* the oldest one */
    if (status) {
        return status;
    }
    slot->item = item;
    slot->is_busy = true;
    self->next_slot = (self->next_slot + 1) % self->slot_count;
    return begin(self, slot, node, error);
}

static quire_status send_all(upload *self, const upload_batch *batch, quire_error *error) {
    q_wandb_list *list = &self->contents->list;
    const cJSON *edge;
    size_t at = 0;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(edge, q_wandb_get(batch->data, "createArtifactFiles.files.edges")) {
        size_t item = batch->items[at++];
        const cJSON *node = q_wandb_get(edge, "node");
        const char *birth = NULL;
        status = status ? status : q_wandb_need(node, "artifact.id", &birth, error);
        status = status ? status : q_wandb_list_birth(list, birth, &list->items[item].birth, error);
        if (!status && q_wandb_get(node, "uploadMultipartUrls")) {
            status =
                q_wandb_upload_parts(self->store, self->contents, self->target, item, node, error);
            tell(self, item);
        } else if (!status && q_wandb_text(node, "uploadUrl")) {
            status = send(self, item, node, error);
        } else if (!status && q_wandb_get(node, "uploadUrl")) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B gives no address for '%s'",
                                 list->items[item].path);
        } else if (!status) { /* it is there */
            tell(self, item);
        }
    }
    return status;
}

static quire_status run(upload *self, upload_batch batches[2], quire_error *error) {
    size_t current = 0;
    quire_status status = ask(self, &batches[0], error);
    while (!status && batches[current].is_asked) {
        upload_batch *now = &batches[current], *following = &batches[1 - current];
        status = hear(self, now, error);
        status = status ? status : ask(self, following, error);
        status = status ? status : send_all(self, now, error);
        forget(self, now);
        current = 1 - current;
    }
    for (size_t i = 0; i < self->slot_count && !status; i++) {
        status = end(self, &self->slots[(self->next_slot + i) % self->slot_count], error);
    }
    return status;
}

quire_status q_wandb_upload(q_wandb *store, q_wandb_contents *contents,
                            const q_wandb_target *target, quire_error *error) {
    upload_batch batches[2] = {{0}};
    upload *self = calloc(1, sizeof *self);
    if (!self) {
        return q_error_memory(error);
    }
    self->store = store;
    self->contents = contents;
    self->target = target;
    self->batch = BATCH_FIRST;
    self->slot_count = store->client.connections < SLOTS_MOST ? (size_t)store->client.connections
                                                              : (size_t)SLOTS_MOST;
    quire_status status = run(self, batches, error);
    for (size_t i = 0; i < self->slot_count; i++) {
        clear(self, &self->slots[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        forget(self, &batches[i]);
        free(batches[i].items);
    }
    free(self);
    return status;
}
