/** @file Divided files: see intake_divided.h. */
#include "store/repository/intake_divided.h"

#include <pthread.h>

#include "base/block.h"
#include "base/crew.h"

typedef struct divided {
    q_source *source;
    q_object_writer *object; /* NULL: none */
    unsigned char *digests;
    pthread_mutex_t lock; /* of what the source tells */
    uint64_t done;        /* bytes */
} divided;

typedef struct run {
    divided *of;
    q_object_part *part; /* NULL: none */
} run;

/* As of q_source_read(): who waits for the file is told how far it is, and may end it. */
static quire_status tell(divided *of, size_t size, quire_error *error) {
    const q_source *source = of->source;
    quire_status status = QUIRE_OK;
    pthread_mutex_lock(&of->lock);
    of->done += size;
    if (source->told && of->done < source->size) {
        status = source->told(source->told_context, of->done, error);
    }
    pthread_mutex_unlock(&of->lock);
    return status;
}

static quire_status take_piece(void *context, const void *data, size_t size, quire_error *error) {
    const run *to = context;
    quire_status status = to->part ? q_object_part_write(to->part, data, size, error) : QUIRE_OK;
    return status ? status : tell(to->of, size, error);
}

static quire_status read_block(void *context, size_t lane, uint64_t number, quire_error *error) {
    divided *of = context;
    run to = {.of = of};
    (void)lane;
    quire_status status = QUIRE_OK;
    if (of->object) {
        status = q_object_part_own(of->object, number * Q_DIGEST_BLOCK, &to.part, error);
    }
    if (!status) {
        status = q_block_read(of->source, number, take_piece, &to,
                              of->digests + number * Q_SHA256_SIZE, error);
    }
    if (!status && to.part) {
        status = q_object_part_close(to.part, error);
    }
    q_object_part_free(to.part);
    return status;
}

bool q_intake_can_divide(const q_source *source) {
    return source->crew && source->fd >= 0 && source->size > Q_DIGEST_BLOCK;
}

quire_status q_intake_read_divided(q_source *source, q_object_writer *object,
                                   char digest[Q_DIGEST_TEXT_SIZE], q_buffer *blocks,
                                   quire_error *error) {
    uint64_t count = q_digest_count_blocks(source->size);
    size_t size = (size_t)count * Q_SHA256_SIZE;
    divided of = {.source = source, .object = object};
    q_buffer_clear(blocks);
    quire_status status = q_buffer_reserve(blocks, size, error);
    if (status) {
        return status;
    }
    of.digests = (unsigned char *)blocks->data;
    pthread_mutex_init(&of.lock, NULL); /* with no attributes it cannot fail */
    status = q_crew_share(source->crew, source->lane, count, read_block, &of, error);
    pthread_mutex_destroy(&of.lock);
    status = status ? status : q_source_check(source, error);
    if (!status) {
        blocks->size = size;
        status = q_digest_of_blocks(blocks->data, blocks->size, digest, error);
    }
    return status;
}
