/**
 * @file
 * SHA-256 through EVP, and the file digest over 64 MiB blocks. The algorithm is fetched once per
 * context and not once per digest: OpenSSL 3 looks it up in its providers, which costs more than
 * hashing a small file.
 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/md5.h"

#define HEX_DIGITS 64

struct q_sha256 {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
    bool begun; /**< the context may be used: after a beginning that failed it would crash */
};

struct q_digest {
    q_md5 *md5; /**< instead of all that follows; NULL: it is a SHA-256 */
    q_sha256 *sha;
    uint64_t in_block; /**< bytes of the block under way, which may be a full one */
    q_buffer blocks;   /**< digests of the blocks before it */
};

static quire_status sha_failed(quire_error *error) {
    /* Of the two it does not tell which: under memory pressure it reports SHA-256 as unknown. */
    return q_error_set(error, QUIRE_ERROR,
                       "the cryptographic library has no SHA-256, or no memory for it");
}

void q_hex(const unsigned char *raw, size_t size, char *hex) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digits[raw[i] >> 4];
        hex[2 * i + 1] = digits[raw[i] & 15];
    }
    hex[2 * size] = '\0';
}

/* Of each entry several times. No branch within the loop: nobody can predict digits. */
bool q_is_sha256_hex(const char *text) {
    if (strnlen(text, HEX_DIGITS + 1) != HEX_DIGITS) {
        return false;
    }
    unsigned wrong = 0;
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        unsigned c = (unsigned char)text[i];
        wrong |= (c - '0' > 9) & (c - 'a' > 5);
    }
    return !wrong;
}

bool q_digest_is_blocks(const char *text) {
    return strncmp(text, Q_DIGEST_BLOCKS_PREFIX, strlen(Q_DIGEST_BLOCKS_PREFIX)) == 0;
}

const char *q_digest_hex(const char *text) {
    return q_digest_is_blocks(text) ? text + strlen(Q_DIGEST_BLOCKS_PREFIX) : text;
}

bool q_is_digest(const char *text) {
    return q_is_sha256_hex(q_digest_hex(text));
}

bool q_is_digest_of(q_digest_kind kind, const char *text) {
    return (kind != Q_DIGEST_MD5 && q_is_digest(text)) ||
           (kind != Q_DIGEST_SHA256 && q_md5_from_base64(text, NULL));
}

quire_status q_sha256_hex(const void *data, size_t size, char hex[Q_SHA256_HEX_SIZE],
                          quire_error *error) {
    unsigned char raw[Q_SHA256_SIZE];
    if (!EVP_Q_digest(NULL, "SHA256", NULL, size ? data : "", size, raw, NULL)) {
        return sha_failed(error);
    }
    q_hex(raw, sizeof raw, hex);
    return QUIRE_OK;
}

quire_status q_digest_of_blocks(const void *digests, size_t size, char text[Q_DIGEST_TEXT_SIZE],
                                quire_error *error) {
    memcpy(text, Q_DIGEST_BLOCKS_PREFIX, sizeof Q_DIGEST_BLOCKS_PREFIX);
    return q_sha256_hex(digests, size, text + strlen(Q_DIGEST_BLOCKS_PREFIX), error);
}

uint64_t q_digest_count_blocks(uint64_t size) {
    return size / Q_DIGEST_BLOCK + (size % Q_DIGEST_BLOCK != 0);
}

quire_status q_sha256_new(q_sha256 **sha, quire_error *error) {
    *sha = calloc(1, sizeof **sha);
    if (!*sha) {
        return q_error_memory(error);
    }
    (*sha)->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    (*sha)->context = EVP_MD_CTX_new();
    if (!(*sha)->algorithm || !(*sha)->context) {
        q_sha256_free(*sha);
        *sha = NULL;
        return sha_failed(error);
    }
    return QUIRE_OK;
}

void q_sha256_free(q_sha256 *sha) {
    if (sha) {
        EVP_MD_CTX_free(sha->context);
        EVP_MD_free(sha->algorithm);
        free(sha);
    }
}

static bool begin(q_sha256 *sha) {
    sha->begun = sha->begun || EVP_DigestInit_ex2(sha->context, sha->algorithm, NULL);
    return sha->begun;
}

