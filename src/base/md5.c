/** @file MD5 and base64: see md5.h. */
#include "base/md5.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct q_md5 {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
    bool begun;
};

static quire_status md5_failed(quire_error *error) {
    return q_error_set(error, QUIRE_ERROR,
                       "the cryptographic library has no MD5, or no memory for it");
}

quire_status q_md5_new(q_md5 **md5, quire_error *error) {
    *md5 = calloc(1, sizeof **md5);
    if (!*md5) {
        return q_error_memory(error);
    }
    (*md5)->algorithm = EVP_MD_fetch(NULL, "MD5", NULL);
    (*md5)->context = EVP_MD_CTX_new();
    if (!(*md5)->algorithm || !(*md5)->context) {
        q_md5_free(*md5);
        *md5 = NULL;
        return md5_failed(error);
    }
    return QUIRE_OK;
}

void q_md5_free(q_md5 *md5) {
    if (md5) {
        EVP_MD_CTX_free(md5->context);
        EVP_MD_free(md5->algorithm);
        free(md5);
    }
}

static bool begin(q_md5 *md5) {
    md5->begun = md5->begun || EVP_DigestInit_ex2(md5->context, md5->algorithm, NULL);
    return md5->begun;
}

quire_status q_md5_update(q_md5 *md5, const void *data, size_t size, quire_error *error) {
    if (size > 0 && (!begin(md5) || !EVP_DigestUpdate(md5->context, data, size))) {
        return md5_failed(error);
    }
    return QUIRE_OK;
}

quire_status q_md5_final(q_md5 *md5, unsigned char raw[Q_MD5_SIZE], quire_error *error) {
    bool done = begin(md5) && EVP_DigestFinal_ex(md5->context, raw, NULL);
    md5->begun = false;
    return done ? QUIRE_OK : md5_failed(error);
}

/* --- base64 (RFC 4648) --- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_group(const unsigned char *data, size_t size, char text[4]) {
    uint32_t bits = (uint32_t)data[0] << 16;
    bits |= size > 1 ? (uint32_t)data[1] << 8 : 0;
    bits |= size > 2 ? (uint32_t)data[2] : 0;
    for (size_t i = 0; i < 4; i++) {
        text[i] = i <= size ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
}

quire_status q_base64(q_buffer *out, const void *data, size_t size, quire_error *error) {
    const unsigned char *bytes = data;
    quire_status status = q_buffer_reserve(out, (size + 2) / 3 * 4, error);
    for (size_t i = 0; i < size && !status; i += 3) {
        char text[4];
        encode_group(bytes + i, size - i < 3 ? size - i : 3, text);
        status = q_buffer_append(out, text, sizeof text, error);
    }
    return status;
}

static int value_of(char c) {
    const char *found = c ? strchr(alphabet, c) : NULL;
    return found ? (int)(found - alphabet) : -1;
}

bool q_base64_decode(const char *text, unsigned char *out, size_t room, size_t *size) {
    size_t length = strlen(text), padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=') {
        padding++;
    }
    *size = length / 4 * 3 - (length ? padding : 0);
    if (length % 4 != 0 || *size > room) {
        return false;
    }
    uint32_t bits = 0;
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        int value = i < length - padding ? value_of(text[i]) : 0;
        if (value < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        for (int shift = 16; i % 4 == 3 && shift >= 0; shift -= 8) {
            unsigned char byte = bits >> shift & 0xff;
            if (at < *size) {
                out[at++] = byte;
            } else if (byte != 0) { /* the same bytes have one spelling */
                return false;
            }
        }
    }
    return true;
}

void q_md5_to_base64(const unsigned char raw[Q_MD5_SIZE], char text[Q_MD5_BASE64_SIZE]) {
    for (size_t i = 0; i < Q_MD5_SIZE; i += 3) {
        encode_group(raw + i, Q_MD5_SIZE - i < 3 ? Q_MD5_SIZE - i : 3, text + i / 3 * 4);
    }
    text[Q_MD5_BASE64_SIZE - 1] = '\0';
}

bool q_md5_from_base64(const char *text, unsigned char raw[Q_MD5_SIZE]) {
    unsigned char room[Q_MD5_SIZE];
    size_t size = 0;
    bool is = strlen(text) == Q_MD5_BASE64_SIZE - 1 &&
              q_base64_decode(text, room, sizeof room, &size) && size == Q_MD5_SIZE;
    if (is && raw) {
        memcpy(raw, room, sizeof room);
    }
    return is;
}
