/** @file Comparing JSON: by value, in any order of members, in a time that depth does not decide.
 */
#include "base/json_equal.h"

#include "base/unit.h"

static cJSON *parse(const char *text) {
    quire_error error = {0};
    cJSON *value = NULL;
    assert_int_equal(q_json_parse(text, strlen(text), 1 << 20, 64, &value, &error), QUIRE_OK);
    return value;
}

static bool equal(const char *a, const char *b) {
    quire_error error = {0};
    cJSON *left = parse(a), *right = parse(b);
    bool there = false, back = false;
    assert_int_equal(q_json_equal(left, right, &there, &error), QUIRE_OK);
    assert_int_equal(q_json_equal(right, left, &back, &error), QUIRE_OK);
    assert_int_equal(there, back);
    cJSON_Delete(left);
    cJSON_Delete(right);
    return there;
}

static void test_values(void **state) {
    (void)state;
    assert_true(equal("{\"a\":1,\"b\":[true,null,\"x\"]}", "{\"b\":[true,null,\"x\"],\"a\":1.0}"));
    assert_true(equal("{}", "{}"));
    assert_true(equal("0", "-0"));
    assert_true(equal("9007199254740994", "9.007199254740994e15"));
    assert_false(equal("9007199254740992", "9007199254740993"));
    assert_false(equal("18446744073709551615", "18446744073709551614"));
    assert_false(equal("[1,2]", "[2,1]"));
    assert_false(equal("[1]", "[1,1]"));
    assert_false(equal("{\"a\":1}", "{\"a\":1,\"b\":1}"));
    assert_false(equal("{\"a\":1}", "{\"A\":1}"));
    assert_false(equal("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}"));
    assert_false(equal("0.1", "0.10000000000000002"));
    assert_false(equal("\"1\"", "1"));
    assert_false(equal("true", "false"));
    assert_false(equal("[]", "{}"));
}

static void test_missing(void **state) {
    quire_error error = {0};
    cJSON *value = parse("1");
    bool same = true;
    (void)state;
    assert_int_equal(q_json_equal(value, NULL, &same, &error), QUIRE_OK);
    assert_false(same);
    assert_int_equal(q_json_equal(NULL, NULL, &same, &error), QUIRE_OK);
    assert_true(same);
    cJSON_Delete(value);
}

/* Found by fuzzing: cJSON_Compare() takes 2^64 steps for this. */
static void test_deep(void **state) {
    char text[64 * 6 + 64 + 2] = "";
    (void)state;
    for (int i = 0; i < 64; i++) {
        strcat(text, "{\"a\":");
    }
    strcat(text, "1");
    for (int i = 0; i < 64; i++) {
        strcat(text, "}");
    }
    assert_true(equal(text, text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
