/** @file Downloading: the tree that comes out, what is replaced, which part of it is written. */
#include "version/unit.h"

#include <sys/stat.h>
#include <unistd.h>

static const fake_entry entries[] = {
    {.path = "a-b", .data = "1"},
    {.path = "a.txt", .data = "a longer text of more than one piece"},
    {.path = "a/deep/er/x", .data = "333"},
    {.path = "a/deep/y", .data = "4444"},
    {.path = "a/z", .data = ""},
    {.path = "a0", .data = "666666"},
    {.path = "b/ref", .ref = "s3://bucket/key", .size = QUIRE_SIZE_UNKNOWN},
};

static quire_status get(fake *f, const quire_download_options *options, quire_read_report *report,
                        quire_error *error) {
    fake_begin(f, entries, COUNT(entries));
    memset(error, 0, sizeof *error);
    return quire_version_download(&f->version, scratch("new/out"), options, report, error);
}

static void assert_tree(void) {
    for (size_t i = 0; i < COUNT(entries); i++) {
        char path[128];
        snprintf(path, sizeof path, "new/out/%s", entries[i].path);
        if (entries[i].ref == NULL) {
            assert_true(scratch_holds(path, entries[i].data));
        } else {
            assert_true(scratch_absent(path));
        }
    }
    /* Six files, and the folders a, a/deep, a/deep/er: nothing else, no temporary file. */
    assert_int_equal(scratch_count("new/out"), 9);
}

static void test_tree(void **state) {
    fake f;
    quire_error error;
    quire_read_report report;
    (void)state;
    assert_status(QUIRE_OK, get(&f, NULL, &report, &error), &error);
    assert_tree();
    assert_int_equal(report.files, 6);
    assert_int_equal(report.bytes, f.version.info.bytes);
    assert_int_equal(report.references, 0);
    assert_int_equal(report.skipped, 1);
    assert_status(QUIRE_OK, get(&f, NULL, NULL, &error), &error);
    assert_tree();
}

