/** @file Entries: checks, identity, lines, and both ways of parsing them. */
#include "base/json.h"
#include "base/unit.h"
#include "manifest/entry_set.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define PACK "00112233445566778899aabbccddeeff"
#define FILE_LINE "{\"path\":\"a\",\"digest\":\"" ZEROS "\",\"size\":5"

static void test_round_trip(void **state) {
    (void)state;
    const q_entry entries[] = {
        {.path = "a/b", .digest = ZEROS, .size = 0},
        {.path = "a/b", .digest = "sha256-64m:" ZEROS, .size = Q_ENTRY_SIZE_MAX},
        {.path = "a\"\xc3\xa9 b", .digest = ZEROS, .size = 7, .pack = PACK, .offset = 9},
        {.path = "r", .digest = "s3://b/k", .size = QUIRE_SIZE_UNKNOWN, .ref = "s3://b/k"},
        {.path = "r", .digest = "\"etag\"", .size = 3, .ref = "http://h/p?\"q\""},
        {.path = "r", .digest = "e", .size = 0, .ref = "x:y", .extra = "{\"a\":{\"b\":[1,\"}\"]}}"},
    };
    quire_error error = {0};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        q_buffer line = {0}, again = {0};
        q_entry_box box = {0};
        EXPECT(QUIRE_OK, q_entry_check(&entries[i], &error));
        EXPECT(QUIRE_OK, q_entry_print(&line, &entries[i], &error));
        assert_int_equal(line.data[line.size - 1], '\n');
        EXPECT(QUIRE_OK, q_entry_parse(line.data, line.size - 1, &box, &error));
        assert_string_equal(box.entry.path, entries[i].path);
        assert_true(q_entry_same(&box.entry, &entries[i]));
        EXPECT(QUIRE_OK, q_entry_print(&again, &box.entry, &error));
        assert_string_equal(line.data, again.data);
        q_entry_box_free(&box);
        q_buffer_free(&line);
        q_buffer_free(&again);
    }
}

static void test_identity(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer out = {0};
    q_entry file = {.path = "p", .digest = ZEROS, .size = 10, .pack = PACK, .offset = 3};
    q_entry reference = {.path = "p", .digest = "e", .size = QUIRE_SIZE_UNKNOWN, .ref = "x:y"};
    EXPECT(QUIRE_OK, q_entry_identity(&out, &file, &error));
    EXPECT(QUIRE_OK, q_entry_identity(&out, &reference, &error));
    static const char wanted[] = "p\0f\0" ZEROS "\0"
                                 "10\0\np\0r\0e\0-\0x:y\n";
    assert_int_equal(out.size, sizeof wanted - 1);
    assert_memory_equal(out.data, wanted, sizeof wanted - 1);
    q_buffer_free(&out);
}

static quire_status parse(const char *line, q_entry_box *box, quire_error *error) {
    return q_entry_parse(line, strlen(line), box, error);
}

static void test_other_forms(void **state) {
    (void)state;
    static const char *const lines[] = {
        " {\"size\":5,\"path\":\"\\u0061\",\"digest\":\"" ZEROS "\"}",
        FILE_LINE ",\"new\":{\"x\":[1]}}",
        "{\"path\":\"a\",\"digest\":\"" ZEROS "\",\"size\":5.0}",
    };
    quire_error error = {0};
    q_entry_box box = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        EXPECT(QUIRE_OK, parse(lines[i], &box, &error));
        assert_string_equal(box.entry.path, "a");
        assert_int_equal(box.entry.size, 5);
    }
    EXPECT(QUIRE_OK, parse("{\"path\":\"a\",\"digest\":\"e\",\"ref\":\"x:y\",\"extra\":{\"k\":1},"
                           "\"new\":{\"z\":2}}",
                           &box, &error));
    assert_string_equal(box.entry.extra, "{\"k\":1}");
    q_entry_box_free(&box);
}

