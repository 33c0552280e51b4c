/**
 * @file
 * What files lie in: packs with their index, blobs, lists of blocks. Input: a byte (which), then
 * what it needs; sizes and offsets of eight bytes, which may lie as they like.
 */
#include "store/repository/content.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "objects/memory/memory.h"
#include "store/repository/pack_index.h"

static const char pack_name[] = "0123456789abcdef0123456789abcdef";

typedef struct scene {
    q_repository repository;
    q_content *content;
    q_entry entry;
    char digest[Q_DIGEST_TEXT_SIZE];
} scene;

static void begin(scene *s) {
    quire_error error = {0};
    memset(s, 0, sizeof *s);
    s->repository.base.url = (char *)(uintptr_t) "memory";
    FUZZ_OK(q_objects_memory_new(&s->repository.objects, &error), &error);
    FUZZ_OK(q_content_new(&s->repository, &s->content, &error), &error);
    s->entry = (q_entry){.path = "a/file", .digest = s->digest};
}

static void end(scene *s) {
    q_content_free(s->content);
    q_objects_free(s->repository.objects);
}

static void put(scene *s, const q_key *key, const void *data, size_t size) {
    quire_error error = {0};
    FUZZ_OK(
        q_objects_put(s->repository.objects, key->text, Q_OBJECT_CONTENT, data, size, NULL, &error),
        &error);
}

static void digest_of(scene *s, const void *data, size_t size, bool blocks) {
    quire_error error = {0};
    char hex[Q_SHA256_HEX_SIZE];
    FUZZ_OK(q_sha256_hex(data, size, hex, &error), &error);
    snprintf(s->digest, sizeof s->digest, "%s%s", blocks ? Q_DIGEST_BLOCKS_PREFIX : "", hex);
}

static quire_status append(void *context, const void *data, size_t size) {
    return q_buffer_append(context, data, size, NULL);
}

