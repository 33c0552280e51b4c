/** @file UTF-8: the fast look at printable ASCII says what a look at each byte says. */
#include "base/utf8.h"

#include "base/unit.h"

/* Some words of eight bytes, and a rest. */
#define TEXT "The quick brown fox jumps over"

static void finds_each_byte_that_is_not_plain(void **state) {
    (void)state;
    char text[] = TEXT;
    size_t size = sizeof TEXT - 1;
    assert_int_equal(q_utf8_plain(text, size), size);
    for (size_t at = 0; at < size; at++) {
        char kept = text[at];
        for (int byte = 0; byte < 256; byte++) {
            bool plain = byte >= 0x20 && byte < 0x7F;
            text[at] = (char)(unsigned char)byte;
            assert_int_equal(q_utf8_plain(text, size), plain ? size : at);
        }
        text[at] = kept;
    }
}

static void finds_the_first_of_many(void **state) {
    (void)state;
    char text[] = TEXT;
    size_t size = sizeof TEXT - 1;
    memset(text + 3, 0xFF, size - 3);
    assert_int_equal(q_utf8_plain(text, size), 3);
    memset(text + 3, 0x00, size - 3);
    assert_int_equal(q_utf8_plain(text, size), 3);
    memset(text + 3, 0x7F, size - 3);
    assert_int_equal(q_utf8_plain(text, size), 3);
}

static void looks_no_further_than_the_size(void **state) {
    (void)state;
    for (size_t size = 0; size < sizeof TEXT; size++) {
        char text[sizeof TEXT];
        memset(text, 1, sizeof text);
        memcpy(text, TEXT, size);
        assert_int_equal(q_utf8_plain(text, size), size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_byte_that_is_not_plain),
        cmocka_unit_test(finds_the_first_of_many),
        cmocka_unit_test(looks_no_further_than_the_size),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
