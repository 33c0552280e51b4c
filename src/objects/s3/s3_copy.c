/**
 * @file
 * Copies that the server makes, and comparing. Above 5 GiB a copy is an upload whose parts are
 * ranges of the source, several at once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_internal.h"
#include "objects/s3/s3_upload.h"

#define COMPARE_PIECE ((size_t)8 << 20)

static quire_status source_of(q_s3 *s3, const char *key, q_buffer *source, quire_error *error) {
    q_buffer path = {0};
    quire_status status = q_buffer_printf(&path, error, "%s%s", s3->client.config.prefix, key);
    status = status ? status : q_buffer_printf(source, error, "/%s/", s3->client.config.bucket);
    status = status ? status : q_s3_encode(source, path.data, error);
    q_buffer_free(&path);
    return status;
}

static quire_status copy_at_once(q_s3 *s3, const char *source, const char *to, const char *parts,
                                 const char *what, quire_error *error) {
    q_s3_answer answer = {0};
    const q_s3_pair headers[] = {{"x-amz-copy-source", source},
                                 {"x-amz-metadata-directive", "REPLACE"},
                                 {Q_S3_PARTS, parts}};
    const q_s3_request request = {.method = "PUT",
                                  .key = to,
                                  .headers = headers,
                                  .header_count = parts[0] ? 3 : 2,
                                  .root = "CopyObjectResult"};
    quire_status status = q_s3_expect(s3, &request, what, &answer, error);
    q_s3_answer_free(&answer);
    return status;
}

static quire_status copy_in_parts(q_s3 *s3, const char *source, const char *to, uint64_t size,
                                  const char *parts, quire_error *error) {
    q_s3_upload *upload = NULL;
    quire_status status = q_s3_upload_begin(s3, to, parts, false, &upload, error);
    unsigned number = 0;
    for (uint64_t at = 0; at < size && !status; at += s3->copy_part) {
        uint64_t end = size - at < s3->copy_part ? size : at + s3->copy_part;
        status = q_s3_upload_copy(upload, ++number, source, at, end - 1, error);
    }
    status = status ? status : q_s3_upload_complete(upload, error);
    if (status && upload) {
        q_s3_upload_abort(upload);
    }
    q_s3_upload_free(upload);
    return status;
}

quire_status q_s3_copy(q_s3 *s3, const char *from, const char *to, uint64_t size, const char *parts,
                       quire_error *error) {
    char what[Q_S3_KEY_SIZE + 16];
    q_buffer source = {0};
    snprintf(what, sizeof what, "%s %s", strcmp(from, to) == 0 ? "renew" : "put", to);
    quire_status status = source_of(s3, from, &source, error);
    if (!status) {
        status = size > s3->copy_max ? copy_in_parts(s3, source.data, to, size, parts, error)
                                     : copy_at_once(s3, source.data, to, parts, what, error);
    }
    q_buffer_free(&source);
    return status;
}

quire_status q_s3_compare(q_s3 *s3, const char *one, const char *other, uint64_t size, bool *same,
                          quire_error *error) {
    char *memory = malloc(2 * COMPARE_PIECE);
    quire_status status = memory ? QUIRE_OK : q_error_memory(error);
    *same = true;
    for (uint64_t at = 0; at < size && *same && !status; at += COMPARE_PIECE) {
        size_t piece = size - at < COMPARE_PIECE ? (size_t)(size - at) : COMPARE_PIECE;
        status = q_s3_get_range(s3, one, at, memory, piece, error);
        status =
            status ? status : q_s3_get_range(s3, other, at, memory + COMPARE_PIECE, piece, error);
        *same = !status && memcmp(memory, memory + COMPARE_PIECE, piece) == 0;
    }
    free(memory);
    return status;
}
