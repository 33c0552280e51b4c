/** @file URIs: schemes, secrets, and the path in a file URI. */
#include "base/uri.h"

#include "base/unit.h"

static void schemes(void **state) {
    (void)state;
    assert_true(q_uri_has_scheme("file:///x", "file"));
    assert_true(q_uri_has_scheme("FiLe:x", "file"));
    assert_true(q_uri_has_scheme("https://x", "https"));
    assert_false(q_uri_has_scheme("https://x", "http"));
    assert_false(q_uri_has_scheme("http", "http"));
    assert_false(q_uri_has_scheme("/file:", "file"));
    assert_false(q_uri_has_scheme("", "file"));
}

static void secrets(void **state) {
    static const char *const open[] = {"https://user:secret@host/x", "s3://secret@host",
                                       "file://secret@localhost/x",  "https://a@secret@host?q",
                                       "https:///u:secret@host/x",   "http:/u:secret@host/x",
                                       "http:u:secret@host/x",       "HTTP:\\\\secret@host/x"};
    static const char *const fine[] = {"https://host/a@b", "https://host?x=@", "mailto:a@b", "x"};
    (void)state;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        quire_error error = {0};
        EXPECT(QUIRE_USAGE, q_uri_refuse_secrets(open[i], &error));
        assert_null(strstr(error.message, "secret"));
    }
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        quire_error error = {0};
        EXPECT(QUIRE_OK, q_uri_refuse_secrets(fine[i], &error));
    }
}

static void files(void **state) {
    static const struct {
        const char *uri;
        const char *path; /* NULL: refused */
    } cases[] = {
        {"file:///a/b", "/a/b"},
        {"file:/a/b", "/a/b"},
        {"file://localhost/a", "/a"},
        {"file:///a%20b%2Fc%c3%a9", "/a b/c\xc3\xa9"},
        {"file:///a%41", "/aA"},
        {"file:///", "/"},
        {"file://host/a", NULL},
        {"file://localhost", NULL},
        {"file:a", NULL},
        {"file:", NULL},
        {"file:///a%2", NULL},
        {"file:///a%zz", NULL},
        {"file:///a%", NULL},
        {"file:///a%00b", NULL},
        {"file:///a?b", NULL},
        {"file:///a#b", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = NULL;
        quire_error error = {0};
        EXPECT(cases[i].path ? QUIRE_OK : QUIRE_USAGE, q_uri_to_file(cases[i].uri, &path, &error));
        if (cases[i].path) {
            assert_string_equal(path, cases[i].path);
        } else {
            assert_null(path);
            EXPECT_MESSAGE(cases[i].uri);
        }
        free(path);
    }
}

static void names(void **state) {
    static const char *const cases[][2] = {
        {"s3://bucket/a/b%20c", "b c"}, {"https://host/x/?q=/y", "x"}, {"file:///a/b#c", "b"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *name = NULL;
        quire_error error = {0};
        EXPECT(QUIRE_OK, q_uri_base_name(cases[i][0], &name, &error));
        assert_string_equal(name, cases[i][1]);
        free(name);
    }
    char *name = NULL;
    quire_error error = {0};
    EXPECT(QUIRE_USAGE, q_uri_base_name("https://host/", &name, &error));
    EXPECT(QUIRE_USAGE, q_uri_base_name("https://host/?token=secret", &name, &error));
    assert_null(strstr(error.message, "secret"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(schemes), cmocka_unit_test(secrets),
                                       cmocka_unit_test(files), cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
