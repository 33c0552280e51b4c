/** @file Store URLs: what is a URL, and the path in a file URL. */
#include "version/unit.h"

#include <stdlib.h>

#include "store/url.h"

static void test_schemes(void **state) {
    static const struct {
        const char *url;
        const char *scheme; /* NULL: a path */
    } cases[] = {
        {"s3://bucket/x", "s3"},
        {"S3://x", "s3"},
        {"wandb://e/p", "wandb"},
        {"file:///x", "file"},
        {"file:/x", "file"},
        {"FILE:///x", "file"},
        {"a+b.c-d://", "a+b.c-d"},
        {"s3:/x", NULL},
        {"file:x", NULL},
        {"/a/b", NULL},
        {"./s3://x", NULL},
        {"a b://c", NULL},
        {"3d://x", NULL},
        {"", NULL},
        {"://x", NULL},
        {"dir", NULL},
        {"/x/file:///y", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char scheme[Q_URL_SCHEME_SIZE] = "";
        assert_int_equal(q_url_scheme(cases[i].url, scheme), cases[i].scheme != NULL);
        assert_string_equal(scheme, cases[i].scheme != NULL ? cases[i].scheme : "");
    }
    char scheme[Q_URL_SCHEME_SIZE];
    assert_true(q_url_scheme("averyveryveryveryveryveryverylongscheme://", scheme));
    assert_int_equal(strlen(scheme), Q_URL_SCHEME_SIZE - 1);
}

static void test_paths(void **state) {
    static const struct {
        const char *uri;
        const char *path; /* NULL: refused */
    } cases[] = {
        {"file:///a/b", "/a/b"},
        {"file:/a/b", "/a/b"},
        {"file://localhost/a", "/a"},
        {"file:///a%20b%2Fc%c3%a9", "/a b/c\xc3\xa9"},
        {"file:///", "/"},
        {"file://host/a", NULL},
        {"file://user:secret@host/a", NULL},
        {"file://user:secret@localhost/a", NULL},
        {"file://localhost", NULL},
        {"file:a", NULL},
        {"file:///a%2", NULL},
        {"file:///a%zz", NULL},
        {"file:///a%", NULL},
        {"file:///a%00b", NULL},
        {"file:///a?b", NULL},
        {"file:///a#b", NULL},
        {"http://a/b", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *path = NULL;
        quire_error error = {0};
        assert_status(cases[i].path != NULL ? QUIRE_OK : QUIRE_USAGE,
                      q_url_file_path(cases[i].uri, &path, &error), &error);
        if (cases[i].path != NULL) {
            assert_string_equal(path, cases[i].path);
        } else {
            assert_null(path);
            assert_null(strstr(error.message, "secret"));
        }
        free(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
