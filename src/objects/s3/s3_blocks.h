/**
 * @file
 * Blocks of objects that are read from front to back, kept for a while: several threads that read
 * the small files of one pack by turns fetch each of its blocks once, and while one is used, those
 * behind it are on their way. A block is of an object as its ETag names it: should one be replaced,
 * against the rules, who opens it anew reads what is there now.
 */
#ifndef Q_S3_BLOCKS_H
#define Q_S3_BLOCKS_H

#include "objects/s3/s3_request.h"

#define Q_S3_BLOCK ((uint64_t)4 << 20)

typedef struct q_s3_blocks q_s3_blocks;

quire_status q_s3_blocks_new(q_s3_client *client, q_s3_blocks **blocks, quire_error *error);
void q_s3_blocks_free(q_s3_blocks *blocks);

/** An object, as it was when it was opened. Borrowed. */
typedef struct q_s3_read {
    const char *key, *etag;
    uint64_t size;
} q_s3_read;

/** Copy bytes that lie within one block of an object; asks for those behind it. */
quire_status q_s3_blocks_read(q_s3_blocks *blocks, const q_s3_read *object, uint64_t offset,
                              void *data, size_t count, quire_error *error);

#endif
