/** @file SHA-256 against published vectors; the file digest against EVP used directly. */
#include "base/digest.h"

#include <openssl/evp.h>

#include "base/unit.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define TWO_BLOCKS "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
#define MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

/** FIPS 180-4's examples, of zero, one, two and many blocks of the hash. */
static void known_vectors(void **state) {
    (void)state;
    quire_error error = {0};
    char hex[Q_SHA256_HEX_SIZE];
    EXPECT(QUIRE_OK, q_sha256_hex(NULL, 0, hex, &error));
    assert_string_equal(hex, EMPTY);
    EXPECT(QUIRE_OK, q_sha256_hex("abc", 3, hex, &error));
    assert_string_equal(hex, ABC);
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    EXPECT(QUIRE_OK, q_sha256_hex(two, sizeof two - 1, hex, &error));
    assert_string_equal(hex, TWO_BLOCKS);
    q_sha256 *sha = NULL;
    EXPECT(QUIRE_OK, q_sha256_new(&sha, &error));
    for (int round = 0; round < 2; round++) { /* as new after its end */
        for (int i = 0; i < 1000; i++) {
            char piece[1000];
            memset(piece, 'a', sizeof piece);
            EXPECT(QUIRE_OK, q_sha256_update(sha, piece, sizeof piece, &error));
        }
        EXPECT(QUIRE_OK, q_sha256_final_hex(sha, hex, &error));
        assert_string_equal(hex, MILLION_A);
        EXPECT(QUIRE_OK, q_sha256_final_hex(sha, hex, &error));
        assert_string_equal(hex, EMPTY);
    }
    q_sha256_free(sha);
    q_sha256_free(NULL);
}

/** Bytes that differ from place to place, so that a shifted or repeated block shows. */
static void fill(unsigned char *data, size_t size, uint64_t at) {
    for (size_t i = 0; i < size; i++) {
        uint64_t x = (at + i) * UINT64_C(0x9E3779B97F4A7C15);
        data[i] = (unsigned char)(x >> 56);
    }
}

/** The digest of `size` such bytes by its definition. Returns the number of blocks. */
static size_t define(unsigned char *scratch, uint64_t size, char text[Q_DIGEST_TEXT_SIZE],
                     unsigned char *blocks) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t count = 0;
    unsigned char raw[32];
    for (uint64_t at = 0; at < size || count == 0; at += (uint64_t)64 << 20) {
        uint64_t end = size - at < (uint64_t)64 << 20 ? size : at + ((uint64_t)64 << 20);
        assert_true(EVP_DigestInit_ex(context, EVP_sha256(), NULL));
        for (uint64_t from = at; from < end; from += 1 << 20) {
            size_t part = end - from < 1 << 20 ? (size_t)(end - from) : 1 << 20;
            fill(scratch, part, from);
            assert_true(EVP_DigestUpdate(context, scratch, part));
        }
        assert_true(EVP_DigestFinal_ex(context, blocks + 32 * count++, NULL));
    }
    if (count > 1) {
        assert_true(EVP_Digest(blocks, 32 * count, raw, NULL, EVP_sha256(), NULL));
    } else {
        memcpy(raw, blocks, 32);
    }
    EVP_MD_CTX_free(context);
    strcpy(text, count > 1 ? "sha256-64m:" : "");
    for (size_t i = 0; i < 32; i++) {
        sprintf(text + strlen(text), "%02x", raw[i]);
    }
    return count;
}

static void check_size(q_digest *digest, uint64_t size, size_t piece) {
    quire_error error = {0};
    unsigned char *data = malloc(1 << 20 > piece ? 1 << 20 : piece), expected_blocks[32 * 8];
    char text[Q_DIGEST_TEXT_SIZE], expected[Q_DIGEST_TEXT_SIZE];
    q_buffer blocks = {0};
    EXPECT(QUIRE_OK, q_buffer_append_string(&blocks, "old", &error));
    size_t count = define(data, size, expected, expected_blocks);
    for (uint64_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? (size_t)(size - at) : piece;
        fill(data, part, at);
        EXPECT(QUIRE_OK, q_digest_update(digest, data, part, &error));
    }
    EXPECT(QUIRE_OK, q_digest_final(digest, text, &blocks, &error));
    assert_string_equal(text, expected);
    assert_int_equal(blocks.size, count > 1 ? 32 * count : 0);
    if (count > 1) {
        assert_memory_equal(blocks.data, expected_blocks, blocks.size);
    }
    assert_true(q_is_digest(text));
    assert_int_equal(q_digest_is_blocks(text), count > 1);
    assert_true(q_is_sha256_hex(q_digest_hex(text)));
    q_buffer_free(&blocks);
    free(data);
}

static void blocks_begin_beyond_64_mib(void **state) {
    (void)state;
    quire_error error = {0};
    q_digest *digest = NULL;
    const uint64_t block = (uint64_t)64 << 20;
    EXPECT(QUIRE_OK, q_digest_new(&digest, &error));
    check_size(digest, 0, 1);
    check_size(digest, 1000, 7);
    check_size(digest, block, 1 << 20);
    check_size(digest, block + 1, (1 << 20) + 13);
    check_size(digest, 5, 5);
    check_size(digest, 2 * block, (size_t)block + 12345);
    q_digest_free(digest);
    q_digest_free(NULL);
}

static void tells_digests_from_other_text(void **state) {
    (void)state;
    assert_true(q_is_sha256_hex(ABC));
    assert_true(q_is_digest("sha256-64m:" ABC));
    assert_false(q_is_sha256_hex("sha256-64m:" ABC));
    assert_false(q_is_digest("sha256-64m:sha256-64m:" ABC));
    assert_false(q_is_digest(""));
    assert_false(q_is_digest(ABC "0"));
    assert_false(q_is_digest("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert_false(q_is_digest("sha256-64m:"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_vectors),
        cmocka_unit_test(blocks_begin_beyond_64_mib),
        cmocka_unit_test(tells_digests_from_other_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
