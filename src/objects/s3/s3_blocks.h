/**
 * @file
 * Blocks of objects that are read from front to back, kept for a while: several threads that read
 * the small files of one pack by turns fetch each of its blocks once, and while one is used, those
 * behind it are on their way. Objects never change, so a block is never out of date.
 */
#ifndef Q_S3_BLOCKS_H
#define Q_S3_BLOCKS_H

#include "objects/s3/s3_request.h"

#define Q_S3_BLOCK ((uint64_t)4 << 20)

typedef struct q_s3_blocks q_s3_blocks;

quire_status q_s3_blocks_new(q_s3_client *client, q_s3_blocks **blocks, quire_error *error);
void q_s3_blocks_free(q_s3_blocks *blocks);

/** Copy bytes that lie within one block of an object of `size` bytes; asks for those behind it. */
quire_status q_s3_blocks_read(q_s3_blocks *blocks, const char *key, uint64_t size, uint64_t offset,
                              void *data, size_t count, quire_error *error);

#endif
