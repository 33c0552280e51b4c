/** @file Messages: clean, one line, valid UTF-8 at any length; statuses of system errors. */
#include "base/error.h"

#include <errno.h>

#include "base/name.h"
#include "base/unit.h"

static void sets_status_rank_and_message(void **state) {
    (void)state;
    quire_error error = {.rank = 7};
    assert_int_equal(q_error_set(&error, QUIRE_CONFLICT, "%s is %d", "x", 3), QUIRE_CONFLICT);
    assert_int_equal(error.status, QUIRE_CONFLICT);
    assert_int_equal(error.rank, -1);
    assert_string_equal(error.message, "x is 3");
    assert_int_equal(q_error_set(NULL, QUIRE_AUTH, "%d", 1), QUIRE_AUTH);
    assert_int_equal(q_error_errno(NULL, ENOSPC, "x"), QUIRE_ERROR);
    q_error_prefix(NULL, "x");
    assert_int_equal(q_error_memory(&error), QUIRE_ERROR);
    assert_string_equal(error.message, "out of memory");
}

static void replaces_what_a_terminal_would_obey(void **state) {
    (void)state;
    quire_error error = {0};
    q_error_set(&error, QUIRE_ERROR, "%s",
                "a\nb\x1b[31m\x7f\t\xc2\x9b"
                "c\xff\xc3");
    assert_string_equal(error.message, "a?b?[31m???c??");
    q_error_prefix(&error, "%s", "p\r\xe2\x82\xac");
    assert_string_equal(error.message, "p?\xe2\x82\xac: a?b?[31m???c??");
}

/** Every length around the limit, with characters of one to four bytes. */
static void never_splits_a_character(void **state) {
    (void)state;
    static const char *const units[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\x96"};
    quire_error error = {0};
    char *text = calloc(1, 8001);
    for (size_t unit = 0; unit < 4; unit++) {
        for (size_t bytes = 980; bytes < 1060; bytes++) {
            memset(text, 'a', 8000);
            text[bytes % 4] = '\0';
            while (strlen(text) < bytes) {
                strcat(text, units[unit]);
            }
            q_error_set(&error, QUIRE_ERROR, "%s", text);
            assert_true(strlen(error.message) < QUIRE_MESSAGE_SIZE);
            assert_true(q_name_is_utf8(error.message, strlen(error.message)));
            assert_null(strchr(error.message, '?'));
            q_error_errno(&error, ENOSPC, "%s", text);
            assert_true(q_name_is_utf8(error.message, strlen(error.message)));
            EXPECT_MESSAGE(": No space left on device");
            q_error_set(&error, QUIRE_ERROR, "%s end", text);
            q_error_prefix(&error, "%s", text);
            assert_true(strlen(error.message) < QUIRE_MESSAGE_SIZE);
            assert_true(q_name_is_utf8(error.message, strlen(error.message)));
        }
    }
    for (size_t i = 0; i < 4000; i++) { /* two bytes that become one: shorter than the room */
        memcpy(text + 2 * i, "\xc2\x80", 2);
    }
    q_error_set(&error, QUIRE_ERROR, "%s", text);
    assert_int_equal(strspn(error.message, "?"), (QUIRE_MESSAGE_SIZE + 7) / 2);
    EXPECT_MESSAGE("?...");
    memset(text, 'a', 8000);
    q_error_set(&error, QUIRE_ERROR, "what matters");
    q_error_prefix(&error, "%s", text);
    EXPECT_MESSAGE("...: what matters");
    free(text);
}

static void short_text_is_kept_whole(void **state) {
    (void)state;
    quire_error error = {0};
    char text[QUIRE_MESSAGE_SIZE];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    q_error_set(&error, QUIRE_ERROR, "%s", text);
    assert_string_equal(error.message, text);
    q_error_set(&error, QUIRE_ERROR, "%sx", text);
    assert_string_equal(error.message + QUIRE_MESSAGE_SIZE - 5, "x...");
}

static void old_message_may_be_an_argument(void **state) {
    (void)state;
    quire_error error = {0};
    q_error_set(&error, QUIRE_ERROR, "inner");
    q_error_set(&error, QUIRE_INTEGRITY, "outer: %s", error.message);
    assert_string_equal(error.message, "outer: inner");
    error.rank = 3;
    q_error_prefix(&error, "more");
    assert_string_equal(error.message, "more: outer: inner");
    assert_int_equal(error.status, QUIRE_INTEGRITY);
    assert_int_equal(error.rank, 3);
}

static void system_errors_have_a_status(void **state) {
    (void)state;
    static const int temporary[] = {EAGAIN, ESTALE, ETIMEDOUT, EINTR, ECONNRESET};
    static const int lasting[] = {ENOSPC, EDQUOT, EROFS, EACCES, EIO, ENOMEM, ENOENT};
    quire_error error = {0};
    for (size_t i = 0; i < sizeof temporary / sizeof *temporary; i++) {
        EXPECT(QUIRE_TEMPORARY, q_error_errno(&error, temporary[i], "f"));
    }
    for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++) {
        EXPECT(QUIRE_ERROR, q_error_errno(&error, lasting[i], "f"));
    }
    q_error_errno(&error, 99999, "f");
    assert_string_equal(error.message, "f: error number 99999");
}

static void statuses_have_names(void **state) {
    (void)state;
    assert_string_equal(quire_status_name(QUIRE_OK), "ok");
    assert_string_equal(quire_status_name(QUIRE_CONFLICT), "conflict");
    assert_string_equal(quire_status_name(QUIRE_TEMPORARY), "temporary");
    assert_string_equal(quire_status_name((quire_status)42), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_status_rank_and_message),
        cmocka_unit_test(replaces_what_a_terminal_would_obey),
        cmocka_unit_test(never_splits_a_character),
        cmocka_unit_test(short_text_is_kept_whole),
        cmocka_unit_test(old_message_may_be_an_argument),
        cmocka_unit_test(system_errors_have_a_status),
        cmocka_unit_test(statuses_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
