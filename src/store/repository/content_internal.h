/** @file What the files of contents share: the handle, and one checked piece of an object. */
#ifndef Q_REPOSITORY_CONTENT_INTERNAL_H
#define Q_REPOSITORY_CONTENT_INTERNAL_H

#include "base/digest.h"
#include "store/repository/content.h"
#include "store/repository/pack.h"

#define Q_CONTENT_OPEN_PACKS 8

typedef struct q_content_pack {
    q_object_reader *reader; /**< NULL: the slot is free */
    char name[Q_PACK_NAME_SIZE];
    uint64_t size;
    uint64_t used; /**< when, by the count of reads */
} q_content_pack;

struct q_content {
    q_repository *repository;
    q_content_pack packs[Q_CONTENT_OPEN_PACKS];
    uint64_t reads;
    unsigned char *block; /**< what is being checked */
    size_t capacity;
    q_sha256 *sha;
};

/** Bytes of an object that have a digest of their own. All borrowed. */
typedef struct q_content_span {
    q_object_reader *reader;
    uint64_t offset, size;
    const char *hex; /**< their SHA-256 */
    const q_key *key;
    const char *path; /**< of the entry, for messages */
} q_content_span;

/** Let the block hold `size` bytes. It grows to what is needed and no further: most files are
 *  small. */
quire_status q_content_make_room(q_content *content, uint64_t size, quire_error *error);
/** Read a span into the block and check it. */
quire_status q_content_read_span(q_content *content, const q_content_span *span,
                                 quire_error *error);
/** Give bytes of the block to the sink. The block is taken away meanwhile: the sink may read other
 *  files by the same handle. */
quire_status q_content_hand_out(q_content *content, uint64_t offset, uint64_t length,
                                q_content_sink sink, void *context, const char *path,
                                quire_error *error);

/** QUIRE_INTEGRITY, in words. */
quire_status q_content_missing(const q_key *key, const char *path, quire_error *error);
quire_status q_content_damaged(const q_key *key, const char *path, quire_error *error);

/** q_content_read() and q_content_copy() of an entry that is a blob, not empty; the latter from the
 *  beginning of a block to that of another, or to the end. */
quire_status q_content_read_blob(q_content *content, const q_entry *entry, uint64_t offset,
                                 uint64_t length, q_content_sink sink, void *context,
                                 quire_error *error);
quire_status q_content_copy_blob(q_content *content, const q_entry *entry, uint64_t begin,
                                 uint64_t end, q_content_sink sink, void *context,
                                 quire_error *error);

#endif
