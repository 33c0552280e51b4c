/**
 * @file
 * A segment: the records of one writer, sorted by key, in one file.
 *
 *     16 bytes   "quire-cache-1" LF, NUL to the end
 *      8         how many records
 *      8         zeros
 *     32         SHA-256 of the 32 bytes before and of the records
 *     80 each    a record; numbers are little endian
 *
 * A file that is not exactly that is damaged and tells nothing: a wrong bit must never become a
 * wrong digest. It is read and not mapped, since a mapped file that another process replaces or
 * that a server takes away ends the process.
 */
#ifndef Q_CACHE_SEGMENT_H
#define Q_CACHE_SEGMENT_H

#include "cache/record.h"

#define Q_CACHE_HEADER_SIZE 64
/** What a segment has at most, 1.3 GB; further files are not remembered. */
#define Q_CACHE_RECORDS_MAX ((size_t)1 << 24)

/** Zero-initialise. */
typedef struct q_cache_segment {
    q_cache_record *records;
    size_t count;
} q_cache_segment;

void q_cache_segment_free(q_cache_segment *segment);

/** Read a segment from the beginning of a file. QUIRE_INTEGRITY for a damaged one.
 *  @param size of the file */
quire_status q_cache_segment_read(q_cache_segment *segment, int fd, uint64_t size, const char *name,
                                  quire_error *error);

/** Write one, into an empty file, out of two sorted runs of records with no key in common. */
quire_status q_cache_segment_write(int fd, const q_cache_record *one, size_t one_count,
                                   const q_cache_record *other, size_t other_count,
                                   const char *name, quire_error *error);

#endif
