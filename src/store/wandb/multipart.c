/** @file Large files, in parts: see upload.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/upload.h"

#define SLOTS 4 /* parts under way */
#define RENEWALS 3

static const char complete_mutation[] =
    "mutation CompleteMultipartUploadArtifact($input: CompleteMultipartUploadArtifactInput!) {"
    " completeMultipartUploadArtifact(input: $input) { digest } }";

/** A part on its way. */
typedef struct part_slot {
    bool is_busy;
    uint64_t part;
    q_wandb_flight flight;
    q_wandb_reading reading;
    q_wandb_headers headers;
} part_slot;

typedef struct multipart {
    q_wandb *store;
    q_wandb_contents *contents;
    const q_wandb_target *target;
    size_t item;
    const q_wandb_parts *parts;
    const cJSON *node, *urls;
    part_slot slots[SLOTS];
    char **etags;
    bool has_expired; /* begin again, with new addresses */
} multipart;

static void clear(multipart *self, part_slot *slot) {
    q_wandb_flight_free(&self->store->client, &slot->flight);
    q_wandb_reading_close(&slot->reading);
    q_wandb_headers_free(&slot->headers);
    memset(slot, 0, sizeof *slot);
}

static quire_status make_headers(const multipart *self, uint64_t part, q_wandb_headers *headers,
                                 quire_error *error) {
    char digest[Q_MD5_BASE64_SIZE], line[64];
    q_md5_to_base64(self->parts->md5s + part * Q_MD5_SIZE, digest);
    snprintf(line, sizeof line, "Content-MD5: %s", digest);
    quire_status status = q_wandb_headers_make(headers, q_wandb_get(self->node, "uploadHeaders"),
                                               "Content-Type", error);
    return status ? status : q_wandb_headers_add(headers, line, error);
}

static quire_status begin(multipart *self, part_slot *slot, const char *url, quire_error *error) {
    uint64_t size = self->contents->list.items[self->item].size;
    uint64_t at = slot->part * self->parts->size, left = size - at;
    quire_status status = q_wandb_reading_open(&slot->reading, self->contents, self->item, error);
    slot->reading.begins = at;
    status = status ? status : make_headers(self, slot->part, &slot->headers, error);
    if (status) {
        return status;
    }
    slot->flight.request = (q_http_exchange){
        .method = "PUT",
        .url = url,
        .headers = (const char *const *)slot->headers.lines,
        .body = q_wandb_reading_memory(&slot->reading),
        .body_size = (size_t)(left < self->parts->size ? left : self->parts->size),
        .read = q_wandb_reading_give,
        .read_context = &slot->reading};
    q_wandb_flight_start(&self->store->client, &slot->flight);
    return QUIRE_OK;
}

static quire_status end(multipart *self, part_slot *slot, quire_error *error) {
    q_http_exchange *answer = &slot->flight.request;
    char what[QUIRE_MESSAGE_SIZE], etag[512];
    if (!slot->is_busy) {
        return QUIRE_OK;
    }
    snprintf(what, sizeof what, "upload of '%s'", self->contents->list.items[self->item].path);
    quire_status status = q_wandb_flight_land(&self->store->client, &slot->flight, what, error);
    if (status && slot->reading.error.status) {
        status = q_error_set(error, (quire_status)slot->reading.error.status, "%s",
                             slot->reading.error.message);
    }
    bool is_stored = !status && answer->code >= 200 && answer->code <= 299;
    if (is_stored && !q_http_header(answer, "etag", etag, sizeof etag)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "W&B, %s: no ETag for a part", what);
    } else if (is_stored) {
        status = q_wandb_reading_check(&slot->reading, error);
        status = status ? status : q_strdup(etag, &self->etags[slot->part], error);
    } else if (!status && q_wandb_has_expired(answer)) {
        self->has_expired = true;
    } else if (!status) {
        status = q_wandb_refused(&self->store->client, answer, what, error);
    }
    clear(self, slot);
    return status;
}

static quire_status send_parts(multipart *self, quire_error *error) {
    const cJSON *url;
    uint64_t sent = 0;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(url, q_wandb_get(self->urls, "uploadUrlParts")) {
        part_slot *slot = &self->slots[sent % SLOTS];
        int64_t number = q_wandb_number(url, "partNumber", 0);
        const char *address = NULL;
        status = status ? status : end(self, slot, error);
        if (status || self->has_expired) {
            break;
        }
        status = q_wandb_need(url, "uploadUrl", &address, error);
        if (!status &&
            (number < 1 || (uint64_t)number > self->parts->count || self->etags[number - 1])) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B numbers the parts of '%s' wrongly",
                                 self->contents->list.items[self->item].path);
        }
        if (!status) {
            slot->part = (uint64_t)number - 1;
            slot->is_busy = true;
            sent++;
            status = begin(self, slot, address, error);
        }
    }
    for (size_t i = 0; i < SLOTS; i++) {
        status = status ? status : end(self, &self->slots[(sent + i) % SLOTS], error);
    }
    for (uint64_t i = 0; i < self->parts->count && !status && !self->has_expired; i++) {
        if (!self->etags[i]) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B gives no address for a part of '%s'",
                                 self->contents->list.items[self->item].path);
        }
    }
    return status;
}

