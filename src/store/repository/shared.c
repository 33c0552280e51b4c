/**
 * @file
 * Files that several processes write: a shared object that becomes a blob. Who begins it holds the
 * stage, whose lease keeps gc away; the others need no more than the object's token.
 */
#include "store/repository/shared.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/intake_internal.h"
#include "store/repository/stage.h"

static_assert(Q_SHARED_TOKEN_SIZE >= Q_OBJECT_TOKEN_SIZE, "a ticket has room for the token");

typedef struct shared {
    q_shared base;
    q_object_writer *object;
    uint64_t size;
} shared;

typedef struct part {
    q_part base;
    q_object_part *object;
} part;

quire_status q_shared_begin(q_stage *stage, uint64_t size, q_shared **begun,
                            char token[Q_SHARED_TOKEN_SIZE], quire_error *error) {
    q_repository_stage *own = (q_repository_stage *)stage;
    q_objects *objects = q_repository_of(stage->store)->objects;
    *begun = NULL;
    if (!q_objects_can_share(objects, size)) {
        return QUIRE_OK;
    }
    shared *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.stage = stage;
    made->size = size;
    quire_status status = q_lease_renew(&own->lease, error);
    if (!status) {
        status = q_object_writer_open_shared(objects, size, &made->object, token, error);
    }
    if (status) {
        q_shared_free(&made->base);
        return status;
    }
    *begun = &made->base;
    return QUIRE_OK;
}

quire_status q_shared_end(q_shared *ending, const unsigned char *digests, q_entry *entry,
                          quire_error *error) {
    shared *own = (shared *)ending;
    q_repository_stage *stage = (q_repository_stage *)ending->stage;
    uint64_t count = q_digest_count_blocks(own->size);
    char text[Q_DIGEST_TEXT_SIZE];
    bool is_there = false;
    q_buffer blocks = {0};
    memset(entry, 0, sizeof *entry);
    quire_status status = q_lease_renew(&stage->lease, error);
    if (!status) {
        status = q_buffer_append(&blocks, digests, (size_t)count * Q_SHA256_SIZE, error);
    }
    status = status ? status : q_digest_of_blocks(blocks.data, blocks.size, text, error);
    /* What is there needs no second copy, and no comparison of as many bytes as were just read. */
    if (!status) {
        *entry = (q_entry){.digest = text, .size = own->size};
        is_there = q_intake_claim_blob(q_repository_of(ending->stage->store), text, own->size);
    }
    if (!status && !is_there) {
        status = q_intake_publish_blob(q_repository_of(ending->stage->store), own->object, text,
                                       &blocks, error);
    }
    status = status ? status : q_stage_keep_digest(stage, entry, error);
    q_buffer_free(&blocks);
    return status;
}

void q_shared_free(q_shared *freed) {
    shared *own = (shared *)freed;
    if (own) {
        q_object_writer_free(own->object);
        free(own);
    }
}

quire_status q_shared_part_open(quire_store *store, const char *token, uint64_t size,
                                uint64_t offset, q_part **opened, quire_error *error) {
    part *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    quire_status status = q_object_part_open(q_repository_of(store)->objects, token, size, offset,
                                             &made->object, error);
    if (status) {
        free(made);
        return status;
    }
    *opened = &made->base;
    return QUIRE_OK;
}

quire_status q_shared_part_write(q_part *to, const void *data, size_t size, quire_error *error) {
    return q_object_part_write(((part *)to)->object, data, size, error);
}

quire_status q_shared_part_close(q_part *closed, quire_error *error) {
    return q_object_part_close(((part *)closed)->object, error);
}

void q_shared_part_free(q_part *freed) {
    part *own = (part *)freed;
    if (own) {
        q_object_part_free(own->object);
        free(own);
    }
}
