/** @file Times as text: now, known instants, and text that is no time. */
#include "base/time.h"

#include <time.h>

#include "base/unit.h"

static void now_is_now(void **state) {
    (void)state;
    quire_error error = {0};
    char text[Q_TIME_SIZE];
    int64_t now = 0, before = (int64_t)time(NULL);
    q_time_now(text);
    assert_int_equal(strlen(text), 27);
    EXPECT(QUIRE_OK, q_time_parse(text, &now, &error));
    assert_true(now / 1000000 >= before && now / 1000000 <= before + 5);
}

static void known_instants(void **state) {
    (void)state;
    quire_error error = {0};
    int64_t number = -1;
    EXPECT(QUIRE_OK, q_time_parse("1970-01-01T00:00:00.000000Z", &number, &error));
    assert_int_equal(number, 0);
    EXPECT(QUIRE_OK, q_time_parse("2001-09-09T01:46:40.123456Z", &number, &error));
    assert_int_equal(number, INT64_C(1000000000123456));
    EXPECT(QUIRE_OK, q_time_parse("2024-02-29T23:59:59.999999Z", &number, &error));
    assert_int_equal(number, INT64_C(1709251199999999));
    EXPECT(QUIRE_OK, q_time_parse("9999-12-31T23:59:59.000000Z", &number, &error));
}

static void refuses_other_text(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "now",
        "2024-02-29",
        "2024-02-29T23:59:59Z",
        "2024-02-29T23:59:59.999999",
        "2024-02-29T23:59:59.999999Zx",
        "2024-02-29T23:59:59.999999+00:00",
        "2023-02-29T00:00:00.000000Z",
        "2024-13-01T00:00:00.000000Z",
        "2024-00-01T00:00:00.000000Z",
        "2024-01-00T00:00:00.000000Z",
        "2024-01-32T00:00:00.000000Z",
        "2024-01-01T24:00:00.000000Z",
        "2024-01-01T00:60:00.000000Z",
        "2024-01-01T00:00:60.000000Z",
        "1969-12-31T23:59:59.000000Z",
        "-024-01-01T00:00:00.000000Z",
        "2024-01-01 00:00:00.000000Z",
        "2024-01-01T00:00:00.00000 Z",
    };
    quire_error error = {0};
    int64_t number;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(QUIRE_INTEGRITY, q_time_parse(bad[i], &number, &error));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(now_is_now),
        cmocka_unit_test(known_instants),
        cmocka_unit_test(refuses_other_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