/** Once it is done, doing it again may be refused: then the content is there. */
static quire_status complete(multipart *self, quire_error *error) {
    q_variables variables = {.error = error};
    cJSON *data = NULL;
    q_variables_object(&variables, NULL);
    q_variables_object(&variables, "input");
    q_variables_string(&variables, "completeMultipartAction", "Complete");
    q_variables_list(&variables, "completedParts");
    for (uint64_t i = 0; i < self->parts->count; i++) {
        q_variables_object(&variables, NULL);
        q_variables_number(&variables, "partNumber", (int64_t)i + 1);
        q_variables_string(&variables, "hexMD5", self->etags[i]);
        q_variables_end(&variables);
    }
    q_variables_end(&variables);
    q_variables_string(&variables, "artifactID", q_wandb_text(self->node, "artifact.id"));
    q_variables_string(&variables, "storagePath", q_wandb_text(self->node, "storagePath"));
    q_variables_string(&variables, "uploadID", q_wandb_text(self->urls, "uploadID"));
    q_variables_end(&variables);
    q_variables_end(&variables);
    quire_status status = q_wandb_ask(&self->store->client, "CompleteMultipartUploadArtifact",
                                      complete_mutation, &variables, &data, error);
    cJSON_Delete(data);
    return status;
}

static void forget_parts(multipart *self) {
    for (size_t i = 0; i < SLOTS; i++) {
        clear(self, &self->slots[i]);
    }
    for (uint64_t i = 0; i < self->parts->count; i++) {
        free(self->etags[i]);
        self->etags[i] = NULL;
    }
    self->has_expired = false;
}

/** New addresses. NULL for `urls`: the content is there. */
static quire_status ask_again(multipart *self, cJSON **data, quire_error *error) {
    cJSON_Delete(*data);
    quire_status status = q_wandb_upload_ask_one(self->store, self->contents, self->target,
                                                 self->item, data, &self->node, error);
    self->urls = status ? NULL : q_wandb_get(self->node, "uploadMultipartUrls");
    return !status && !self->urls && q_wandb_get(self->node, "uploadUrl")
               ? q_error_set(error, QUIRE_INTEGRITY, "W&B wants '%s' in one piece now",
                             self->contents->list.items[self->item].path)
               : status;
}

quire_status q_wandb_upload_parts(q_wandb *store, q_wandb_contents *contents,
                                  const q_wandb_target *target, size_t item, const cJSON *node,
                                  quire_error *error) {
    multipart self = {.store = store,
                      .contents = contents,
                      .target = target,
                      .item = item,
                      .parts = q_wandb_contents_parts(contents, item),
                      .node = node,
                      .urls = q_wandb_get(node, "uploadMultipartUrls")};
    cJSON *data = NULL;
    quire_error own = {0};
    quire_status status = QUIRE_OK;
    if (!self.parts) {
        return q_error_set(error, QUIRE_INTEGRITY, "W&B wants '%s' in parts that were not told of",
                           contents->list.items[item].path);
    }
    self.etags = calloc((size_t)self.parts->count, sizeof(char *));
    if (!self.etags) {
        return q_error_memory(error);
    }
    for (int attempt = 0; !status && self.urls; attempt++) {
        bool is_last = attempt == RENEWALS;
        status = send_parts(&self, &own);
        bool has_expired = self.has_expired;
        quire_status completed = status || has_expired ? QUIRE_OK : complete(&self, &own);
        forget_parts(&self);
        if (!status && !has_expired && !completed) {
            break;
        }
        if (!status && has_expired && is_last) {
            status =
                q_error_set(&own, QUIRE_TEMPORARY, "W&B, upload of '%s': addresses expire at once",
                            contents->list.items[item].path);
        }
        quire_error refusal = own;
        status = status ? status : ask_again(&self, &data, &own);
        if (!status && completed && self.urls) { /* it is not there for all that */
            own = refusal;
            status = completed;
        }
    }
    if (status && error) {
        *error = own;
    }
    forget_parts(&self);
    free(self.etags);
    cJSON_Delete(data);
    return status;
}
