/**
 * @file
 * Roots. Their sums let a listing or a diff leave chunks unread, so that they are checked here
 * against the totals and, where a chunk is read, against its entries.
 */
#include "manifest/root.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/name.h"
#include "manifest/chunk.h"
#include "manifest/line.h"

#define SALT "quire-manifest-1\n"

void q_root_free(q_root *root) {
    for (size_t i = 0; i < root->chunk_count; i++) {
        free(root->chunks[i].first);
    }
    free(root->chunks);
    memset(root, 0, sizeof *root);
}

static quire_status grow(q_root *root, quire_error *error) {
    if (root->chunk_count < root->chunk_capacity) {
        return QUIRE_OK;
    }
    size_t capacity = root->chunk_capacity ? root->chunk_capacity * 2 : 16;
    q_chunk_summary *chunks = reallocarray(root->chunks, capacity, sizeof *chunks);
    if (!chunks) {
        return q_error_memory(error);
    }
    root->chunks = chunks;
    root->chunk_capacity = capacity;
    return QUIRE_OK;
}

quire_status q_root_append(q_root *root, const q_chunk_summary *summary, quire_error *error) {
    uint64_t entries = root->entries, bytes = root->bytes;
    if (root->chunk_count > 0 &&
        strcmp(root->chunks[root->chunk_count - 1].first, summary->first) >= 0) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' comes after path '%s'", summary->first,
                           root->chunks[root->chunk_count - 1].first);
    }
    quire_status status = q_entry_sum(&entries, summary->entries, error);
    if (status == QUIRE_OK) {
        status = q_entry_sum(&bytes, summary->bytes, error);
    }
    if (status == QUIRE_OK) {
        status = grow(root, error);
    }
    char *first = NULL;
    if (status == QUIRE_OK) {
        status = q_strdup(summary->first, &first, error);
    }
    if (status == QUIRE_OK) {
        q_chunk_summary *chunk = &root->chunks[root->chunk_count++];
        *chunk = *summary;
        chunk->first = first;
        root->entries = entries;
        root->bytes = bytes;
    }
    return status;
}

static quire_status compute_digest(const q_root *root, char digest[Q_SHA256_HEX_SIZE],
                                   quire_error *error) {
    q_sha256 *sha = NULL;
    quire_status status = q_sha256_new(&sha, error);
    if (status == QUIRE_OK) {
        status = q_sha256_update(sha, SALT, sizeof SALT - 1, error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < root->chunk_count; i++) {
        char line[Q_SHA256_HEX_SIZE];
        memcpy(line, root->chunks[i].digest, sizeof line - 1);
        line[sizeof line - 1] = '\n';
        status = q_sha256_update(sha, line, sizeof line, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_final_hex(sha, digest, error);
    }
    q_sha256_free(sha);
    return status;
}

quire_status q_root_seal(q_root *root, quire_error *error) {
    return compute_digest(root, root->digest, error);
}

quire_status q_root_print_chunks(q_buffer *out, const q_root *root, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < root->chunk_count; i++) {
        const q_chunk_summary *chunk = &root->chunks[i];
        status = q_buffer_append_string(out, "{\"first\":", error);
        if (status == QUIRE_OK) {
            status = q_json_quote(out, chunk->first, error);
        }
        if (status == QUIRE_OK) {
            status =
                q_buffer_printf(out, error,
                                ",\"entries\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"weight\":%" PRIu64
                                ",\"digest\":\"%s\",\"object\":\"%s\",\"size\":%" PRIu64 "}\n",
                                chunk->entries, chunk->bytes, chunk->weight, chunk->digest,
                                chunk->object, chunk->size);
        }
    }
    return status;
}

quire_status q_root_print(q_buffer *out, const q_root *root, quire_error *error) {
    quire_status status =
        q_buffer_printf(out, error,
                        "{\"quire\":\"root\",\"format\":1,\"entries\":%" PRIu64
                        ",\"bytes\":%" PRIu64 ",\"chunks\":%zu,\"digest\":\"%s\"}\n",
                        root->entries, root->bytes, root->chunk_count, root->digest);
    return status == QUIRE_OK ? q_root_print_chunks(out, root, error) : status;
}

static quire_status read_hex(const cJSON *object, const char *key, char hex[Q_SHA256_HEX_SIZE],
                             quire_error *error) {
    const char *text = NULL;
    quire_status status = q_json_string(object, key, &text, error);
    if (status == QUIRE_OK && !q_is_sha256_hex(text)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "'%s' is no SHA-256", key);
    }
    if (status == QUIRE_OK) {
        memcpy(hex, text, Q_SHA256_HEX_SIZE);
    }
    return status;
}