/* What is handed out is what the digest is of. */
static void read_range(scene *s, uint64_t offset, uint64_t length, const fuzz_input *right) {
    quire_error error = {0};
    q_buffer out = {0};
    if (q_entry_check(&s->entry, &error)) {
        return; /* no manifest has such an entry */
    }
    quire_status status =
        q_content_read(s->content, &s->entry, offset, length, append, &out, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY || status == QUIRE_USAGE);
    FUZZ_CHECK(status != QUIRE_USAGE || offset > s->entry.size);
    if (!status && out.size > 0) { /* a range of no bytes may be had of anything */
        FUZZ_CHECK(right && s->entry.size == right->size && out.size <= right->size);
        FUZZ_CHECK(memcmp(out.data, right->data + offset, out.size) == 0);
    }
    q_buffer_clear(&out);
    status = q_content_copy(s->content, &s->entry, append, &out, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (!status) {
        FUZZ_CHECK(right && s->entry.size == right->size && out.size == right->size);
        FUZZ_CHECK(out.size == 0 || memcmp(out.data, right->data, out.size) == 0);
    }
    q_buffer_free(&out);
}

/* size, offset, from, length; content; LF; pack: an entry that lies about where it is. */
static void check_packed(scene *s, fuzz_input input) {
    quire_error error = {0};
    q_key key;
    s->entry.pack = pack_name;
    s->entry.size = fuzz_number(&input);
    s->entry.offset = fuzz_number(&input);
    uint64_t from = fuzz_number(&input), length = fuzz_number(&input);
    fuzz_input right = fuzz_until(&input, "\n");
    digest_of(s, right.data, right.size, false);
    FUZZ_OK(q_key_pack(&key, pack_name, &error), &error);
    put(s, &key, input.data, input.size);
    read_range(s, from, length, &right);
}

/* size, from, length; a byte: 1 when a bit of it is to flip; blob */
static void check_blob(scene *s, fuzz_input input) {
    quire_error error = {0};
    q_key key;
    q_buffer blob = {0};
    s->entry.size = fuzz_number(&input);
    uint64_t from = fuzz_number(&input), length = fuzz_number(&input);
    bool flip = fuzz_byte(&input) % 2;
    digest_of(s, input.data, input.size, false);
    FUZZ_OK(q_key_blob(&key, s->digest, &error), &error);
    fuzz_append(&blob, input.data, input.size);
    if (flip && blob.size > 0) {
        blob.data[blob.size / 2] ^= 1;
    }
    put(s, &key, blob.data, blob.size);
    read_range(s, from, length, flip && blob.size > 0 ? NULL : &input);
    q_buffer_free(&blob);
}

/* size, from, length; a blob ended by LF; a list of blocks that is what the digest says */
static void check_blocks(scene *s, fuzz_input input) {
    quire_error error = {0};
    q_key key;
    s->entry.size = fuzz_number(&input);
    uint64_t from = fuzz_number(&input), length = fuzz_number(&input);
    fuzz_input blob = fuzz_until(&input, "\n");
    q_buffer blocks = {0};
    char hex[Q_SHA256_HEX_SIZE];
    unsigned char raw[Q_SHA256_SIZE];
    if (input.size == 0) { /* an honest list of one block */
        q_sha256 *sha = NULL;
        FUZZ_OK(q_sha256_new(&sha, &error), &error);
        FUZZ_OK(q_sha256_update(sha, blob.data, blob.size, &error), &error);
        FUZZ_OK(q_sha256_final(sha, raw, &error), &error);
        q_sha256_free(sha);
        fuzz_append(&blocks, raw, sizeof raw);
    }
    fuzz_append(&blocks, input.data, input.size);
    digest_of(s, blocks.data, blocks.size, true);
    FUZZ_OK(q_sha256_hex(blob.data, blob.size, hex, &error), &error);
    FUZZ_OK(q_key_blob(&key, s->digest, &error), &error);
    put(s, &key, blob.data, blob.size);
    FUZZ_OK(q_key_blocks(&key, s->digest, &error), &error);
    put(s, &key, blocks.data, blocks.size);
    read_range(s, from, length, &blob);
    q_buffer_free(&blocks);
}

static void verify_pack(scene *s, const q_buffer *pack) {
    quire_error error = {0};
    q_key key;
    FUZZ_OK(q_key_pack(&key, pack_name, &error), &error);
    put(s, &key, pack->data, pack->size);
    quire_status status = q_pack_verify(&s->repository, key.text, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (status) {
        return;
    }
    /* What proves itself has no byte that could be another. */
    q_pack_tail tail;
    FUZZ_CHECK(pack->size >= Q_PACK_HEAD_SIZE + Q_PACK_TAIL_SIZE);
    const unsigned char *bytes = (const unsigned char *)pack->data;
    FUZZ_OK(q_pack_tail_decode(bytes + pack->size - Q_PACK_TAIL_SIZE, &tail, &error), &error);
    FUZZ_CHECK(tail.offset + tail.count * Q_PACK_INDEX_ENTRY_SIZE + Q_PACK_TAIL_SIZE == pack->size);
}

/* A pack as it is. */
static void check_pack(scene *s, fuzz_input input) {
    q_buffer pack = {0};
    fuzz_append(&pack, input.data, input.size);
    verify_pack(s, &pack);
    q_buffer_free(&pack);
}

/* count, offset; content ended by LF; an index, to which a tail is made that is honest about it */
static void check_index(scene *s, fuzz_input input) {
    quire_error error = {0};
    q_buffer pack = {0};
    unsigned char tail[Q_PACK_TAIL_SIZE];
    uint64_t count = fuzz_number(&input), offset = fuzz_number(&input);
    fuzz_input files = fuzz_until(&input, "\n");
    fuzz_append(&pack, Q_PACK_HEAD, Q_PACK_HEAD_SIZE);
    fuzz_append(&pack, files.data, files.size);
    if (count == 0) { /* honest */
        count = input.size / Q_PACK_INDEX_ENTRY_SIZE;
        offset = pack.size;
    }
    fuzz_append(&pack, input.data, input.size);
    FUZZ_OK(q_pack_tail_encode(tail, input.data, input.size, count, offset, &error), &error);
    fuzz_append(&pack, tail, sizeof tail);
    verify_pack(s, &pack);
    q_buffer_free(&pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const checks[])(scene *, fuzz_input) = {check_packed, check_blob, check_blocks,
                                                          check_pack, check_index};
    fuzz_input input = {data, size};
    scene s;
    begin(&s);
    uint8_t choice = fuzz_byte(&input);
    checks[choice % (sizeof checks / sizeof *checks)](&s, input);
    end(&s);
    return 0;
}
