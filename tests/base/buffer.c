/** @file Buffers: growth, the NUL behind, and a failed append that changes nothing. */
#include "base/buffer.h"

#include "base/unit.h"

static void grows_and_stays_terminated(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer buffer = {0};
    for (int i = 0; i < 10000; i++) {
        EXPECT(QUIRE_OK, q_buffer_printf(&buffer, &error, "%d,", i));
        assert_int_equal(buffer.data[buffer.size], 0);
        assert_true(buffer.size < buffer.capacity);
    }
    assert_int_equal(buffer.size, 48890);
    assert_string_equal(buffer.data + buffer.size - 5, "9999,");
    q_buffer_clear(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer.data, "");
    EXPECT(QUIRE_OK, q_buffer_append(&buffer, "a\0b", 3, &error));
    EXPECT(QUIRE_OK, q_buffer_append_string(&buffer, "c", &error));
    assert_memory_equal(buffer.data, "a\0bc", 5);
    q_buffer_free(&buffer);
    assert_null(buffer.data);
    q_buffer_free(&buffer);
    q_buffer_clear(&buffer);
}

static void impossible_sizes_change_nothing(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer buffer = {0};
    EXPECT(QUIRE_OK, q_buffer_append_string(&buffer, "kept", &error));
    EXPECT(QUIRE_ERROR, q_buffer_reserve(&buffer, SIZE_MAX, &error));
    EXPECT(QUIRE_ERROR, q_buffer_reserve(&buffer, SIZE_MAX - 4, &error));
    assert_string_equal(buffer.data, "kept");
    assert_int_equal(buffer.size, 4);
    q_buffer_free(&buffer);
}

static void empty_appends_give_data(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer buffer = {0};
    EXPECT(QUIRE_OK, q_buffer_append(&buffer, NULL, 0, &error));
    assert_string_equal(buffer.data, "");
    q_buffer_free(&buffer);
}

static void copies_and_formats(void **state) {
    (void)state;
    quire_error error = {0};
    char *text = NULL;
    EXPECT(QUIRE_OK, q_strdup("x", &text, &error));
    assert_string_equal(text, "x");
    free(text);
    EXPECT(QUIRE_OK, q_strdup(NULL, &text, &error));
    assert_null(text);
    EXPECT(QUIRE_OK, q_asprintf(&text, &error, "%0200d", 5));
    assert_int_equal(strlen(text), 200);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(impossible_sizes_change_nothing),
        cmocka_unit_test(empty_appends_give_data),
        cmocka_unit_test(copies_and_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
