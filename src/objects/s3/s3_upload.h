/**
 * @file
 * Uploads of many parts, of which some are on their way while the next is filled.
 *
 * Parts are of sizes that S3 allows, and such that a part's number says where it lies: 16 MiB for
 * the first 1,000, then 64 MiB, from number 7,001 on 512 MiB; 1.8 TiB in all.
 */
#ifndef Q_S3_UPLOAD_H
#define Q_S3_UPLOAD_H

#include "objects/s3/s3_internal.h"

#define Q_S3_PART_FIRST ((uint64_t)16 << 20)
/** What lies before this offset is in parts that do not go beyond multiples of 64 MiB. */
#define Q_S3_EVEN_MAX (((uint64_t)1000 * 16 + (uint64_t)6000 * 64) << 20)

typedef struct q_s3_upload q_s3_upload;

/** The part that holds the byte at `offset`; 0: none can. */
unsigned q_s3_part_at(uint64_t offset, uint64_t *begin, uint64_t *size);

/**
 * Begin an upload.
 * @param parts metadata, see q_s3_copy()
 * @param only_once when the answer is lost, fail, rather than perhaps leave a second one
 */
quire_status q_s3_upload_begin(q_s3 *s3, const char *key, const char *parts, bool only_once,
                               q_s3_upload **upload, quire_error *error);
/** Find one that somebody has begun; `*upload` stays NULL when there is none. */
quire_status q_s3_upload_find(q_s3 *s3, const char *key, q_s3_upload **upload, quire_error *error);
/** The same upload for another thread of this process, to send parts of its own. */
quire_status q_s3_upload_join(const q_s3_upload *upload, q_s3_upload **joined, quire_error *error);
/** Frees; what is under way is given up, the upload itself stays as it is. NULL is fine. */
void q_s3_upload_free(q_s3_upload *upload);

/** Send a part, whose bytes it takes over. It may be under way when this returns. */
quire_status q_s3_upload_send(q_s3_upload *upload, unsigned number, q_buffer *data,
                              quire_error *error);
/** Have the server take a part from another object. It may be under way when this returns; `source`
 *  is borrowed until all are settled. */
quire_status q_s3_upload_copy(q_s3_upload *upload, unsigned number, const char *source,
                              uint64_t first, uint64_t last, quire_error *error);
/** Wait for all parts. */
quire_status q_s3_upload_settle(q_s3_upload *upload, quire_error *error);
/** Learn which parts there are, whoever has sent them; the sum of their sizes. */
quire_status q_s3_upload_survey(q_s3_upload *upload, uint64_t *size, quire_error *error);
/** Whether a part was sent, or is known from a survey. */
bool q_s3_upload_has(const q_s3_upload *upload, unsigned number);
/** Make the object; settles before. */
quire_status q_s3_upload_complete(q_s3_upload *upload, quire_error *error);
/** Give it up on the server, too; as well as that can be done. */
void q_s3_upload_abort(q_s3_upload *upload);
/** The SHA-256 over the ETags of its parts, all of which are there. */
quire_status q_s3_upload_parts(q_s3_upload *upload, char hex[Q_SHA256_HEX_SIZE],
                               quire_error *error);

/* s3_part.c */

/** A run of an upload, which it takes over, also when it fails. */
quire_status q_s3_part_new(q_objects *objects, q_s3_upload *upload, uint64_t size, uint64_t offset,
                           q_object_part **part, quire_error *error);

#endif
