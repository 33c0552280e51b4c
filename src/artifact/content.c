/**
 * @file
 * Digesting content that is not stored on the way: to compare two claims to one path, to answer
 * quire_artifact_get_entry(), and for references to local files.
 */
#include "artifact/content.h"

#include <stdlib.h>

/** Large enough that the calls around it cost nothing, small enough to stay in a cache. */
#define CONTENT_PIECE ((size_t)256 << 10)

quire_status q_content_digest(q_source *source, char digest[Q_DIGEST_TEXT_SIZE],
                              quire_error *error) {
    q_digest *sum = NULL;
    char *piece = malloc(CONTENT_PIECE);
    quire_status status = piece ? q_digest_new(&sum, error) : q_error_memory(error);
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

quire_status q_content_digest_file(const char *file, char digest[Q_DIGEST_TEXT_SIZE],
                                   uint64_t *size, quire_error *error) {
    q_source source;
    quire_status status = q_source_open_file(&source, file, error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = q_content_digest(&source, digest, error);
    if (status == QUIRE_OK && size) {
        *size = source.size;
    }
    q_source_close(&source);
    return status;
}
