/** @file Checking a pack by its own index: see pack.h. Holds one file and one piece of the index.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/pack_index.h"

typedef struct checking {
    q_object_reader *reader;
    uint64_t size;
    q_pack_tail tail;
    q_sha256 *index_sha;
    unsigned char *data; /* one file at a time */
} checking;

static quire_status read_exactly(const checking *pack, uint64_t offset, void *data, size_t size,
                                 quire_error *error) {
    size_t got = 0;
    quire_status status = q_object_reader_read(pack->reader, offset, data, size, &got, error);
    if (!status && got != size) {
        status = q_error_set(error, QUIRE_INTEGRITY, "it is cut short");
    }
    return status;
}

static quire_status check_frame(checking *pack, quire_error *error) {
    unsigned char bytes[Q_PACK_TAIL_SIZE];
    if (pack->size < Q_PACK_HEAD_SIZE + Q_PACK_TAIL_SIZE) {
        return q_error_set(error, QUIRE_INTEGRITY, "it is cut short");
    }
    quire_status status = read_exactly(pack, 0, bytes, Q_PACK_HEAD_SIZE, error);
    if (!status && memcmp(bytes, Q_PACK_HEAD, Q_PACK_HEAD_SIZE) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "it does not begin as a pack does");
    }
    if (!status) {
        status = read_exactly(pack, pack->size - Q_PACK_TAIL_SIZE, bytes, Q_PACK_TAIL_SIZE, error);
    }
    if (!status) {
        status = q_pack_tail_decode(bytes, &pack->tail, error);
    }
    uint64_t room = pack->size - Q_PACK_TAIL_SIZE;
    if (!status && (pack->tail.offset < Q_PACK_HEAD_SIZE || pack->tail.offset > room ||
                    (room - pack->tail.offset) % Q_PACK_INDEX_ENTRY_SIZE != 0 ||
                    (room - pack->tail.offset) / Q_PACK_INDEX_ENTRY_SIZE != pack->tail.count)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "its index does not fit its size");
    }
    return status;
}

static quire_status check_file(checking *pack, const q_pack_index_entry *entry, uint64_t expected,
                               quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    if (entry->offset != expected || entry->size > Q_PACK_FILE_MAX ||
        entry->size > pack->tail.offset - entry->offset) {
        return q_error_set(error, QUIRE_INTEGRITY, "its index names impossible places");
    }
    quire_status status = read_exactly(pack, entry->offset, pack->data, (size_t)entry->size, error);
    if (!status) {
        status = q_sha256_hex(pack->data, (size_t)entry->size, hex, error);
    }
    if (!status && strcmp(hex, entry->hex) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "the file of %" PRIu64 " bytes at %" PRIu64 " is damaged", entry->size,
                             entry->offset);
    }
    return status;
}

static quire_status check_files(checking *pack, quire_error *error) {
    quire_status status = QUIRE_OK;
    uint64_t expected = Q_PACK_HEAD_SIZE; /* files lie without gaps, in the order of the index */
    char sha[Q_SHA256_HEX_SIZE];
    for (uint64_t i = 0; !status && i < pack->tail.count; i++) {
        unsigned char bytes[Q_PACK_INDEX_ENTRY_SIZE];
        q_pack_index_entry entry;
        status =
            read_exactly(pack, pack->tail.offset + i * sizeof bytes, bytes, sizeof bytes, error);
        if (!status) {
            status = q_sha256_update(pack->index_sha, bytes, sizeof bytes, error);
        }
        if (!status) {
            q_pack_index_decode(bytes, &entry);
            status = check_file(pack, &entry, expected, error);
            expected += entry.size;
        }
    }
    if (!status) {
        status = q_sha256_final_hex(pack->index_sha, sha, error);
    }
    if (!status && (expected != pack->tail.offset || strcmp(sha, pack->tail.sha) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "its index is damaged");
    }
    return status;
}

quire_status q_pack_verify(q_repository *repository, const char *key, quire_error *error) {
    checking pack = {0};
    quire_status status =
        q_object_reader_open(repository->objects, key, &pack.size, &pack.reader, error);
    if (status) {
        return status;
    }
    pack.data = malloc(Q_PACK_FILE_MAX);
    status = pack.data ? q_sha256_new(&pack.index_sha, error) : q_error_memory(error);
    if (!status) {
        status = check_frame(&pack, error);
    }
    if (!status) {
        status = check_files(&pack, error);
    }
    if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "%s", key);
    }
    q_object_reader_free(pack.reader);
    q_sha256_free(pack.index_sha);
    free(pack.data);
    return status;
}
