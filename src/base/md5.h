/**
 * @file
 * MD5 as W&B uses it: of files in base64, of manifests in hexadecimal. It tells content apart; it
 * is no proof against who makes two contents alike on purpose. Through OpenSSL EVP.
 */
#ifndef Q_BASE_MD5_H
#define Q_BASE_MD5_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define Q_MD5_SIZE 16
#define Q_MD5_HEX_SIZE 33    /* with the NUL */
#define Q_MD5_BASE64_SIZE 25 /* with the NUL */

/** An MD5 under way. */
typedef struct q_md5 q_md5;
quire_status q_md5_new(q_md5 **md5, quire_error *error);
void q_md5_free(q_md5 *md5);
quire_status q_md5_update(q_md5 *md5, const void *data, size_t size, quire_error *error);
/** End it; afterwards it is as new. */
quire_status q_md5_final(q_md5 *md5, unsigned char raw[Q_MD5_SIZE], quire_error *error);

void q_md5_to_base64(const unsigned char raw[Q_MD5_SIZE], char text[Q_MD5_BASE64_SIZE]);
/** Whether `text` is an MD5 in base64, and which; `raw` may be NULL. */
bool q_md5_from_base64(const char *text, unsigned char raw[Q_MD5_SIZE]);

/** Append bytes in standard base64. */
quire_status q_base64(q_buffer *out, const void *data, size_t size, quire_error *error);
/** Bytes of standard base64, padded; false when `text` is none, or has more than `room` bytes. */
bool q_base64_decode(const char *text, unsigned char *out, size_t room, size_t *size);

#endif
