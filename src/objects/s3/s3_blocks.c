/** @file Blocks of objects: see s3_blocks.h. */
#include "objects/s3/s3_blocks.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 16
#define AHEAD 2

typedef enum state {
    EMPTY,
    FLYING,  /* asked for, nobody waits for it */
    LANDING, /* somebody waits for it */
    READY
} state;

typedef struct block {
    state state;
    unsigned users; /* who copy from it */
    char *key, etag[Q_S3_ETAG_SIZE];
    uint64_t index, used;
    char *data;
    size_t size;
    char range[64];
    q_s3_pair header;
    q_s3_request request;
    q_s3_flight flight;
} block;

struct q_s3_blocks {
    q_s3_client *client;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t clock;
    block slots[SLOTS];
};

quire_status q_s3_blocks_new(q_s3_client *client, q_s3_blocks **blocks, quire_error *error) {
    q_s3_blocks *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->client = client;
    pthread_mutex_init(&made->lock, NULL); /* with no attributes these cannot fail */
    pthread_cond_init(&made->changed, NULL);
    *blocks = made;
    return QUIRE_OK;
}

static void clear(q_s3_blocks *blocks, block *this) {
    q_s3_flight_cancel(blocks->client, &this->flight);
    free(this->key);
    this->key = NULL;
    this->state = EMPTY;
}

void q_s3_blocks_free(q_s3_blocks *blocks) {
    if (blocks) {
        for (size_t i = 0; i < SLOTS; i++) {
            clear(blocks, &blocks->slots[i]);
            free(blocks->slots[i].data);
        }
        pthread_mutex_destroy(&blocks->lock);
        pthread_cond_destroy(&blocks->changed);
        free(blocks);
    }
}

/* What follows is done with the lock held. */

static block *find(q_s3_blocks *blocks, const q_s3_read *object, uint64_t index) {
    for (size_t i = 0; i < SLOTS; i++) {
        block *this = &blocks->slots[i];
        if (this->state != EMPTY && this->index == index && strcmp(this->key, object->key) == 0 &&
            strcmp(this->etag, object->etag) == 0) {
            return this;
        }
    }
    return NULL;
}

/** One that can be given to another block; NULL: all are in use. What is on its way is given up
 * only for a block that is wanted now. */
static block *choose(q_s3_blocks *blocks, bool is_wanted) {
    block *chosen = NULL;
    for (size_t i = 0; i < SLOTS; i++) {
        block *this = &blocks->slots[i];
        if (this->state == EMPTY) {
            return this;
        }
        bool is_free =
            this->users == 0 && (this->state == READY || (is_wanted && this->state == FLYING));
        if (is_free && (!chosen || this->used < chosen->used)) {
            chosen = this;
        }
    }
    return chosen;
}

static quire_status ask(q_s3_blocks *blocks, block *this, const q_s3_read *object, uint64_t index,
                        quire_error *error) {
    uint64_t begin = index * Q_S3_BLOCK, left = object->size - begin;
    clear(blocks, this);
    this->data = this->data ? this->data : malloc(Q_S3_BLOCK);
    this->size = (size_t)(left < Q_S3_BLOCK ? left : Q_S3_BLOCK);
    this->index = index;
    this->used = ++blocks->clock;
    quire_status status = this->data ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_strdup(object->key, &this->key, error);
    if (status) {
        return status;
    }
    snprintf(this->etag, sizeof this->etag, "%s", object->etag);
    snprintf(this->range, sizeof this->range, "bytes=%" PRIu64 "-%" PRIu64, begin,
             begin + this->size - 1);
    this->header = (q_s3_pair){"range", this->range};
    this->request = (q_s3_request){.method = "GET",
                                   .key = this->key,
                                   .headers = &this->header,
                                   .header_count = 1,
                                   .into = this->data,
                                   .room = this->size,
                                   .is_data = true};
    status = q_s3_flight_start(blocks->client, &this->flight, &this->request, error);
    if (status) {
        free(this->key);
        this->key = NULL;
        return status;
    }
    this->state = FLYING;
    return QUIRE_OK;
}

/** Wait for a block that is on its way. */
static quire_status land(q_s3_blocks *blocks, block *this, quire_error *error) {
    q_s3_answer answer = {0};
    char what[1200];
    snprintf(what, sizeof what, "read %s", this->key);
    this->state = LANDING;
    pthread_mutex_unlock(&blocks->lock);
    quire_status status = q_s3_flight_land(blocks->client, &this->flight, what, &answer, error);
    if (!status && !q_s3_is_success(&answer)) {
        status = q_s3_refused(blocks->client, &answer, what, error);
    }
    if (!status && (answer.too_large || answer.received != this->size)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s in %s has not the bytes it should have",
                             this->key, blocks->client->config.shown);
    }
    q_s3_answer_free(&answer);
    pthread_mutex_lock(&blocks->lock);
    this->state = READY;
    if (status) {
        clear(blocks, this);
    }
    pthread_cond_broadcast(&blocks->changed);
    return status;
}

static void ask_ahead(q_s3_blocks *blocks, const q_s3_read *object, uint64_t index) {
    for (uint64_t i = index + 1; i <= index + AHEAD && i * Q_S3_BLOCK < object->size; i++) {
        block *free_one = find(blocks, object, i) ? NULL : choose(blocks, false);
        if (free_one) {
            (void)ask(blocks, free_one, object, i, NULL); /* else it is asked for at its turn */
        }
    }
}

/** The block, ready; NULL with QUIRE_OK: no slot is free. */
static quire_status get(q_s3_blocks *blocks, const q_s3_read *object, uint64_t index, block **got,
                        quire_error *error) {
    quire_status status = QUIRE_OK;
    *got = NULL;
    while (!status && !*got) {
        block *this = find(blocks, object, index);
        if (!this) {
            this = choose(blocks, true);
            if (!this) {
                return QUIRE_OK;
            }
            status = ask(blocks, this, object, index, error);
        } else if (this->state == LANDING) {
            pthread_cond_wait(&blocks->changed, &blocks->lock);
        } else if (this->state == FLYING) {
            status = land(blocks, this, error);
        } else {
            *got = this;
        }
    }
    return status;
}

quire_status q_s3_blocks_read(q_s3_blocks *blocks, const q_s3_read *object, uint64_t offset,
                              void *data, size_t count, quire_error *error) {
    uint64_t index = offset / Q_S3_BLOCK;
    block *this = NULL;
    pthread_mutex_lock(&blocks->lock);
    quire_status status = get(blocks, object, index, &this, error);
    while (!status && !this) { /* sixteen others are being used; one will be free soon */
        pthread_cond_wait(&blocks->changed, &blocks->lock);
        status = get(blocks, object, index, &this, error);
    }
    if (!status) {
        this->users++;
        this->used = ++blocks->clock;
        ask_ahead(blocks, object, index);
        pthread_mutex_unlock(&blocks->lock);
        memcpy(data, this->data + (offset - index * Q_S3_BLOCK), count);
        pthread_mutex_lock(&blocks->lock);
        this->users--;
        pthread_cond_broadcast(&blocks->changed);
    }
    pthread_mutex_unlock(&blocks->lock);
    return status;
}
