/** @file JSON: members by type, what is printed, metadata. */
#include "base/json.h"

#include <locale.h>
#include <math.h>

#include "base/unit.h"

#define MAX ((size_t)4 << 20)

static void members_have_types(void **state) {
    (void)state;
    static const char json[] = "{\"s\":\"x\",\"n\":9007199254740992,\"big\":9007199254740994,"
                               "\"odd\":9007199254740993,"
                               "\"neg\":-1,\"half\":0.5,\"z\":null}";
    quire_error error = {0};
    cJSON *object = NULL;
    const char *string;
    uint64_t number;
    EXPECT(QUIRE_OK, q_json_parse(json, sizeof json - 1, MAX, 8, &object, &error));
    EXPECT(QUIRE_OK, q_json_string(object, "s", &string, &error));
    assert_string_equal(string, "x");
    EXPECT(QUIRE_INTEGRITY, q_json_string(object, "S", &string, &error));
    assert_string_equal(error.message, "no member 'S'");
    EXPECT(QUIRE_INTEGRITY, q_json_string(object, "n", &string, &error));
    EXPECT(QUIRE_OK, q_json_string_or_null(object, "S", &string, &error));
    assert_null(string);
    EXPECT(QUIRE_INTEGRITY, q_json_string_or_null(object, "z", &string, &error));
    EXPECT(QUIRE_OK, q_json_uint(object, "n", &number, &error));
    assert_int_equal(number, UINT64_C(9007199254740992));
    static const char *const bad[] = {"big", "odd", "neg", "half", "z", "s", "none"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(QUIRE_INTEGRITY, q_json_uint(object, bad[i], &number, &error));
    }
    cJSON_GetObjectItemCaseSensitive(object, "n")->valuedouble = (double)INFINITY;
    EXPECT(QUIRE_INTEGRITY, q_json_uint(object, "n", &number, &error));
    cJSON_Delete(object);
}

/** Printing what was read gives the same text, also where the locale's point is a comma. */
static void prints_what_it_reads(void **state) {
    (void)state;
    static const char json[] =
        "{\"a\":[1,-2,0.1,1e+300,-0,1.5e-07,0.30000000000000004,9007199254740992],\"q\\\"\\\\\":"
        "\"/\\b\\f\\n\\r\\t\\u0001\xc3\xa9\",\"e\":{},\"l\":[],\"t\":[true,false,null]}";
    quire_error error = {0};
    q_buffer out = {0};
    cJSON *value = NULL;
    EXPECT(QUIRE_OK, q_json_parse(json, sizeof json - 1, MAX, 8, &value, &error));
    EXPECT(QUIRE_OK, q_json_print(&out, value, &error));
    assert_string_equal(out.data, json);
    if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "fr_FR.UTF-8")) {
        q_buffer_clear(&out);
        EXPECT(QUIRE_OK, q_json_print(&out, value, &error));
        assert_string_equal(out.data, json);
        setlocale(LC_ALL, "C");
    }
    cJSON_Delete(value);
    EXPECT(QUIRE_USAGE, q_json_quote(&out, "\xff", &error));
    assert_string_equal(out.data, json);
    q_buffer_free(&out);
}

/** Seeds and hashes of 64 bits, and what stands between them in the text. */
static void keeps_whole_numbers(void **state) {
    (void)state;
    static const char json[] =
        "{\"1\":9007199254740993,\"\\\"2\":[9007199254740992,-9007199254740993,\"\\\\\",0.5],"
        "\"s\":\"9\",\"u\":18446744073709551615,\"i\":-9223372036854775808,\"t\":true,"
        "\"l\":123456789012345678901234567890,\"z\":[[],{},1]}";
    static const char spaced[] = " [ 9007199254740993 ,\t-18446744073709551615\n] ";
    quire_error error = {0};
    q_buffer out = {0};
    cJSON *value = NULL;
    EXPECT(QUIRE_OK, q_json_metadata(json, &value, &error));
    EXPECT(QUIRE_OK, q_json_print(&out, value, &error));
    assert_string_equal(out.data, json);
    cJSON_Delete(value);
    q_buffer_clear(&out);
    EXPECT(QUIRE_OK, q_json_parse(spaced, sizeof spaced - 1, MAX, 8, &value, &error));
    EXPECT(QUIRE_OK, q_json_print(&out, value, &error));
    assert_string_equal(out.data, "[9007199254740993,-18446744073709551615]");
    cJSON_Delete(value);
    q_buffer_free(&out);
}

static void metadata_is_an_object_of_100_keys(void **state) {
    (void)state;
    quire_error error = {0};
    cJSON *value = NULL;
    q_buffer out = {0};
    EXPECT(QUIRE_OK, q_json_metadata("{\"a\":[[[[[[[[[[1]]]]]]]]]]}", &value, &error));
    cJSON_Delete(value);
    static const char *const bad[] = {"", "[]", "1", "{", "{\"a\":NaN}", "{\"a\":1,\"a\":2}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(QUIRE_USAGE, q_json_metadata(bad[i], &value, &error));
        assert_int_equal(error.status, QUIRE_USAGE);
        EXPECT_MESSAGE("metadata");
        assert_null(value);
    }
    for (int keys = 100; keys <= 101; keys++) {
        q_buffer_clear(&out);
        for (int i = 0; i < keys; i++) {
            q_buffer_printf(&out, &error, "%c\"%d\":0", i ? ',' : '{', i);
        }
        q_buffer_append_string(&out, "}", &error);
        EXPECT(keys > 100 ? QUIRE_USAGE : QUIRE_OK, q_json_metadata(out.data, &value, &error));
        cJSON_Delete(value);
    }
    q_buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_have_types),
        cmocka_unit_test(prints_what_it_reads),
        cmocka_unit_test(keeps_whole_numbers),
        cmocka_unit_test(metadata_is_an_object_of_100_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
