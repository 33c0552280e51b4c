/** @file Roots: order, sums, and texts that are refused. */
#include "base/unit.h"
#include "manifest/chunk.h"
#include "manifest/line.h"

#define HEX "6afc161b064da18f3bc85420f0c31f7657127dd3cf279141a6fb76c6b2043c58"
#define CHUNK(first, entries, bytes)                                                               \
    "{\"first\":\"" first "\",\"entries\":" entries ",\"bytes\":" bytes                            \
    ",\"weight\":90,\"digest\":\"" HEX "\",\"object\":\"" HEX "\",\"size\":99}\n"
#define HEADER(entries, bytes, chunks)                                                             \
    "{\"quire\":\"root\",\"format\":1,\"entries\":" entries ",\"bytes\":" bytes                    \
    ",\"chunks\":" chunks ",\"digest\":\"" HEX "\"}\n"

static quire_status parse(const char *text, quire_error *error) {
    q_root root = {0};
    quire_status status = q_root_parse(text, strlen(text), &root, error);
    q_root_free(&root);
    return status;
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } texts[] = {
        {"", "empty"},
        {"{}\n", "quire"},
        {"[]\n", "quire"},
        {"{\"quire\":\"chunk\",\"format\":1}\n", "no root, but 'chunk'"},
        {"{\"quire\":\"root\",\"format\":0}\n", "format 0"},
        {"{\"quire\":\"root\",\"format\":1}\n", "entries"},
        {HEADER("1", "0", "1"), "totals"},
        {HEADER("0", "0", "9007199254740992"), "totals"},
        {HEADER("1", "0", "1") CHUNK("a", "1", "0"), "digest"},
        {HEADER("2", "0", "1") CHUNK("a", "1", "0"), "totals"},
        {HEADER("1", "1", "1") CHUNK("a", "1", "0"), "totals"},
        {HEADER("1", "0", "2") CHUNK("a", "1", "0"), "totals"},
        {HEADER("0", "0", "1") CHUNK("a", "0", "0"), "impossible sizes"},
        {HEADER("1", "0", "1") CHUNK("a", "91", "0"), "impossible sizes"},
        {HEADER("1", "0", "1") CHUNK("/a", "1", "0"), "/a"},
        {HEADER("2", "0", "2") CHUNK("b", "1", "0") CHUNK("a", "1", "0"), "comes after"},
        {HEADER("2", "0", "2") CHUNK("a", "1", "0") CHUNK("a", "1", "0"), "comes after"},
        {HEADER("2", "0", "2") CHUNK("a", "1", "9007199254740992") CHUNK("b", "1", "1"), "2^53"},
        {HEADER("0", "0", "0") "\n", "JSON"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        quire_error error = {0};
        EXPECT(QUIRE_INTEGRITY, parse(texts[i].text, &error));
        EXPECT_MESSAGE(texts[i].message);
    }
    quire_error error = {0};
    EXPECT(QUIRE_ERROR, parse("{\"quire\":\"root\",\"format\":2}\n", &error));
    EXPECT_MESSAGE("newer format");
    EXPECT(QUIRE_OK, parse(HEADER("0", "0", "0"), &error));
}

static void test_append(void **state) {
    (void)state;
    q_root root = {0};
    quire_error error = {0};
    char b[] = "b", a[] = "a", c[] = "c";
    q_chunk_summary chunk = {.first = b, .entries = 1, .bytes = Q_ENTRY_SIZE_MAX};
    assert_int_equal(q_root_find(&root, "x"), 0);
    EXPECT(QUIRE_OK, q_root_append(&root, &chunk, &error));
    chunk.first = a;
    EXPECT(QUIRE_USAGE, q_root_append(&root, &chunk, &error));
    chunk.first = c;
    EXPECT(QUIRE_USAGE, q_root_append(&root, &chunk, &error));
    EXPECT_MESSAGE("2^53");
    chunk.bytes = 0;
    EXPECT(QUIRE_OK, q_root_append(&root, &chunk, &error));
    assert_int_equal(root.entries, 2);
    assert_int_equal(q_root_find(&root, "a"), 0);
    assert_int_equal(q_root_find(&root, "b"), 0);
    assert_int_equal(q_root_find(&root, "bb"), 0);
    assert_int_equal(q_root_find(&root, "c"), 1);
    assert_int_equal(q_root_find(&root, "d"), 1);
    q_root_free(&root);
    q_root_free(&root);
}

static void test_lines(void **state) {
    (void)state;
    static const char text[] = "ab\n\nc";
    const char *line = NULL;
    size_t length = 0, position = 0;
    quire_error error = {0};
    EXPECT(QUIRE_OK, q_line_next(text, 5, &position, &line, &length, &error));
    assert_int_equal(length, 2);
    EXPECT(QUIRE_OK, q_line_next(text, 5, &position, &line, &length, &error));
    assert_int_equal(length, 0);
    assert_non_null(line);
    EXPECT(QUIRE_INTEGRITY, q_line_next(text, 5, &position, &line, &length, &error));
    position = 4;
    EXPECT(QUIRE_OK, q_line_next(text, 4, &position, &line, &length, &error));
    assert_null(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_append), cmocka_unit_test(test_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
