/** @file Segments of the cache: see segment.h. */
#include "cache/segment.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

#define SUMMED 32 /* bytes of the header that the checksum is over */
#define PIECE 512 /* records */

static const char magic[16] = "quire-cache-1\n";

void q_cache_segment_free(q_cache_segment *segment) {
    free(segment->records);
    *segment = (q_cache_segment){0};
}

static void make_header(unsigned char header[Q_CACHE_HEADER_SIZE], size_t count) {
    uint64_t number = htole64(count);
    memset(header, 0, Q_CACHE_HEADER_SIZE);
    memcpy(header, magic, sizeof magic);
    memcpy(header + sizeof magic, &number, sizeof number);
}

static quire_status damaged(const char *name, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s is damaged", name);
}

/* The header must be the one that would be written to these records. */
static quire_status check(const unsigned char stored[Q_CACHE_HEADER_SIZE],
                          const q_cache_segment *segment, q_sha256 *sha, const char *name,
                          quire_error *error) {
    unsigned char header[Q_CACHE_HEADER_SIZE];
    make_header(header, segment->count);
    quire_status status = q_sha256_update(sha, header, SUMMED, error);
    if (!status) {
        status =
            q_sha256_update(sha, segment->records, segment->count * Q_CACHE_RECORD_SIZE, error);
    }
    if (!status) {
        status = q_sha256_final(sha, header + SUMMED, error);
    }
    return status || memcmp(stored, header, sizeof header) == 0 ? status : damaged(name, error);
}

static bool is_sorted(const q_cache_segment *segment) {
    for (size_t i = 1; i < segment->count; i++) {
        if (q_cache_record_compare(&segment->records[i - 1], &segment->records[i]) >= 0) {
            return false;
        }
    }
    return true;
}

static quire_status read_records(q_cache_segment *made, int fd, const char *name, q_sha256 *sha,
                                 quire_error *error) {
    unsigned char header[Q_CACHE_HEADER_SIZE];
    size_t got = 0, size = made->count * Q_CACHE_RECORD_SIZE;
    quire_status status = q_io_read(fd, header, sizeof header, &got, name, error);
    if (!status && got == sizeof header) {
        status = q_io_read(fd, made->records, size, &got, name, error);
    }
    if (!status) { /* cut short meanwhile, the header or the records */
        status = got == size ? check(header, made, sha, name, error) : damaged(name, error);
    }
    for (size_t i = 0; !status && i < made->count; i++) {
        q_cache_record_swap(&made->records[i]);
    }
    return status || is_sorted(made) ? status : damaged(name, error);
}

quire_status q_cache_segment_read(q_cache_segment *segment, int fd, uint64_t size, const char *name,
                                  quire_error *error) {
    uint64_t records = size < Q_CACHE_HEADER_SIZE ? 1 : size - Q_CACHE_HEADER_SIZE;
    if (records % Q_CACHE_RECORD_SIZE || records / Q_CACHE_RECORD_SIZE > Q_CACHE_RECORDS_MAX) {
        return damaged(name, error);
    }
    q_sha256 *sha = NULL;
    q_cache_segment made = {.count = (size_t)(records / Q_CACHE_RECORD_SIZE)};
    made.records = malloc(made.count ? (size_t)records : 1);
    quire_status status = made.records ? q_sha256_new(&sha, error) : q_error_memory(error);
    if (!status) {
        status = read_records(&made, fd, name, sha, error);
    }
    q_sha256_free(sha);
    if (status) {
        q_cache_segment_free(&made);
        return status;
    }
    *segment = made;
    return QUIRE_OK;
}

typedef struct output {
    int fd;
    const char *name;
    q_sha256 *sha;
    q_cache_record *piece;
    size_t count;
} output;

static quire_status flush(output *out, quire_error *error) {
    size_t size = out->count * Q_CACHE_RECORD_SIZE;
    quire_status status = q_sha256_update(out->sha, out->piece, size, error);
    out->count = 0;
    return status ? status : q_io_write(out->fd, out->piece, size, out->name, error);
}

static quire_status put(output *out, const q_cache_record *record, quire_error *error) {
    out->piece[out->count] = *record;
    q_cache_record_swap(&out->piece[out->count++]);
    return out->count == PIECE ? flush(out, error) : QUIRE_OK;
}

static quire_status merge(output *out, const q_cache_record *one, size_t one_count,
                          const q_cache_record *other, size_t other_count, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (!status && one_count + other_count > 0) {
        if (other_count == 0 || (one_count > 0 && q_cache_record_compare(one, other) < 0)) {
            status = put(out, one++, error);
            one_count--;
        } else {
            status = put(out, other++, error);
            other_count--;
        }
    }
    return status ? status : flush(out, error);
}

/* The header comes first in the file and is known last. */
static quire_status write_all(output *out, const q_cache_record *one, size_t one_count,
                              const q_cache_record *other, size_t other_count, quire_error *error) {
    unsigned char header[Q_CACHE_HEADER_SIZE];
    make_header(header, one_count + other_count);
    quire_status status = q_io_write(out->fd, header, sizeof header, out->name, error);
    if (!status) {
        status = q_sha256_update(out->sha, header, SUMMED, error);
    }
    if (!status) {
        status = merge(out, one, one_count, other, other_count, error);
    }
    if (!status) {
        status = q_sha256_final(out->sha, header + SUMMED, error);
    }
    if (!status && lseek(out->fd, 0, SEEK_SET) != 0) {
        status = q_error_set(error, QUIRE_ERROR, "%s cannot be written", out->name);
    }
    return status ? status : q_io_write(out->fd, header, sizeof header, out->name, error);
}

quire_status q_cache_segment_write(int fd, const q_cache_record *one, size_t one_count,
                                   const q_cache_record *other, size_t other_count,
                                   const char *name, quire_error *error) {
    output out = {.fd = fd, .name = name};
    out.piece = malloc(PIECE * sizeof *out.piece);
    quire_status status = out.piece ? q_sha256_new(&out.sha, error) : q_error_memory(error);
    if (!status) {
        status = write_all(&out, one, one_count, other, other_count, error);
    }
    q_sha256_free(out.sha);
    free(out.piece);
    return status;
}