quire_status q_sha256_update(q_sha256 *sha, const void *data, size_t size, quire_error *error) {
    if (size > 0 && (!begin(sha) || !EVP_DigestUpdate(sha->context, data, size))) {
        return sha_failed(error);
    }
    return QUIRE_OK;
}

quire_status q_sha256_final(q_sha256 *sha, unsigned char raw[Q_SHA256_SIZE], quire_error *error) {
    bool done = begin(sha) && EVP_DigestFinal_ex(sha->context, raw, NULL);
    sha->begun = false;
    return done ? QUIRE_OK : sha_failed(error);
}

quire_status q_sha256_final_hex(q_sha256 *sha, char hex[Q_SHA256_HEX_SIZE], quire_error *error) {
    unsigned char raw[Q_SHA256_SIZE];
    quire_status status = q_sha256_final(sha, raw, error);
    if (status == QUIRE_OK) {
        q_hex(raw, sizeof raw, hex);
    }
    return status;
}

quire_status q_digest_new(q_digest **digest, quire_error *error) {
    return q_digest_new_of(Q_DIGEST_SHA256, digest, error);
}

quire_status q_digest_new_of(q_digest_kind kind, q_digest **digest, quire_error *error) {
    *digest = calloc(1, sizeof **digest);
    if (!*digest) {
        return q_error_memory(error);
    }
    quire_status status = kind == Q_DIGEST_MD5 ? q_md5_new(&(*digest)->md5, error)
                                               : q_sha256_new(&(*digest)->sha, error);
    if (status != QUIRE_OK) {
        free(*digest);
        *digest = NULL;
    }
    return status;
}

void q_digest_free(q_digest *digest) {
    if (digest) {
        q_md5_free(digest->md5);
        q_sha256_free(digest->sha);
        q_buffer_free(&digest->blocks);
        free(digest);
    }
}

static quire_status end_block(q_digest *digest, quire_error *error) {
    unsigned char raw[Q_SHA256_SIZE];
    quire_status status = q_sha256_final(digest->sha, raw, error);
    if (status == QUIRE_OK) {
        status = q_buffer_append(&digest->blocks, raw, sizeof raw, error);
    }
    digest->in_block = 0;
    return status;
}

quire_status q_digest_update(q_digest *digest, const void *data, size_t size, quire_error *error) {
    const unsigned char *from = data;
    quire_status status = QUIRE_OK;
    if (digest->md5) {
        return q_md5_update(digest->md5, data, size, error);
    }
    while (size > 0 && status == QUIRE_OK) {
        /* A full block ends only when more follows: a file of exactly one block is a plain one. */
        if (digest->in_block == Q_DIGEST_BLOCK) {
            status = end_block(digest, error);
        }
        uint64_t room = Q_DIGEST_BLOCK - digest->in_block;
        size_t part = size < room ? size : (size_t)room;
        if (status == QUIRE_OK) {
            status = q_sha256_update(digest->sha, from, part, error);
        }
        digest->in_block += part;
        from += part;
        size -= part;
    }
    return status;
}

quire_status q_digest_final(q_digest *digest, char text[Q_DIGEST_TEXT_SIZE], q_buffer *blocks,
                            quire_error *error) {
    quire_status status;
    if (blocks) {
        q_buffer_clear(blocks);
    }
    if (digest->md5) {
        unsigned char raw[Q_MD5_SIZE] = {0};
        status = q_md5_final(digest->md5, raw, error);
        q_md5_to_base64(raw, text);
        return status;
    }
    if (digest->blocks.size == 0) {
        status = q_sha256_final_hex(digest->sha, text, error);
    } else {
        status = end_block(digest, error);
        if (status == QUIRE_OK) {
            status = q_digest_of_blocks(digest->blocks.data, digest->blocks.size, text, error);
        }
        if (status == QUIRE_OK && blocks) {
            status = q_buffer_append(blocks, digest->blocks.data, digest->blocks.size, error);
        }
    }
    digest->in_block = 0;
    q_buffer_clear(&digest->blocks);
    return status;
}
