/** @file The bytes of a pack's index and tail: see pack.h for the layout. */
#include "store/repository/pack_index.h"

#include <string.h>

static void put_u64(unsigned char *bytes, uint64_t number) {
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(number >> (8 * i));
    }
}

static uint64_t get_u64(const unsigned char *bytes) {
    uint64_t number = 0;
    for (int i = 7; i >= 0; i--) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static unsigned char nibble(char digit) {
    return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void put_hex(unsigned char *bytes, const char *hex) {
    for (int i = 0; i < Q_SHA256_SIZE; i++) {
        bytes[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
}

void q_pack_index_encode(unsigned char bytes[Q_PACK_INDEX_ENTRY_SIZE], const char *hex,
                         uint64_t offset, uint64_t size) {
    put_hex(bytes, hex);
    put_u64(bytes + 32, offset);
    put_u64(bytes + 40, size);
}

void q_pack_index_decode(const unsigned char bytes[Q_PACK_INDEX_ENTRY_SIZE],
                         q_pack_index_entry *entry) {
    q_hex(bytes, Q_SHA256_SIZE, entry->hex);
    entry->offset = get_u64(bytes + 32);
    entry->size = get_u64(bytes + 40);
}

quire_status q_pack_tail_encode(unsigned char bytes[Q_PACK_TAIL_SIZE], const void *index,
                                size_t index_size, uint64_t count, uint64_t offset,
                                quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_hex(index, index_size, hex, error);
    if (!status) {
        memcpy(bytes, Q_PACK_INDEX_HEAD, 16);
        put_u64(bytes + 16, count);
        put_u64(bytes + 24, offset);
        put_hex(bytes + 32, hex);
    }
    return status;
}

quire_status q_pack_tail_decode(const unsigned char bytes[Q_PACK_TAIL_SIZE], q_pack_tail *tail,
                                quire_error *error) {
    if (memcmp(bytes, Q_PACK_INDEX_HEAD, 16) != 0) {
        return q_error_set(error, QUIRE_INTEGRITY, "it does not end as a pack does");
    }
    tail->count = get_u64(bytes + 16);
    tail->offset = get_u64(bytes + 24);
    q_hex(bytes + 32, Q_SHA256_SIZE, tail->sha);
    return QUIRE_OK;
}
