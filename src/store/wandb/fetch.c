/** @file Reading from addresses, in pieces: see read.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/read.h"
#include "store/wandb/upload.h"

#define PIECE ((size_t)2 << 20)
#define RENEWALS 3
#define REDIRECTS 5

typedef struct fetching {
    q_wandb_client *client;
    q_wandb_place *place;
    const char *what;
    char *piece;
    uint64_t at;
    bool is_end;
    unsigned renewals, redirects;
} fetching;

/** What the server calls the whole of it, behind the slash. */
static void take_range(fetching *self, const q_http_exchange *answer) {
    char text[96];
    const char *slash =
        q_http_header(answer, "content-range", text, sizeof text) ? strchr(text, '/') : NULL;
    char *end = NULL;
    uint64_t whole = slash ? strtoull(slash + 1, &end, 10) : 0;
    if (slash && end != slash + 1 && !*end) {
        self->is_end = self->at >= whole || answer->received == 0;
    } else {
        self->is_end = answer->received < PIECE;
    }
}

static quire_status follow(fetching *self, const q_http_exchange *answer, quire_error *error) {
    char url[8192];
    if (self->redirects++ >= REDIRECTS || !q_http_header(answer, "location", url, sizeof url) ||
        (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)) {
        return q_error_set(error, QUIRE_ERROR, "W&B, %s: a redirect that leads nowhere",
                           self->what);
    }
    char *copy = NULL;
    quire_status status = q_strdup(url, &copy, error);
    if (!status) {
        free(self->place->url);
        self->place->url = copy;
        self->place->with_key = false;
    }
    return status;
}

static quire_status renew(fetching *self, quire_error *error) {
    char *url = NULL;
    quire_status status =
        self->place->renew(self->place->context, &url, &self->place->with_key, error);
    if (!status) {
        free(self->place->url);
        self->place->url = url;
        self->renewals++;
    }
    return status;
}

/** Judge an answer. `*again`: there is another address to ask. */
static quire_status judge(fetching *self, const q_http_exchange *answer, bool is_ranged,
                          bool *again, quire_error *error) {
    *again = false;
    if (answer->too_large) {
        return q_error_set(error, QUIRE_INTEGRITY,
                           "W&B, %s: more comes than was asked for, or the storage gives no ranges",
                           self->what);
    }
    if (answer->code >= 300 && answer->code <= 399) {
        *again = true;
        return follow(self, answer, error);
    }
    if (answer->code == 416 && self->place->size == 0 && self->at > 0) {
        self->is_end = true; /* it ended where a piece did */
        return QUIRE_OK;
    }
    if (q_wandb_has_expired(answer) && self->place->renew && self->renewals < RENEWALS) {
        *again = true;
        return renew(self, error);
    }
    if (answer->code < 200 || answer->code > 299) {
        quire_status status = q_wandb_refused(self->client, answer, self->what, error);
        return status == QUIRE_NOT_FOUND /* what the manifest names is to be there */
                   ? q_error_set(error, QUIRE_INTEGRITY, "W&B, %s: the storage does not have it",
                                 self->what)
                   : status;
    }
    if (is_ranged && answer->code != 206 && self->at > 0) {
        return q_error_set(error, QUIRE_ERROR, "W&B, %s: the storage gives no ranges", self->what);
    }
    return QUIRE_OK;
}

/** One piece into memory. */
static quire_status get(fetching *self, size_t size, bool is_ranged, size_t *got, bool *again,
                        quire_error *error) {
    const q_wandb_place *place = self->place;
    const q_wandb_config *config = &self->client->config;
    const char *headers[4] = {NULL};
    size_t count = 0;
    char range[64];
    q_wandb_flight flight = {0};
    if (is_ranged) {
        snprintf(range, sizeof range, "Range: bytes=%" PRIu64 "-%" PRIu64, self->at,
                 self->at + size - 1);
        headers[count++] = range;
    }
    if (place->with_key && q_wandb_is_own(config, place->url)) {
        headers[count++] = config->authorization;
    }
    flight.request = (q_http_exchange){
        .method = "GET", .url = place->url, .headers = headers, .into = self->piece, .room = size};
    q_wandb_flight_start(self->client, &flight);
    quire_status status = q_wandb_flight_land(self->client, &flight, self->what, error);
    const q_http_exchange *answer = &flight.request;
    status = status ? status : judge(self, answer, is_ranged, again, error);
    if (!status && !*again && !self->is_end) {
        *got = answer->received;
        self->at += *got;
        self->renewals = 0;
        if (place->size > 0) {
            self->is_end = self->at >= place->size || *got == 0;
        } else if (answer->code == 206) {
            take_range(self, answer);
        } else {
            self->is_end = true;
        }
    }
    q_wandb_flight_free(self->client, &flight);
    return status;
}

quire_status q_wandb_fetch(q_wandb_client *client, q_wandb_place *place, const char *what,
                           q_http_sink sink, void *context, quire_error *error) {
    fetching self = {.client = client, .place = place, .what = what};
    size_t room = place->size > 0 && place->size < PIECE ? (size_t)place->size : PIECE;
    quire_status status = QUIRE_OK;
    self.piece = malloc(room);
    if (!self.piece) {
        return q_error_memory(error);
    }
    bool is_ranged = place->size == 0 || place->size > PIECE;
    while (!status && !self.is_end) {
        bool again = false;
        size_t got = 0, size = room;
        if (place->size > 0 && place->size - self.at < size) {
            size = (size_t)(place->size - self.at);
        }
        status = get(&self, size, is_ranged, &got, &again, error);
        if (!status && place->size == 0 && self.at > place->most) {
            status = q_error_set(error, QUIRE_INTEGRITY, "W&B, %s: it is too long", what);
        }
        if (!status && !again && got > 0) {
            status = sink(context, self.piece, got, error);
        }
    }
    free(self.piece);
    return status;
}
