/**
 * @file
 * One record of the cache: a file that looked so had this digest. What it looked like is its key:
 * device, inode, size, time of change of the content and of the inode.
 *
 * Kept and stored as 80 bytes: of the digest only its SHA-256, since whether it is one over blocks
 * follows from the size.
 */
#ifndef Q_CACHE_RECORD_H
#define Q_CACHE_RECORD_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/digest.h"

typedef struct q_cache_record {
    uint64_t device, inode, size;
    int64_t modified, changed; /**< nanoseconds since 1970 */
    uint64_t idle;             /**< how often the segment was written since the file was seen */
    unsigned char digest[Q_SHA256_SIZE];
} q_cache_record;

#define Q_CACHE_RECORD_SIZE 80

/** Fill the key. False for a time that cannot be told in nanoseconds: such a file has none. */
bool q_cache_record_of(const struct stat *status, q_cache_record *record);
/** Fill the digest from a file digest; the key's size says which form it must have. */
bool q_cache_record_set(q_cache_record *record, const char *digest);
/** The digest as text. */
void q_cache_record_text(const q_cache_record *record, char digest[Q_DIGEST_TEXT_SIZE]);
/** By key alone: below 0, 0, above 0. */
int q_cache_record_compare(const void *a, const void *b);
/** The record of `count` sorted ones that has the key of `key`, or NULL. Where several have it,
 * they must agree about the digest, else there is none: something is wrong with these times. */
q_cache_record *q_cache_record_find(q_cache_record *records, size_t count,
                                    const q_cache_record *key);
/** Between the host's order of bytes and that of a file, which is little endian. */
void q_cache_record_swap(q_cache_record *record);

#endif
