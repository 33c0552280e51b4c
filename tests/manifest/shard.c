/** @file Shards: streams in pieces of any size, order, long lines, what the summary says. */
#include "base/unit.h"
#include "manifest/shard_stream.h"

static void test_pieces(void **state) {
    (void)state;
    static const size_t pieces[] = {0, 1, 7, 100, 65536};
    entry_set set = {0};
    shard_stream stream;
    quire_error error = {0};
    entry_set_fill(&set, 3000);
    shard_stream_write(&stream, &set);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const q_entry *entry = NULL;
        stream.piece = pieces[i];
        shard_stream_open(&stream);
        for (size_t at = 0; at < set.count; at++) {
            EXPECT(QUIRE_OK, shard_stream_next(&stream, &entry, &error));
            assert_string_equal(entry->path, set.boxes[at].entry.path);
            assert_true(q_entry_same(entry, &set.boxes[at].entry));
        }
        EXPECT(QUIRE_OK, shard_stream_next(&stream, &entry, &error));
        assert_null(entry);
        EXPECT(QUIRE_OK, shard_stream_next(&stream, &entry, &error));
        assert_null(entry);
    }
    shard_stream_free(&stream);
    entry_set_free(&set);
}

static void test_empty(void **state) {
    (void)state;
    entry_set set = {0};
    shard_stream stream;
    quire_error error = {0};
    shard_stream_write(&stream, &set);
    assert_string_equal(stream.bytes.data, "{\"quire\":\"shard\",\"format\":1}\n");
    assert_int_equal(stream.summary.entries, 0);
    EXPECT(QUIRE_OK, shard_stream_read(&stream, &error));
    shard_stream_free(&stream);
}

static void test_summary(void **state) {
    (void)state;
    entry_set set = {0};
    shard_stream stream;
    entry_set_fill(&set, 10);
    shard_stream_write(&stream, &set);
    q_shard_summary truth = stream.summary;
    assert_int_equal(truth.entries, 10);
    assert_int_equal(truth.bytes, 45);
    for (int lie = 0; lie < 8; lie++) {
        quire_error error = {0};
        stream.summary = truth;
        stream.summary.entries += lie == 0 ? 1 : lie == 1 ? UINT64_MAX : 0;
        stream.summary.bytes += lie == 2;
        stream.summary.size += lie == 3 ? 1 : lie == 4 ? UINT64_MAX : 0;
        stream.summary.digest[0] = lie == 5 ? 'g' : truth.digest[0];
        stream.summary.object[0] = lie == 6 ? 'g' : truth.object[0];
        EXPECT(lie == 7 ? QUIRE_OK : QUIRE_INTEGRITY, shard_stream_read(&stream, &error));
    }
    shard_stream_free(&stream);
    entry_set_free(&set);
}

static quire_status no_sink(void *context, const void *data, size_t size, quire_error *error) {
    (void)context, (void)data, (void)size;
    return q_error_set(error, QUIRE_ERROR, "no space");
}

static void test_writer_refuses(void **state) {
    (void)state;
    q_shard_writer *writer = NULL;
    q_shard_summary summary;
    quire_error error = {0};
    EXPECT(QUIRE_OK, q_shard_writer_new(no_sink, NULL, &writer, &error));
    q_entry b = file_entry("b", 1);
    EXPECT(QUIRE_OK, q_shard_writer_add(writer, &b, &error));
    EXPECT(QUIRE_USAGE, q_shard_writer_add(writer, &b, &error));
    b.path = "a";
    EXPECT(QUIRE_USAGE, q_shard_writer_add(writer, &b, &error));
    b.path = "c\n";
    EXPECT(QUIRE_USAGE, q_shard_writer_add(writer, &b, &error));
    EXPECT(QUIRE_ERROR, q_shard_writer_finish(writer, &summary, &error));
    q_shard_writer_free(writer);
}

/** A text with the summary's size and SHA-256 as they are, so that only its lines are at fault. */
static quire_status read_text(const char *text, size_t size, uint64_t entries, quire_error *error) {
    shard_stream stream = {0};
    assert_int_equal(q_buffer_append(&stream.bytes, text, size, error), QUIRE_OK);
    assert_int_equal(q_sha256_hex(text, size, stream.summary.object, error), QUIRE_OK);
    stream.summary.size = size;
    stream.summary.entries = entries;
    quire_status status = shard_stream_read(&stream, error);
    shard_stream_free(&stream);
    return status;
}

#define ENTRY(path) "{\"path\":\"" path "\",\"digest\":\"e\",\"ref\":\"x:y\"}\n"

static void test_hostile_lines(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } texts[] = {{"", "empty"},
                 {"\n", "JSON"},
                 {"{\"quire\":\"root\",\"format\":1}\n", "no shard"},
                 {Q_SHARD_HEADER ENTRY("b") ENTRY("a"), "comes after"},
                 {Q_SHARD_HEADER ENTRY("b") ENTRY("b"), "comes after"},
                 {Q_SHARD_HEADER ENTRY("a") ENTRY("b") ENTRY("c"), "more entries"},
                 {Q_SHARD_HEADER ENTRY("a") "{}", "cut short"},
                 {Q_SHARD_HEADER ENTRY("../a"), "../a"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        quire_error error = {0};
        EXPECT(QUIRE_INTEGRITY, read_text(texts[i].text, strlen(texts[i].text), 2, &error));
        EXPECT_MESSAGE(texts[i].message);
        EXPECT_MESSAGE("shard");
    }
    quire_error error = {0};
    static const char newer[] = "{\"quire\":\"shard\",\"format\":2}\n";
    EXPECT(QUIRE_ERROR, read_text(newer, sizeof newer - 1, 0, &error));
    EXPECT_MESSAGE("newer format");
    size_t size = 1 << 20;
    char *endless = malloc(size);
    assert_non_null(endless);
    memset(endless, ' ', size);
    EXPECT(QUIRE_INTEGRITY, read_text(endless, size, 0, &error));
    EXPECT_MESSAGE("a line of more than");
    free(endless);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces), cmocka_unit_test(test_empty), cmocka_unit_test(test_summary),
        cmocka_unit_test(test_writer_refuses), cmocka_unit_test(test_hostile_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
