/** @file Reading ranges of a file, and finding where it lies. */
#include "version/unit.h"

#include <stdlib.h>

static const fake_entry entries[] = {
    {.path = "dir/file", .data = "0123456789abcdef"},
    {.path = "empty", .data = ""},
    {.path = "ref", .ref = "https://example.org/x", .size = 5},
};

static quire_status append(void *context, const void *data, size_t size) {
    return q_buffer_append(context, data, size, NULL);
}

static void assert_range(uint64_t offset, uint64_t length, const char *expected) {
    fake f;
    q_buffer out = {0};
    quire_error error = {0};
    fake_begin(&f, entries, COUNT(entries));
    assert_int_equal(q_buffer_append_string(&out, "", NULL), QUIRE_OK);
    assert_status(QUIRE_OK,
                  quire_version_read(&f.version, "dir/file", offset, length, append, &out, &error),
                  &error);
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.data != NULL ? out.data : "", expected, out.size);
    q_buffer_free(&out);
}

static void test_ranges(void **state) {
    (void)state;
    assert_range(0, UINT64_MAX, "0123456789abcdef");
    assert_range(0, 16, "0123456789abcdef");
    assert_range(3, 4, "3456");
    assert_range(15, 1, "f");
    assert_range(15, UINT64_MAX, "f");
    assert_range(10, 100, "abcdef");
    assert_range(16, UINT64_MAX, "");
    assert_range(5, 0, "");
}

static void test_fails(void **state) {
    static const struct {
        const char *path;
        uint64_t offset;
        quire_status status;
        const char *says;
    } cases[] = {
        {"dir/file", 17, QUIRE_USAGE, "tree:v3: dir/file has 16 bytes"},
        {"dir/file", UINT64_MAX, QUIRE_USAGE, "dir/file"},
        {"empty", 1, QUIRE_USAGE, "empty"},
        {"ref", 0, QUIRE_USAGE, "tree:v3: ref is a reference"},
        {"dir", 0, QUIRE_NOT_FOUND, "tree:v3: no file dir"},
        {"zzz", 0, QUIRE_NOT_FOUND, "tree:v3: no file zzz"},
        {"/dir/file", 0, QUIRE_USAGE, "/dir/file"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fake f;
        q_buffer out = {0};
        quire_error error = {0};
        fake_begin(&f, entries, COUNT(entries));
        assert_status(cases[i].status,
                      quire_version_read(&f.version, cases[i].path, cases[i].offset, UINT64_MAX,
                                         append, &out, &error),
                      &error);
        assert_says(&error, cases[i].says);
        assert_int_equal(out.size, 0);
    }
}

static void test_damage_is_told(void **state) {
    fake f;
    q_buffer out = {0};
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "dir/file";
    assert_status(QUIRE_INTEGRITY,
                  quire_version_read(&f.version, "dir/file", 0, UINT64_MAX, append, &out, &error),
                  &error);
    assert_says(&error, "blob of dir/file is damaged");
    q_buffer_free(&out);
}

static quire_status refuse(void *context, const void *data, size_t size) {
    (void)data;
    (void)size;
    ++*(int *)context;
    return QUIRE_TEMPORARY;
}

static void test_callback_ends_it(void **state) {
    fake f;
    int calls = 0;
    quire_error error = {.status = QUIRE_TEMPORARY, .message = "an earlier failure"};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_int_equal(
        quire_version_read(&f.version, "dir/file", 0, UINT64_MAX, refuse, &calls, &error),
        QUIRE_TEMPORARY);
    assert_int_equal(calls, 1);
    assert_int_equal(error.status, QUIRE_TEMPORARY);
    assert_says(&error, "tree:v3: ended by the caller");
}

static void test_local_path(void **state) {
    fake f;
    char *file = NULL;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_local_path(&f.version, "dir/file", &file, &error),
                  &error);
    assert_string_equal(file, "/store/dir/file");
    free(file);
    assert_status(QUIRE_USAGE, quire_version_local_path(&f.version, "empty", &file, &error),
                  &error);
    assert_null(file);
    assert_says(&error, "tree:v3: empty");
    assert_status(QUIRE_USAGE, quire_version_local_path(&f.version, "ref", &file, &error), &error);
    assert_status(QUIRE_NOT_FOUND, quire_version_local_path(&f.version, "dir", &file, &error),
                  &error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),         cmocka_unit_test(test_fails),
        cmocka_unit_test(test_damage_is_told), cmocka_unit_test(test_callback_ends_it),
        cmocka_unit_test(test_local_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
