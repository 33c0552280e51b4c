/** @file Prepared targets: links and wrong kinds of files where a download must write. */
#include "version/unit.h"

#include <sys/stat.h>
#include <unistd.h>

static const fake_entry tree[] = {{.path = "a/b/file", .data = "new"},
                                  {.path = "top", .data = "new"}};

static quire_status get_tree(quire_error *error) {
    fake f;
    fake_begin(&f, tree, COUNT(tree));
    return quire_version_download(&f.version, scratch("out"), NULL, NULL, error);
}

/** `out` with a folder `outside` beside it that nobody may write to. */
static void prepare(void) {
    assert_int_equal(mkdir(scratch("out"), 0700) || mkdir(scratch("outside"), 0700) ||
                         mkdir(scratch("outside/b"), 0700),
                     0);
    scratch_write("outside/b/file", "precious");
}

static void assert_outside_untouched(void) {
    assert_int_equal(scratch_count("outside"), 2);
    assert_true(scratch_holds("outside/b/file", "precious"));
}

static void test_link_as_folder(void **state) {
    static const char *const to[] = {"../outside", NULL, "missing", "."};
    (void)state;
    prepare();
    for (size_t i = 0; i < COUNT(to); i++) {
        quire_error error = {0};
        assert_int_equal(symlink(to[i] != NULL ? to[i] : scratch("outside"), scratch("out/a")), 0);
        assert_status(QUIRE_ERROR, get_tree(&error), &error);
        assert_says(&error, "out/a is a symbolic link");
        assert_says(&error, "tree:v3");
        assert_outside_untouched();
        assert_int_equal(scratch_count("out"), 1);
        assert_int_equal(unlink(scratch("out/a")), 0);
    }
    quire_error error = {0};
    assert_int_equal(mkdir(scratch("out/a"), 0700), 0);
    assert_int_equal(symlink("../../outside/b", scratch("out/a/b")), 0);
    assert_status(QUIRE_ERROR, get_tree(&error), &error);
    assert_says(&error, "out/a/b is a symbolic link");
    assert_outside_untouched();
}

/** A link at a file's own name is replaced, and what it points to is not. */
static void test_link_as_file(void **state) {
    quire_error error = {0};
    (void)state;
    prepare();
    assert_int_equal(symlink("../outside/b/file", scratch("out/top")), 0);
    assert_status(QUIRE_OK, get_tree(&error), &error);
    assert_true(scratch_holds("out/top", "new"));
    assert_true(scratch_holds("out/a/b/file", "new"));
    assert_outside_untouched();
}

static void test_wrong_kinds(void **state) {
    quire_error error = {0};
    (void)state;
    prepare();
    scratch_write("out/a", "a file");
    assert_status(QUIRE_ERROR, get_tree(&error), &error);
    assert_says(&error, "out/a is a file where a folder must be");
    assert_true(scratch_holds("out/a", "a file"));
    assert_int_equal(unlink(scratch("out/a")) || mkdir(scratch("out/top"), 0700), 0);
    assert_status(QUIRE_ERROR, get_tree(&error), &error);
    assert_says(&error, "out/top is a folder where a file must be");
    assert_int_equal(rmdir(scratch("out/top")) || mkfifo(scratch("out/top"), 0600), 0);
    assert_status(QUIRE_OK, get_tree(&error), &error);
    assert_true(scratch_holds("out/top", "new"));
    scratch_write("plain", "");
    fake f;
    fake_begin(&f, tree, COUNT(tree));
    assert_status(QUIRE_ERROR,
                  quire_version_download(&f.version, scratch("plain"), NULL, NULL, &error), &error);
    assert_status(QUIRE_ERROR,
                  quire_version_download(&f.version, scratch("plain/x"), NULL, NULL, &error),
                  &error);
}

/** A version that holds `a` both as a file and as a folder cannot be written, either way round. */
static void test_file_and_folder(void **state) {
    static const fake_entry both[] = {{.path = "a", .data = "1"}, {.path = "a/b", .data = "2"}};
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, both, COUNT(both));
    assert_status(QUIRE_ERROR,
                  quire_version_download(&f.version, scratch("out"), NULL, NULL, &error), &error);
    assert_says(&error, "out/a is a file");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_link_as_folder),
        TEST(test_link_as_file),
        TEST(test_wrong_kinds),
        TEST(test_file_and_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
