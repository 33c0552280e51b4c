/** @file Addresses taken apart, version numbers, and ids as components of keys. */
#include "base/name.h"

#include "base/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HEX "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char *repeat(char c, size_t count) {
    static char text[10000];
    assert_true(count < sizeof text);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

static void addresses_come_apart(void **state) {
    (void)state;
    static const char *const good[][3] = {
        {"n", "n", "latest"},
        {"n:v3", "n", "v3"},
        {"n:best", "n", "best"},
        {"n:" HEX, "n", HEX},
        {"a.b:latest", "a.b", "latest"},
    };
    static const char *const bad[] = {"",       ":", ":v1",   "n:",   "n:a:b", "n:a/b", "a/b",
                                      "a/b:v1", ".", "..:v1", "n:..", "n:\n",  "n:v1/x"};
    quire_error error = {0};
    q_address address;
    for (size_t i = 0; i < COUNT(good); i++) {
        EXPECT(QUIRE_OK, q_name_parse_address(good[i][0], &address, &error));
        assert_string_equal(address.name, good[i][1]);
        assert_string_equal(address.selector, good[i][2]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        EXPECT(QUIRE_USAGE, q_name_parse_address(bad[i], &address, &error));
    }
    char *text = repeat('a', 257);
    text[128] = ':';
    EXPECT(QUIRE_OK, q_name_parse_address(text, &address, &error));
    text = repeat('a', 258);
    text[128] = ':';
    EXPECT(QUIRE_USAGE, q_name_parse_address(text, &address, &error));
    text = repeat('a', 258);
    text[129] = ':';
    EXPECT(QUIRE_USAGE, q_name_parse_address(text, &address, &error));
    assert_int_equal(q_name_version_number("v0"), 0);
    assert_int_equal(q_name_version_number("v9223372036854775807"), INT64_MAX);
    static const char *const none[] = {
        "v9223372036854775808",     "v",     "", "1", "v01", "v-1", "v1 ", "V1",
        "v99999999999999999999999", "latest"};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_int_equal(q_name_version_number(none[i]), -1);
    }
}

static void components_are_safe_and_distinct(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"abc-1_2.3~", "abc-1_2.3%7E"},
        {"a/b", "a%2Fb"},
        {"..", "%2E."},
        {".", "%2E"},
        {"%2E", "%252E"},
        {"\xc3\xa9", "%C3%A9"},
        {" ", "%20"},
    };
    quire_error error = {0};
    char *component = NULL;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        EXPECT(QUIRE_OK, q_name_to_component(pairs[i][0], &component, &error));
        assert_string_equal(component, pairs[i][1]);
        free(component);
    }
    static const size_t plain[] = {200, 201};
    for (size_t i = 0; i < 2; i++) {
        EXPECT(QUIRE_OK, q_name_to_component(repeat('a', plain[i]), &component, &error));
        assert_int_equal(strlen(component), i == 0 ? 200 : 66);
        assert_int_equal(strncmp(component, "%h", 2) == 0, i == 1);
        free(component);
    }
    EXPECT(QUIRE_OK, q_name_to_component(repeat('/', 128), &component, &error));
    assert_int_equal(strlen(component), 66);
    free(component);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_come_apart),
        cmocka_unit_test(components_are_safe_and_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
