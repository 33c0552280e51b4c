/** @file What is taken for JSON and what is not: a hostile corpus. */
#include "base/json.h"

#include "base/unit.h"

#define MAX ((size_t)4 << 20)

typedef struct text {
    const char *bytes;
    size_t size;
} text;
#define T(literal)                                                                                 \
    { literal, sizeof(literal) - 1 }

static quire_status parse(const char *bytes, size_t size, quire_error *error) {
    /* On the heap and without a NUL, so that a sanitizer sees a byte too far. */
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    cJSON *value = NULL;
    quire_status status = q_json_parse(copy, size, MAX, Q_JSON_DEPTH, &value, error);
    assert_true((status == QUIRE_OK) == (value != NULL));
    cJSON_Delete(value);
    free(copy);
    return status;
}

static void refuses_hostile_text(void **state) {
    (void)state;
    static const text bad[] = {
        T(""),
        T(" "),
        T("\0"),
        T("{}\0"),
        T("{\"a\0b\":1}"),
        T("{\"a\\u0000b\":1}"),
        T("[\"\\u0000\"]"),
        T("{"),
        T("}"),
        T("["),
        T("]"),
        T("{]"),
        T("[}"),
        T("{}{}"),
        T("{} x"),
        T("[1,]"),
        T("[,1]"),
        T("{,}"),
        T("{\"a\":1,}"),
        T("{\"a\"}"),
        T("{\"a\":}"),
        T("{a:1}"),
        T("{'a':1}"),
        T("{1:1}"),
        T("nul"),
        T("nulll"),
        T("True"),
        T("NaN"),
        T("Infinity"),
        T("-Infinity"),
        T("+1"),
        T("-"),
        T("01"),
        T("-01"),
        T("1."),
        T(".5"),
        T("1e"),
        T("1e+"),
        T("0x10"),
        T("1 2"),
        T("1e999"),
        T("-1e999"),
        T("[1e400]"),
        T("\""),
        T("\"a"),
        T("\"\\\""),
        T("\"\\x41\""),
        T("\"\\u12\""),
        T("\"\\u12G4\""),
        T("\"\\"),
        T("\"\\u"),
        T("\"\\u123"),
        T("\"\n\""),
        T("\"\t\""),
        T("\"\x01\""),
        T("\"\xff\""),
        T("\"\xc0\xaf\""),
        T("\"\xed\xa0\x80\""),
        T("\"\xf4\x90\x80\x80\""),
        T("\"\xc3\""),
        T("\"\xe2\x82\""),
        T("\"\xf0\x9f\x93"),
        T("\"\\ud800\""),
        T("\"\\ud800x\""),
        T("\"\\ud800\\n\""),
        T("\"\\ud800\\ud800\""),
        T("\"\\ud800\\u0041\""),
        T("\"\\udc00\""),
        T("\xef\xbb\xbf{}"),
        T("\x01{}"),
        T("\v{}"),
        T("{}\f"),
        T("/* */{}"),
        T("[1]//"),
        T("{\"a\":1,\"a\":1}"),
        T("{\"a\":1,\"\\u0061\":2}"),
        T("[{\"x\":{\"k\":1,\"b\":2,\"k\":3}}]"),
        T("[[[[[[[[[]]]]]]]]]"),
        T("1234567890123456789012345678901234567890123456789012345678901234"),
    };
    quire_error error = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parse(bad[i].bytes, bad[i].size, &error) != QUIRE_INTEGRITY) {
            fail_msg("accepted: %s", bad[i].bytes);
        }
        EXPECT_MESSAGE("malformed JSON: ");
    }
    parse("[1, 01]", 7, &error);
    assert_string_equal(error.message, "malformed JSON: an array without an end at byte 5");
}

static void takes_all_of_json(void **state) {
    (void)state;
    static const text good[] = {
        T("{}"),
        T("[]"),
        T("null"),
        T("true"),
        T("false"),
        T("0"),
        T("-0"),
        T("1.5e-3"),
        T("1E+2"),
        T("\"\""),
        T(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n"),
        T("{\"a\":1,\"A\":2,\"\":3}"),
        T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udcd6\""),
        T("\"\xc3\xa9\xf0\x9f\x93\x96\""),
        T("[[[[[[[[]]]]]]]]"),
        T("[{\"a\":1},{\"a\":1}]"),
        T("\"\x7f\""),
        T("123456789012345678901234567890123456789012345678901234567890123"),
    };
    quire_error error = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        EXPECT(QUIRE_OK, parse(good[i].bytes, good[i].size, &error));
    }
}

/** Every beginning of a good text is refused, and so is the text with any byte made a NUL. */
static void refuses_cut_and_broken_text(void **state) {
    (void)state;
    static const char whole[] =
        "{\"a\":[1,-2.5e3,null,true],\"\\u00e9\\ud83d\\udcd6\":{\"b\":\"\xc3\xa9\"}}";
    quire_error error = {0};
    EXPECT(QUIRE_OK, parse(whole, sizeof whole - 1, &error));
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        EXPECT(QUIRE_INTEGRITY, parse(whole, size, &error));
        char broken[sizeof whole];
        memcpy(broken, whole, sizeof whole);
        broken[size] = '\0';
        EXPECT(QUIRE_INTEGRITY, parse(broken, sizeof whole - 1, &error));
    }
}

static void limits_size_and_depth(void **state) {
    (void)state;
    quire_error error = {0};
    cJSON *value = NULL;
    EXPECT(QUIRE_INTEGRITY, q_json_parse("[1,2]", 5, 4, 8, &value, &error));
    EXPECT(QUIRE_INTEGRITY, q_json_parse("[1]", 3, 4, 0, &value, &error));
    EXPECT(QUIRE_OK, q_json_parse("1", 1, 4, 0, &value, &error));
    cJSON_Delete(value);
    char *deep = malloc(MAX);
    memset(deep, '[', MAX);
    EXPECT(QUIRE_INTEGRITY, parse(deep, MAX, &error));
    EXPECT_MESSAGE("too deep");
    free(deep);
}

static void many_keys_are_quick_to_check(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer out = {0};
    q_buffer_append(&out, "{", 1, &error);
    for (int i = 0; i < 100000; i++) {
        q_buffer_printf(&out, &error, "\"k%d\":0,", i);
    }
    size_t cut = out.size;
    q_buffer_append_string(&out, "\"last\":0}", &error);
    EXPECT(QUIRE_OK, parse(out.data, out.size, &error));
    out.size = cut;
    q_buffer_append_string(&out, "\"k500\":0}", &error);
    EXPECT(QUIRE_INTEGRITY, parse(out.data, out.size, &error));
    EXPECT_MESSAGE("k500");
    q_buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_hostile_text),         cmocka_unit_test(takes_all_of_json),
        cmocka_unit_test(refuses_cut_and_broken_text),  cmocka_unit_test(limits_size_and_depth),
        cmocka_unit_test(many_keys_are_quick_to_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
