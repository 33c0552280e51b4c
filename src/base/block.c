/** @file Blocks: see block.h. */
#include "base/block.h"

#include <stdlib.h>

/** Small enough to be hashed while it is in the processor's cache, and then written from there. */
#define PIECE ((size_t)1 << 20)

quire_status q_block_read(const q_source *source, uint64_t number, q_block_sink sink, void *context,
                          unsigned char digest[Q_SHA256_SIZE], quire_error *error) {
    uint64_t at = number * Q_DIGEST_BLOCK;
    uint64_t end = source->size - at < Q_DIGEST_BLOCK ? source->size : at + Q_DIGEST_BLOCK;
    q_sha256 *sha = NULL;
    unsigned char *piece = malloc(PIECE);
    quire_status status = piece ? q_sha256_new(&sha, error) : q_error_memory(error);
    while (status == QUIRE_OK && at < end) {
        size_t size = end - at < PIECE ? (size_t)(end - at) : PIECE;
        status = q_source_read_at(source, at, piece, size, error);
        if (status == QUIRE_OK) {
            status = q_sha256_update(sha, piece, size, error);
        }
        if (status == QUIRE_OK && sink) {
            status = sink(context, piece, size, error);
        }
        at += size;
    }
    if (status == QUIRE_OK) {
        status = q_sha256_final(sha, digest, error);
    }
    q_sha256_free(sha);
    free(piece);
    return status;
}
