/** @file The bytes of a pack's index and tail. */
#ifndef Q_REPOSITORY_PACK_INDEX_H
#define Q_REPOSITORY_PACK_INDEX_H

#include "store/repository/pack.h"

/** 16 bytes, the NULs included. */
#define Q_PACK_HEAD "quire-pack-1\n\0\0"
#define Q_PACK_INDEX_HEAD "quire-index-1\n\0"

typedef struct q_pack_index_entry {
    char hex[Q_SHA256_HEX_SIZE];
    uint64_t offset, size;
} q_pack_index_entry;

void q_pack_index_encode(unsigned char bytes[Q_PACK_INDEX_ENTRY_SIZE], const char *hex,
                         uint64_t offset, uint64_t size);
void q_pack_index_decode(const unsigned char bytes[Q_PACK_INDEX_ENTRY_SIZE],
                         q_pack_index_entry *entry);

typedef struct q_pack_tail {
    uint64_t count, offset; /**< of the index */
    char sha[Q_SHA256_HEX_SIZE];
} q_pack_tail;

quire_status q_pack_tail_encode(unsigned char bytes[Q_PACK_TAIL_SIZE], const void *index,
                                size_t index_size, uint64_t count, uint64_t offset,
                                quire_error *error);
/** QUIRE_INTEGRITY, without a name, when it is none. */
quire_status q_pack_tail_decode(const unsigned char bytes[Q_PACK_TAIL_SIZE], q_pack_tail *tail,
                                quire_error *error);

#endif