static void test_mode_follows_umask(void **state) {
    fake f;
    quire_error error;
    struct stat status;
    (void)state;
    mode_t before = umask(027);
    assert_status(QUIRE_OK, get(&f, NULL, NULL, &error), &error);
    umask(before);
    assert_int_equal(stat(scratch("new/out/a.txt"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(stat(scratch("new/out/a"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0750);
}

/** What is there is replaced as a whole, other files stay, and a hard link elsewhere keeps its
 *  content. */
static void test_replaces(void **state) {
    fake f;
    quire_error error;
    (void)state;
    assert_int_equal(mkdir(scratch("new"), 0700) || mkdir(scratch("new/out"), 0700), 0);
    scratch_write("new/out/a.txt", "old content, and longer than the new one by some more words");
    assert_int_equal(link(scratch("new/out/a.txt"), scratch("twin")), 0);
    scratch_write("new/out/mine", "mine");
    assert_status(QUIRE_OK, get(&f, NULL, NULL, &error), &error);
    assert_true(scratch_holds("new/out/a.txt", entries[1].data));
    assert_true(scratch_holds("new/out/mine", "mine"));
    assert_true(
        scratch_holds("twin", "old content, and longer than the new one by some more words"));
}

static void test_part_of_the_tree(void **state) {
    fake f;
    quire_error error;
    quire_read_report report;
    (void)state;
    assert_status(QUIRE_OK, get(&f, &(quire_download_options){.path = "a/deep/"}, &report, &error),
                  &error);
    assert_int_equal(report.files, 2);
    assert_true(scratch_holds("new/out/a/deep/er/x", "333"));
    assert_true(scratch_holds("new/out/a/deep/y", "4444"));
    assert_status(QUIRE_OK, get(&f, &(quire_download_options){.path = "a0"}, &report, &error),
                  &error);
    assert_int_equal(report.files, 1);
    assert_true(scratch_holds("new/out/a0", "666666"));
    assert_int_equal(scratch_count("new/out"), 6);
    assert_status(QUIRE_NOT_FOUND,
                  get(&f, &(quire_download_options){.path = "a/de"}, &report, &error), &error);
    assert_string_equal(error.message, "tree:v3: no folder or file a/de");
}

static void test_parts_make_the_whole(void **state) {
    (void)state;
    quire_read_report sum = {0};
    for (int64_t part = 0; part < 4; part++) {
        fake f;
        quire_error error;
        quire_read_report report;
        const quire_download_options options = {.part = part, .parts = 4};
        assert_status(QUIRE_OK, get(&f, &options, &report, &error), &error);
        sum.files += report.files;
        sum.bytes += report.bytes;
        sum.skipped += report.skipped;
        assert_true(report.files <= 2);
    }
    assert_tree();
    assert_int_equal(sum.files, 6);
    assert_int_equal(sum.skipped, 1);
}

static void test_damage_leaves_nothing(void **state) {
    fake f;
    quire_error error = {0};
    quire_read_report report;
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "a.txt";
    assert_status(QUIRE_INTEGRITY,
                  quire_version_download(&f.version, scratch("out"), NULL, &report, &error),
                  &error);
    assert_string_equal(error.message, "tree:v3: blob of a.txt is damaged");
    assert_int_equal(report.files, 1);
    assert_int_equal(scratch_count("out"), 1);
    scratch_write("out/a.txt", "what was there");
    assert_int_equal(quire_version_download(&f.version, scratch("out"), NULL, NULL, NULL),
                     QUIRE_INTEGRITY);
    assert_true(scratch_holds("out/a.txt", "what was there"));
}

/** A store that gives fewer bytes than the entry has, without saying so. */
static void test_short(void **state) {
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "a0";
    f.failure = QUIRE_OK;
    assert_status(QUIRE_INTEGRITY,
                  quire_version_download(&f.version, scratch("out"), NULL, NULL, &error), &error);
    assert_says(&error, "tree:v3: a0 has 3 bytes instead of 6");
    assert_true(scratch_absent("out/a0"));
}

static void watch(void *context, const quire_progress *progress) {
    *(quire_progress *)context = *progress;
}

static void test_progress(void **state) {
    fake f;
    quire_error error;
    quire_progress last = {0};
    quire_download_options options = {.progress = watch, .progress_context = &last};
    (void)state;
    assert_status(QUIRE_OK, get(&f, &options, NULL, &error), &error);
    assert_int_equal(last.files_total, COUNT(entries));
    assert_int_equal(last.files_done, last.files_total);
    assert_int_equal(last.bytes_total, f.version.info.bytes);
    assert_int_equal(last.bytes_done, last.bytes_total);
    assert_int_equal(last.slowest_rank, -1);
    options.path = "a";
    options.part = 1;
    options.parts = 2;
    assert_status(QUIRE_OK, get(&f, &options, NULL, &error), &error);
    assert_true(last.files_total >= 1 && last.files_total < 3);
    assert_int_equal(last.files_done, last.files_total);
    assert_int_equal(last.bytes_done, last.bytes_total);
}

static void test_arguments(void **state) {
    fake f;
    quire_error error;
    (void)state;
    const quire_download_options wrong[] = {
        {.version = 1}, {.part = 1},        {.part = -1, .parts = 2}, {.part = 2, .parts = 2},
        {.parts = -1},  {.parts = 1000001}, {.path = "../x"},         {.path = "/"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_status(QUIRE_USAGE, get(&f, &wrong[i], NULL, &error), &error);
    }
    fake_begin(&f, entries, COUNT(entries));
    assert_int_equal(quire_version_download(&f.version, "", NULL, NULL, &error), QUIRE_USAGE);
    assert_int_equal(quire_version_download(NULL, "x", NULL, NULL, &error), QUIRE_USAGE);
    assert_int_equal(scratch_count(""), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_tree),
        TEST(test_mode_follows_umask),
        TEST(test_replaces),
        TEST(test_part_of_the_tree),
        TEST(test_parts_make_the_whole),
        TEST(test_damage_leaves_nothing),
        TEST(test_short),
        TEST(test_progress),
        TEST(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
