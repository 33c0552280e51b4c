/**
 * @file
 * Digesting content that is not stored on the way: to compare two claims to one path, to answer
 * quire_artifact_get_entry(), and for references to local files.
 */
#include "artifact/content.h"

#include <stdlib.h>

#include "base/block.h"
#include "base/crew.h"

/** Large enough that the calls around it cost nothing, small enough to stay in a cache. */
#define CONTENT_PIECE ((size_t)256 << 10)

#define SLOTS_EACH 2 /* blocks a worker: one under way, another at hand */

/** A block under way. */
typedef struct block {
    uint64_t number;
    unsigned char digest[Q_SHA256_SIZE];
} block;

static quire_status read_block(void *context, size_t lane, void *slot, quire_error *error) {
    block *this = slot;
    (void)lane;
    return q_block_read(context, this->number, NULL, NULL, this->digest, error);
}

/** Have the blocks read by a crew, and take their digests in order. */
static quire_status digest_blocks(q_source *source, size_t lanes, q_buffer *digests,
                                  quire_error *error) {
    uint64_t count = q_digest_count_blocks(source->size), next = 0, told;
    q_crew *crew = NULL;
    quire_status status =
        q_crew_new(lanes, sizeof(block), lanes * SLOTS_EACH, read_block, source, &crew, error);
    while (status == QUIRE_OK && (next < count || q_crew_under_way(crew) > 0)) {
        block *slot = next < count ? q_crew_slot(crew) : NULL;
        if (slot) {
            slot->number = next++;
            q_crew_put(crew);
            continue;
        }
        status = q_crew_take(crew, (void **)&slot, &told, error);
        if (status == QUIRE_OK) {
            status = q_buffer_append(digests, slot->digest, sizeof slot->digest, error);
        }
    }
    q_crew_free(crew);
    return status == QUIRE_OK ? q_source_check(source, error) : status;
}

static quire_status digest_divided(q_source *source, size_t lanes, char digest[Q_DIGEST_TEXT_SIZE],
                                   quire_error *error) {
    q_buffer digests = {0};
    quire_status status = digest_blocks(source, lanes, &digests, error);
    if (status == QUIRE_OK) {
        status = q_digest_of_blocks(digests.data, digests.size, digest, error);
    }
    q_buffer_free(&digests);
    return status;
}

static quire_status digest_all(q_source *source, q_digest_kind kind,
                               char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    q_digest *sum = NULL;
    char *piece = malloc(CONTENT_PIECE);
    quire_status status = piece ? q_digest_new_of(kind, &sum, error) : q_error_memory(error);
    size_t got = 1;
    while (status == QUIRE_OK && got > 0) {
        status = q_source_read(source, piece, CONTENT_PIECE, &got, error);
        if (status == QUIRE_OK && got > 0) {
            status = q_digest_update(sum, piece, got, error);
        }
    }
    if (status == QUIRE_OK) {
        status = q_digest_final(sum, digest, NULL, error);
    }
    q_digest_free(sum);
    free(piece);
    return status;
}

quire_status q_content_digest(q_source *source, q_digest_kind kind, char digest[Q_DIGEST_TEXT_SIZE],
                              quire_error *error) {
    uint64_t blocks =
        source->fd >= 0 && kind == Q_DIGEST_SHA256 ? q_digest_count_blocks(source->size) : 1;
    size_t lanes = blocks > 1 ? q_crew_lanes(0, blocks) : 1;
    return lanes > 1 ? digest_divided(source, lanes, digest, error)
                     : digest_all(source, kind, digest, error);
}

quire_status q_content_digest_file(const char *file, char digest[Q_DIGEST_TEXT_SIZE],
                                   uint64_t *size, quire_error *error) {
    q_source source;
    quire_status status = q_source_open_file(&source, file, error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = q_content_digest(&source, Q_DIGEST_SHA256, digest, error);
    if (status == QUIRE_OK && size) {
        *size = source.size;
    }
    q_source_close(&source);
    return status;
}
