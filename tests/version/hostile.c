/** @file Hostile names in a version: refused, and nothing is written anywhere. */
#include "version/unit.h"

#include <fcntl.h>
#include <unistd.h>

/* Longer ones are made in the test. */
static const char *const names[] = {
    "..",
    "../x",
    "../../x",
    "../../../../../../tmp/quire-hostile",
    "a/..",
    "a/../..",
    "a/../../x",
    "a/b/../../../x",
    "./x",
    ".",
    "a/.",
    "a/./x",
    "a//x",
    "//x",
    "/",
    "/x",
    "/etc/quire-hostile",
    "//etc/quire-hostile",
    "a/",
    "a/b/",
    "",
    "x/../../../x",
    "../out2/x",
    "../outside",
    "..\\x",
    "..\\..\\x",
    "a\\b",
    "\\x",
    "\\\\server\\share",
    "C:x",
    "C:\\x",
    "c:/x",
    "a\nb",
    "a\rb",
    "a\tb",
    "\x1b[31mred",
    "a\x7f",
    "\x01",
    "a/\x02/b",
    "\xff\xfe",
    "\xc0\xae\xc0\xae/x",
    "\xc0\xaf",
    "\xe0\x80\xaf",
    "\xed\xa0\x80",
    "\xf8\x88\x80\x80\x80",
    "\xc3",
    "a/\xc3(",
    "\xf4\x90\x80\x80",
    "\xc2\x80",
    "\302\23331m",
    ".. /../x",
    "../",
    "/..",
    "/../x",
    "x/..",
    "....//..",
    "a/..//x",
    ".//x",
    "../.quire",
    "./../x",
    "x/./../y",
    "a/../a/../../x",
    "..//x",
    "../\xc3\xa9",
    "\xc2\x85",
    "\n",
};

static void assert_refused(const char *path) {
    fake f;
    quire_error error = {0};
    const fake_entry entry = {.path = path, .data = "evil"};
    fake_begin(&f, &entry, 1);
    quire_status status = quire_version_download(&f.version, scratch("out"), NULL, NULL, &error);
    if (status != QUIRE_INTEGRITY) {
        print_error("status %d for the path '%s'\n", (int)status, path);
    }
    assert_int_equal(status, QUIRE_INTEGRITY);
    assert_says(&error, "tree:v3");
    for (const char *c = error.message; *c != '\0'; c++) {
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    assert_int_equal(scratch_count("out"), 0);
    assert_int_equal(scratch_count(""), 1);
}

static void test_names(void **state) {
    (void)state;
    assert_true(COUNT(names) >= 60);
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_refused(names[i]);
    }
    char longer[4200];
    memset(longer, 'x', sizeof longer);
    longer[256] = '\0'; /* a component of 256 bytes */
    assert_refused(longer);
    for (size_t i = 0; i < sizeof longer; i++) {
        longer[i] = i % 2 != 0 ? '/' : 'x';
    }
    longer[4097] = '\0'; /* a path of 4,097 bytes */
    assert_refused(longer);
}

static const char some_digest[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/** The same names as references, which go another way. */
static void test_names_of_references(void **state) {
    (void)state;
    scratch_write("source", "evil");
    char uri[300];
    snprintf(uri, sizeof uri, "file://%s", scratch("source"));
    for (size_t i = 0; i < COUNT(names); i++) {
        fake f;
        const fake_entry entry = {.path = names[i], .ref = uri, .digest = some_digest, .size = 4};
        fake_begin(&f, &entry, 1);
        assert_int_equal(quire_version_download(&f.version, scratch("out"), NULL, NULL, NULL),
                         QUIRE_INTEGRITY);
        assert_int_equal(scratch_count("out"), 0);
        assert_int_equal(scratch_count(""), 2);
    }
}

/** The longest path that is allowed, which is longer than the kernel takes in one call. */
static void test_longest_path(void **state) {
    char path[4097];
    fake f;
    quire_error error = {0};
    char data[8];
    (void)state;
    for (size_t i = 0; i < sizeof path; i++) {
        path[i] = i % 256 == 255 ? '/' : 'x';
    }
    path[4094] = '/';
    path[4095] = 'x';
    path[4096] = '\0';
    const fake_entry entry = {.path = path, .data = "deep"};
    fake_begin(&f, &entry, 1);
    for (int round = 0; round < 2; round++) { /* making the folders, and finding them */
        assert_status(QUIRE_OK,
                      quire_version_download(&f.version, scratch("out"), NULL, NULL, &error),
                      &error);
    }
    int fd = open(scratch("out"), O_RDONLY | O_DIRECTORY);
    for (char *name = strtok(path, "/"); name != NULL; name = strtok(NULL, "/")) {
        int next = openat(fd, name, O_RDONLY);
        close(fd);
        fd = next;
    }
    assert_int_equal(read(fd, data, sizeof data), 4);
    assert_memory_equal(data, "deep", 4);
    close(fd);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_names),
        TEST(test_names_of_references),
        TEST(test_longest_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
