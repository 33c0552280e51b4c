/**
 * @file
 * A block of a file (base/digest.h): read in pieces, hashed, and handed on in the same pass. Blocks
 * of one source may be read by several threads at once.
 */
#ifndef Q_BASE_BLOCK_H
#define Q_BASE_BLOCK_H

#include "base/digest.h"
#include "base/source.h"

/** Where its bytes go, in order. Another status than QUIRE_OK ends the reading. */
typedef quire_status (*q_block_sink)(void *context, const void *data, size_t size,
                                     quire_error *error);

/**
 * Read and digest a block of a source that is a file. Whether the file has changed,
 * q_source_check() tells when all blocks were read.
 * @param sink NULL: the bytes are wanted for the digest alone
 */
quire_status q_block_read(const q_source *source, uint64_t number, q_block_sink sink, void *context,
                          unsigned char digest[Q_SHA256_SIZE], quire_error *error);

#endif