static quire_status read_summary(const cJSON *object, q_chunk_summary *chunk, const char **first,
                                 quire_error *error) {
    struct {
        const char *key;
        uint64_t *number;
    } numbers[] = {{"entries", &chunk->entries},
                   {"bytes", &chunk->bytes},
                   {"weight", &chunk->weight},
                   {"size", &chunk->size}};
    quire_status status = q_json_string(object, "first", first, error);
    if (status == QUIRE_OK) {
        status = q_line_stored(q_name_check_path(*first, error), error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < sizeof numbers / sizeof numbers[0]; i++) {
        status = q_json_uint(object, numbers[i].key, numbers[i].number, error);
    }
    if (status == QUIRE_OK) {
        status = read_hex(object, "digest", chunk->digest, error);
    }
    if (status == QUIRE_OK) {
        status = read_hex(object, "object", chunk->object, error);
    }
    if (status == QUIRE_OK && (chunk->entries == 0 || chunk->entries > chunk->weight ||
                               chunk->size > Q_CHUNK_OBJECT_MAX || chunk->entries > chunk->size)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "impossible sizes of the chunk at path '%s'",
                             *first);
    }
    return status;
}

static quire_status parse_chunk(const char *line, size_t length, q_root *root, quire_error *error) {
    cJSON *object = NULL;
    const char *first = NULL;
    q_chunk_summary chunk = {0};
    quire_status status =
        q_json_parse(line, length, Q_ENTRY_LINE_MAX, Q_JSON_DEPTH, &object, error);
    if (status == QUIRE_OK) {
        status = read_summary(object, &chunk, &first, error);
    }
    if (status == QUIRE_OK) {
        chunk.first = (char *)first; /* append copies it */
        status = q_line_stored(q_root_append(root, &chunk, error), error);
    }
    cJSON_Delete(object);
    return status;
}

quire_status q_root_add_chunks(q_root *root, const char *text, size_t size, quire_error *error) {
    const char *line = NULL;
    size_t length = 0, position = 0;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK) {
        status = q_line_next(text, size, &position, &line, &length, error);
        if (status != QUIRE_OK || !line) {
            break;
        }
        status = parse_chunk(line, length, root, error);
    }
    return status;
}

/** What the first line claims. */
typedef struct claim {
    uint64_t entries, bytes, chunks;
    char digest[Q_SHA256_HEX_SIZE];
} claim;

static quire_status parse_header(const char *line, size_t length, claim *claimed,
                                 quire_error *error) {
    cJSON *header = NULL;
    quire_status status = q_line_header(line, length, "root", &header, error);
    if (status == QUIRE_OK) {
        status = q_json_uint(header, "entries", &claimed->entries, error);
    }
    if (status == QUIRE_OK) {
        status = q_json_uint(header, "bytes", &claimed->bytes, error);
    }
    if (status == QUIRE_OK) {
        status = q_json_uint(header, "chunks", &claimed->chunks, error);
    }
    if (status == QUIRE_OK) {
        status = read_hex(header, "digest", claimed->digest, error);
    }
    cJSON_Delete(header);
    return status;
}

static quire_status check_claim(q_root *root, const claim *claimed, quire_error *error) {
    if (root->chunk_count != claimed->chunks || root->entries != claimed->entries ||
        root->bytes != claimed->bytes) {
        return q_error_set(error, QUIRE_INTEGRITY, "its totals are not those of its chunks");
    }
    quire_status status = q_root_seal(root, error);
    if (status == QUIRE_OK && strcmp(root->digest, claimed->digest) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "its digest is not that of its chunks");
    }
    return status;
}

quire_status q_root_parse(const char *text, size_t size, q_root *root, quire_error *error) {
    const char *line = NULL;
    size_t length = 0, position = 0;
    q_root parsed = {0};
    claim claimed = {0};
    quire_status status = size > Q_ROOT_OBJECT_MAX
                              ? q_error_set(error, QUIRE_INTEGRITY, "too large")
                              : q_line_next(text, size, &position, &line, &length, error);
    if (status == QUIRE_OK) {
        status = parse_header(line, length, &claimed, error);
    }
    if (status == QUIRE_OK) {
        status = q_root_add_chunks(&parsed, text + position, size - position, error);
    }
    if (status == QUIRE_OK) {
        status = check_claim(&parsed, &claimed, error);
    }
    if (status == QUIRE_OK) {
        *root = parsed;
    } else {
        q_root_free(&parsed);
        q_error_prefix(error, "root of a manifest");
    }
    return status;
}

size_t q_root_find(const q_root *root, const char *path) {
    size_t low = 0, high = root->chunk_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(root->chunks[middle].first, path) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low ? low - 1 : 0;
}
