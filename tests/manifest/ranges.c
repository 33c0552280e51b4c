/** @file Samples of a shard: they fit into the room there is, whatever its paths are like. */
#include "manifest/ranges.h"

#include "base/unit.h"
#include "manifest/chunk.h"

#define BOUNDARIES 12

/** The line of an empty file. */
static void add_line(q_buffer *text, const char *path) {
    quire_error error = {0};
    char digest[Q_DIGEST_TEXT_SIZE];
    EXPECT(QUIRE_OK, q_sha256_hex("", 0, digest, &error));
    const q_entry entry = {.path = path, .digest = digest};
    EXPECT(QUIRE_OK, q_entry_print(text, &entry, &error));
}

/** Some paths before which a chunk begins, in their order, as lines; all of one length. */
static size_t add_boundaries(q_buffer *text, size_t length) {
    quire_error error = {0};
    q_sha256 *sha = NULL;
    size_t found = 0;
    char *path = calloc(length + 1, 1);
    assert_non_null(path);
    memset(path, 'p', length);
    EXPECT(QUIRE_OK, q_sha256_new(&sha, &error));
    for (unsigned i = 0; found < BOUNDARIES; i++) {
        bool is_boundary = false;
        char number[8];
        snprintf(number, sizeof number, "%07u", i);
        memcpy(path, number, 7);
        EXPECT(QUIRE_OK, q_chunk_is_boundary(sha, Q_CHUNK_AVERAGE, path, &is_boundary, &error));
        if (is_boundary) {
            add_line(text, path);
            found++;
        }
    }
    q_sha256_free(sha);
    free(path);
    return found;
}

static size_t count(const q_buffer *samples, char letter) {
    size_t records = 0;
    for (size_t at = 0; at < samples->size; at += strlen(samples->data + at) + 1) {
        records += samples->data[at] == letter;
    }
    return records;
}

/** As many entries as make it look for all boundaries. */
static void sample(const q_buffer *text, size_t room, q_buffer *out) {
    quire_error error = {0};
    q_buffer_clear(out);
    EXPECT(QUIRE_OK, q_ranges_sample(text->data, text->size, (uint64_t)Q_CHUNK_AVERAGE * 1000, 1000,
                                     room, out, &error));
}

static void samples_fit(void **state) {
    q_buffer text = {0}, out = {0};
    char last[4001] = {0};
    (void)state;
    add_boundaries(&text, 300);
    memset(last, 'z', sizeof last - 1);
    add_line(&text, last);
    for (size_t room = 0; room < 9000; room += 7) {
        sample(&text, room, &out);
        assert_true(out.size <= room);
    }
    sample(&text, 100, &out);
    assert_int_equal(out.size, 0);
    sample(&text, 1000, &out); /* not enough for the end, which is left out */
    assert_int_equal(count(&out, 'b'), 3);
    assert_int_equal(count(&out, 'e'), 0);
    sample(&text, 4400, &out);
    assert_int_equal(count(&out, 'b'), 1);
    assert_int_equal(count(&out, 'e'), 1);
    sample(&text, 65536, &out);
    assert_int_equal(count(&out, 'b'), BOUNDARIES);
    assert_int_equal(count(&out, 'e'), 1);
    q_buffer_free(&text);
    q_buffer_free(&out);
}

/** Nothing of a shard without lines. */
static void nothing(void **state) {
    q_buffer text = {0}, out = {0};
    (void)state;
    sample(&text, 65536, &out);
    assert_int_equal(out.size, 0);
    q_buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_fit),
        cmocka_unit_test(nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