static void test_refused_lines(void **state) {
    (void)state;
    static const char *const lines[] = {
        "",
        "[]",
        "{}",
        "7",
        FILE_LINE,
        FILE_LINE "}}",
        FILE_LINE "} x",
        FILE_LINE ",\"size\":5}",
        FILE_LINE ",\"offset\":5}",
        FILE_LINE ",\"pack\":\"" PACK "\"}",
        FILE_LINE ",\"pack\":\"../../../../../../../../etc/passw\",\"offset\":1}",
        FILE_LINE ",\"pack\":\"" PACK "\",\"offset\":9007199254740990}",
        FILE_LINE ",\"pack\":\"" PACK "\",\"offset\":-1}",
        FILE_LINE ",\"pack\":\"" PACK "\",\"offset\":01}",
        FILE_LINE ",\"extra\":{}}",
        FILE_LINE ",\"ref\":\"no uri\"}",
        FILE_LINE ",\"ref\":\"\"}",
        "{\"path\":\"a\",\"digest\":\"" ZEROS "\",\"size\":0,\"pack\":\"" PACK "\",\"offset\":0}",
        "{\"path\":\"a\",\"digest\":\"" ZEROS "\"}",
        "{\"path\":\"a\",\"digest\":\"" ZEROS "\",\"size\":18446744073709551615}",
        "{\"path\":\"a\",\"digest\":\"" ZEROS "\",\"size\":\"5\"}",
        "{\"path\":\"a\",\"digest\":\"00\",\"size\":5}",
        "{\"path\":\"../a\",\"digest\":\"" ZEROS "\",\"size\":5}",
        "{\"path\":\"a\\u0000\",\"digest\":\"" ZEROS "\",\"size\":5}",
        "{\"path\":\"a\xff\",\"digest\":\"" ZEROS "\",\"size\":5}",
        "{\"path\":\"r\",\"digest\":\"\",\"ref\":\"x:y\"}",
        "{\"path\":\"r\",\"digest\":\"\x7f\",\"ref\":\"x:y\"}",
        "{\"path\":\"r\",\"digest\":\"e\",\"ref\":\"x:y\",\"pack\":\"" PACK "\",\"offset\":0}",
        "{\"path\":\"r\",\"digest\":\"e\",\"ref\":\"x:y\",\"extra\":[]}",
        "{\"path\":\"r\",\"digest\":\"e\",\"ref\":\"x:y\",\"extra\":{\"a\":[[[[1]]]]}}",
        "{\"path\":\"r\",\"digest\":\"e\",\"ref\":\"x:y\",\"extra\":{\"a\":1,\"a\":1}}",
    };
    q_entry_box box = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        quire_error error = {0};
        quire_status status = parse(lines[i], &box, &error);
        if (status != QUIRE_INTEGRITY || error.status != QUIRE_INTEGRITY) {
            fail_msg("status %d of '%s': %s", (int)status, lines[i], error.message);
        }
    }
    quire_error error = {0};
    EXPECT(QUIRE_INTEGRITY, q_entry_parse(FILE_LINE "}\0", sizeof FILE_LINE + 1, &box, &error));
    char *huge = calloc(1, Q_ENTRY_LINE_MAX + 1);
    assert_non_null(huge);
    EXPECT(QUIRE_INTEGRITY, q_entry_parse(huge, Q_ENTRY_LINE_MAX + 1, &box, &error));
    free(huge);
    q_entry_box_free(&box);
}

static void test_refused_by_callers(void **state) {
    (void)state;
    quire_error error = {0};
    char extra[Q_ENTRY_EXTRA_MAX + 32];
    snprintf(extra, sizeof extra, "{\"a\":\"%0*d\"}", (int)Q_ENTRY_EXTRA_MAX, 0);
    q_entry entry = {.path = "r", .digest = "e", .ref = "x:y", .extra = extra};
    EXPECT(QUIRE_USAGE, q_entry_check(&entry, &error));
    entry.extra = "{\"a\":\n1}";
    EXPECT(QUIRE_USAGE, q_entry_check(&entry, &error));
    EXPECT_MESSAGE("'r'");
    entry = (q_entry){.path = "f", .digest = ZEROS, .size = QUIRE_SIZE_UNKNOWN};
    EXPECT(QUIRE_USAGE, q_entry_check(&entry, &error));
    entry = (q_entry){.path = NULL, .digest = ZEROS};
    EXPECT(QUIRE_USAGE, q_entry_check(&entry, &error));
    uint64_t sum = Q_ENTRY_SIZE_MAX - 1;
    EXPECT(QUIRE_OK, q_entry_sum(&sum, 1, &error));
    EXPECT(QUIRE_USAGE, q_entry_sum(&sum, 1, &error));
    EXPECT(QUIRE_USAGE, q_entry_sum(&sum, UINT64_MAX, &error));
}

/* A line has the same bytes as by the general printer, whichever byte stands where in a string. */
static void test_escapes(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer line = {0}, expected = {0};
    for (int byte = 1; byte < 0x80; byte++) {
        for (size_t at = 0; at < 19; at++) {
            char path[20];
            memset(path, at % 2 ? 'x' : '\x7e', sizeof path - 1);
            path[sizeof path - 1] = '\0';
            path[at] = (char)byte;
            const q_entry entry = {.path = path, .digest = ZEROS, .size = 5};
            q_buffer_clear(&line);
            q_buffer_clear(&expected);
            EXPECT(QUIRE_OK, q_entry_print(&line, &entry, &error));
            EXPECT(QUIRE_OK, q_buffer_append_string(&expected, "{\"path\":", &error));
            EXPECT(QUIRE_OK, q_json_quote(&expected, path, &error));
            EXPECT(QUIRE_OK, q_buffer_append_string(
                                 &expected, ",\"digest\":\"" ZEROS "\",\"size\":5}\n", &error));
            assert_string_equal(line.data, expected.data);
        }
    }
    q_buffer_free(&line);
    q_buffer_free(&expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),         cmocka_unit_test(test_identity),
        cmocka_unit_test(test_other_forms),        cmocka_unit_test(test_refused_lines),
        cmocka_unit_test(test_refused_by_callers), cmocka_unit_test(test_escapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
