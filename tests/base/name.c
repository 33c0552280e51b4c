/** @file Names: hostile paths above all, then each kind of name. */
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

static void refuses_hostile_paths(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "/",
        "//",
        "/a",
        "//a",
        "///etc/passwd",
        "/etc/passwd",
        "a/",
        "a//b",
        "a///b",
        "./a",
        "a/.",
        "a/./b",
        ".",
        "./",
        "./.",
        "..",
        "../",
        "../a",
        "a/..",
        "a/../b",
        "a/../../b",
        "../../etc/passwd",
        "a/b/../../../c",
        "..\\a",
        "a\\b",
        "\\",
        "\\a",
        "\\\\host\\share",
        "a\\..\\b",
        "a/\\",
        "C:",
        "C:\\a",
        "C:/a",
        "c:a",
        "z:/",
        "a\nb",
        "\n",
        "a\n",
        "a\rb",
        "a\tb",
        "\x01",
        "a\x1b[2Jb",
        "\x7f",
        "a/\x7f/b",
        "\xc2\x80",
        "a\xc2\x9bz",
        "\xff",
        "\xfe\xff",
        "a/\xff",
        "\xc0\xae\xc0\xae/a",
        "\xc0\xaf",
        "\xe0\x80\xaf",
        "\xf0\x80\x80\xaf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xc3",
        "a\xc3",
        "\xe2\x82",
        "\xe2\x82/a",
        "\xf0\x9f\x93",
        "\x80",
        "a\xbf",
        "caf\xe9",
    };
    quire_error error = {0};
    assert_true(COUNT(bad) >= 60);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (q_name_check_path(bad[i], &error) != QUIRE_USAGE) {
            fail_msg("accepted: '%s' (number %zu)", bad[i], i);
        }
        assert_true(q_name_is_utf8(error.message, strlen(error.message)));
        assert_null(strpbrk(error.message, "\n\r\t\x1b\x7f"));
    }
    EXPECT(QUIRE_USAGE, q_name_check_path(repeat('a', 256), &error));
    EXPECT(QUIRE_USAGE, q_name_check_path(repeat('a', 9999), &error));
    EXPECT_MESSAGE("aaa...' is too long");
    char *deep = repeat('a', 4097);
    for (size_t i = 1; i < 4096; i += 2) {
        deep[i] = '/';
    }
    EXPECT(QUIRE_USAGE, q_name_check_path(deep, &error));
    deep[4095] = '\0';
    EXPECT(QUIRE_OK, q_name_check_path(deep, &error));
}

static void takes_ordinary_paths(void **state) {
    (void)state;
    static const char *const good[] = {
        "a",        "a/b/c",       ".a",       "..a",  "a..",      "...",
        "a/...",    ".git/config", "a b",      " ",    "a/ /b",    "~",
        "-rf",      "--help",      "ab:c/d:e", "1:2",  "\xc3\xa9", "\xf0\x9f\x93\x96/x",
        "%2e%2e/x", "a?b*c[d]",    "$(id)",    "`id`", "'\"",      "con",
        "a;b",      "T=300K",
    };
    quire_error error = {0};
    for (size_t i = 0; i < COUNT(good); i++) {
        EXPECT(QUIRE_OK, q_name_check_path(good[i], &error));
    }
    EXPECT(QUIRE_OK, q_name_check_path(repeat('a', 255), &error));
}

typedef quire_status (*check)(const char *, quire_error *);

static quire_status check_type(const char *type, quire_error *error) {
    return q_name_check_type(type, NULL, error);
}

static quire_status check_id(const char *id, quire_error *error) {
    return q_name_check_id("writer", id, error);
}

static void names_of_every_kind(void **state) {
    (void)state;
    static const struct {
        check call;
        const char *good[12], *bad[24];
    } kinds[] = {
        {q_name_check_artifact,
         {"a", "A.b-c_9", "...", "-", ".hidden", "v1", "latest"},
         {"", ".", "..", "a/b", "a:b", "a b", "\xc3\xa9", "a\n", "a\\b", "../x", "a%", "a+b"}},
        {check_type,
         {"dataset", "-", "_a", "a b", "a  b.c", "a.", "wandb", "jobs", "run_table", "code"},
         {"", " ", "a ", " a", ".a", "..", "a/b", "a:b", "a\tb", "\xc3\xa9", "job", "wandb-x",
          "wandb-", "a\nb"}},
        {q_name_check_alias,
         {"best", "a b", "\xc3\xa9", "v", "va", "v1a", "V1", "...", "Latest", "1"},
         {"", ".", "..", "a/b", "a:b", "a\nb", "\xff", "latest", "v0", "v12", "v007",
          "v99999999999999999999999", HEX, "\x1b"}},
        {q_name_check_tag,
         {"a", "a b", "a  b", "-", "_", "A-1_b"},
         {"", " ", "a ", " a", "a.b", "a/b", "a:b", "\xc3\xa9", "a\tb", "a\n", "a,b"}},
        {check_id,
         {"1", "a/b", "a:b", "..", "\xc3\xa9", "123.server", " "},
         {"", "a\nb", "\x7f", "\xff", "\xc2\x85"}},
        {q_name_check_uri,
         {"s3://b/k", "http://h", "file:a", "x:y", "a+b-c.d1:z", "file:///\xc3\xa9",
          "http://h?q#f"},
         {"", ":", "a", "a:", "://x", "1a:b", "-a:b", "s3 ://b", "http://h/a b", "http://h/\n",
          "http://h/\xff", "/a/b", "\xc3\xa9:x", "a_b:c"}},
    };
    quire_error error = {0};
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        for (size_t i = 0; kinds[kind].good[i]; i++) {
            EXPECT(QUIRE_OK, kinds[kind].call(kinds[kind].good[i], &error));
        }
        for (size_t i = 0; kinds[kind].bad[i]; i++) {
            if (kinds[kind].call(kinds[kind].bad[i], &error) != QUIRE_USAGE) {
                fail_msg("kind %zu accepts '%s'", kind, kinds[kind].bad[i]);
            }
        }
        bool uri = kinds[kind].call == q_name_check_uri;
        char *text = repeat('a', uri ? Q_URI_MAX : Q_NAME_MAX);
        text[1] = uri ? ':' : 'a';
        EXPECT(QUIRE_OK, kinds[kind].call(text, &error));
        strcat(text, "a");
        EXPECT(QUIRE_USAGE, kinds[kind].call(text, &error));
    }
    EXPECT(QUIRE_USAGE, q_name_check_type("run_table", "run-1", &error));
    EXPECT(QUIRE_USAGE, q_name_check_type("code", "source-1", &error));
    EXPECT(QUIRE_OK, q_name_check_type("code", "run-1", &error));
    EXPECT(QUIRE_OK, q_name_check_type("run_table", "source-1", &error));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_hostile_paths),
        cmocka_unit_test(takes_ordinary_paths),
        cmocka_unit_test(names_of_every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
