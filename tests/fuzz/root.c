/**
 * @file
 * A root. Input: a byte, then a root as it is (even byte), or its lines alone, to which an honest
 * first line is made, digest and sums (odd byte).
 */
#include "manifest/root.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "fuzz.h"
#include "manifest/chunk.h"
#include "manifest/line.h"

/* What the lines say, however wrong it is; the parser is to judge. */
static void honest_header(q_buffer *out, const fuzz_input *input) {
    uint64_t entries = 0, bytes = 0, chunks = 0;
    const char *line = NULL;
    size_t position = 0, length = 0;
    quire_error error = {0};
    q_buffer digests = {0};
    char hex[Q_SHA256_HEX_SIZE];
    fuzz_append(&digests, "quire-manifest-1\n", 17);
    while (
        !q_line_next((const char *)input->data, input->size, &position, &line, &length, &error) &&
        line) {
        cJSON *value = NULL;
        uint64_t number = 0;
        const char *digest = "";
        chunks++;
        if (q_json_parse(line, length, SIZE_MAX, Q_JSON_DEPTH, &value, &error)) {
            continue;
        }
        entries += q_json_uint(value, "entries", &number, &error) ? 0 : number;
        bytes += q_json_uint(value, "bytes", &number, &error) ? 0 : number;
        if (!q_json_string(value, "digest", &digest, &error)) {
            fuzz_append(&digests, digest, strlen(digest));
            fuzz_append(&digests, "\n", 1);
        }
        cJSON_Delete(value);
    }
    FUZZ_OK(q_sha256_hex(digests.data, digests.size, hex, &error), &error);
    FUZZ_OK(q_buffer_printf(out, &error,
                            "{\"quire\":\"root\",\"format\":1,\"entries\":%" PRIu64
                            ",\"bytes\":%" PRIu64 ",\"chunks\":%" PRIu64 ",\"digest\":\"%s\"}\n",
                            entries, bytes, chunks, hex),
            &error);
    q_buffer_free(&digests);
}

static void check_root(const q_root *root) {
    uint64_t entries = 0, bytes = 0;
    FUZZ_CHECK(root->entries <= Q_ENTRY_SIZE_MAX && root->bytes <= Q_ENTRY_SIZE_MAX);
    for (size_t i = 0; i < root->chunk_count; i++) {
        const q_chunk_summary *chunk = &root->chunks[i];
        FUZZ_CHECK(i == 0 || strcmp(root->chunks[i - 1].first, chunk->first) < 0);
        FUZZ_CHECK(chunk->entries > 0 && chunk->entries <= chunk->weight);
        FUZZ_CHECK(chunk->size <= Q_CHUNK_OBJECT_MAX && chunk->entries <= chunk->size);
        FUZZ_CHECK(q_is_sha256_hex(chunk->digest) && q_is_sha256_hex(chunk->object));
        FUZZ_CHECK(q_root_find(root, chunk->first) == i);
        entries += chunk->entries;
        bytes += chunk->bytes;
    }
    FUZZ_CHECK(root->entries == entries && root->bytes == bytes);
    FUZZ_CHECK(q_root_find(root, "") == 0);
    FUZZ_CHECK(q_root_find(root, "\xff") == (root->chunk_count ? root->chunk_count - 1 : 0));
}

static void check_print(const q_root *root) {
    quire_error error = {0};
    q_buffer first = {0}, second = {0};
    q_root again = {0};
    FUZZ_OK(q_root_print(&first, root, &error), &error);
    FUZZ_OK(q_root_parse(first.data, first.size, &again, &error), &error);
    FUZZ_CHECK(strcmp(again.digest, root->digest) == 0);
    FUZZ_OK(q_root_print(&second, &again, &error), &error);
    FUZZ_CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    q_root_free(&again);
    q_buffer_free(&first);
    q_buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    quire_error error = {0};
    q_root root = {0};
    q_buffer text = {0};
    if (fuzz_byte(&input) % 2) {
        honest_header(&text, &input);
    }
    fuzz_append(&text, input.data, input.size);
    quire_status status = q_root_parse(text.data ? text.data : "", text.size, &root, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY ||
               strstr(error.message, "newer format"));
    if (!status) {
        check_root(&root);
        check_print(&root);
    } else {
        FUZZ_CHECK(root.chunk_count == 0 && !root.chunks);
    }
    q_root_free(&root);
    q_buffer_free(&text);
    return 0;
}
