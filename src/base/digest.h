/**
 * @file
 * Digests. A plain SHA-256 for records and manifests (q_sha256), and the file digest of quire
 * (q_digest): of at most one 64 MiB block the plain SHA-256 in hexadecimal; of more, `sha256-64m:`
 * and the SHA-256 of the concatenated binary block digests. All through OpenSSL EVP.
 *
 * A store may have file digests of another kind, which it names (store.h): those of W&B are the
 * MD5 in base64.
 */
#ifndef Q_BASE_DIGEST_H
#define Q_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define Q_SHA256_SIZE 32
#define Q_SHA256_HEX_SIZE 65 /* with the NUL */
#define Q_DIGEST_BLOCK ((uint64_t)64 << 20)
#define Q_DIGEST_TEXT_SIZE 96
#define Q_DIGEST_BLOCKS_PREFIX "sha256-64m:"

/** The SHA-256 of some bytes, in hexadecimal. */
quire_status q_sha256_hex(const void *data, size_t size, char hex[Q_SHA256_HEX_SIZE],
                          quire_error *error);

/** The file digest of binary block digests, one after another: of more than one block. */
quire_status q_digest_of_blocks(const void *digests, size_t size, char text[Q_DIGEST_TEXT_SIZE],
                                quire_error *error);

/** How many blocks a file has; 0 of an empty one. */
uint64_t q_digest_count_blocks(uint64_t size);

/** A SHA-256 under way. */
typedef struct q_sha256 q_sha256;
quire_status q_sha256_new(q_sha256 **sha, quire_error *error);
void q_sha256_free(q_sha256 *sha);
quire_status q_sha256_update(q_sha256 *sha, const void *data, size_t size, quire_error *error);
/** End it; afterwards it is as new. */
quire_status q_sha256_final(q_sha256 *sha, unsigned char raw[Q_SHA256_SIZE], quire_error *error);
quire_status q_sha256_final_hex(q_sha256 *sha, char hex[Q_SHA256_HEX_SIZE], quire_error *error);

void q_hex(const unsigned char *raw, size_t size, char *hex);
/** Whether `text` begins with exactly 64 lower-case hexadecimal digits and then ends. */
bool q_is_sha256_hex(const char *text);
/** Whether `text` is a file digest: 64 digits, with or without the prefix. */
bool q_is_digest(const char *text);
/** Whose file digests: a store's, hence its entries'. */
typedef enum q_digest_kind {
    Q_DIGEST_SHA256, /**< quire's own */
    Q_DIGEST_MD5,    /**< W&B's: MD5 in base64 */
    Q_DIGEST_ANY     /**< for checks: either */
} q_digest_kind;
/** Whether `text` is a file digest of that kind. */
bool q_is_digest_of(q_digest_kind kind, const char *text);
/** Whether a file digest is one over blocks. */
bool q_digest_is_blocks(const char *text);
/** Its 64 hexadecimal digits, without the prefix. */
const char *q_digest_hex(const char *text);

/** A file digest under way. */
typedef struct q_digest q_digest;
quire_status q_digest_new(q_digest **digest, quire_error *error);
/** The same of another kind: SHA-256 or MD5. */
quire_status q_digest_new_of(q_digest_kind kind, q_digest **digest, quire_error *error);
void q_digest_free(q_digest *digest);
quire_status q_digest_update(q_digest *digest, const void *data, size_t size, quire_error *error);
/**
 * End it; afterwards it is as new.
 * @param blocks when not NULL, receives the binary block digests, one after another, if there is
 * more than one block, and becomes empty otherwise. Their SHA-256 is the digest.
 */
quire_status q_digest_final(q_digest *digest, char text[Q_DIGEST_TEXT_SIZE], q_buffer *blocks,
                            quire_error *error);

#endif
