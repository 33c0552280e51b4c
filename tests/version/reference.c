/** @file Downloading references: fetched when they are what was recorded. */
#include "version/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "http/server.h"

/* sha256sum of "content\n" */
static const char content_digest[] =
    "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53";

static char uri[512];

static quire_status get(const fake_entry *entry, int skip, quire_read_report *report,
                        quire_error *error) {
    fake f;
    const quire_download_options options = {.skip_references = skip};
    memset(error, 0, sizeof *error);
    fake_begin(&f, entry, 1);
    return quire_version_download(&f.version, scratch("out"), &options, report, error);
}

static fake_entry prepare(const char *text) {
    scratch_write("a source", text);
    snprintf(uri, sizeof uri, "file://localhost%s", scratch("a%20source"));
    return (fake_entry){.path = "in/copy", .ref = uri, .digest = content_digest, .size = 8};
}

static void test_copied(void **state) {
    quire_error error;
    quire_read_report report;
    (void)state;
    fake_entry entry = prepare("content\n");
    assert_status(QUIRE_OK, get(&entry, 1, &report, &error), &error);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(scratch_count("out"), 0);
    assert_status(QUIRE_OK, get(&entry, 0, &report, &error), &error);
    assert_int_equal(report.references, 1);
    assert_int_equal(report.bytes, 8);
    assert_int_equal(report.files, 0);
    assert_true(scratch_holds("out/in/copy", "content\n"));
}

static void test_changed(void **state) {
    static const char *const texts[] = {"CONTENT\n", "content", "content\n\n", ""};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        quire_error error;
        fake_entry entry = prepare(texts[i]);
        assert_status(QUIRE_INTEGRITY, get(&entry, 0, NULL, &error), &error);
        assert_says(&error, "tree:v3: in/copy, a reference");
        assert_int_equal(scratch_count("out"), 1); /* the folder */
        assert_true(scratch_absent("out/in/copy"));
    }
}

/** Whoever made the version does not know what is in the file, and shall not have it copied. */
static void test_without_checksum(void **state) {
    quire_error error;
    quire_read_report report;
    (void)state;
    fake_entry entry = prepare("a secret");
    static const char *const digests[] = {NULL, "etag", "\"0-1\""};
    static const uint64_t sizes[] = {8, QUIRE_SIZE_UNKNOWN};
    for (size_t i = 0; i < COUNT(digests) * COUNT(sizes); i++) {
        entry.digest = digests[i / COUNT(sizes)];
        entry.size = sizes[i % COUNT(sizes)];
        assert_status(QUIRE_OK, get(&entry, 0, &report, &error), &error);
        assert_int_equal(report.skipped, 1);
        assert_int_equal(report.references, 0);
        assert_int_equal(scratch_count("out"), 0);
    }
}

/** The copy of a private file is private, whatever the mask of the process. */
static void test_readers(void **state) {
    static const mode_t modes[] = {0600, 0640, 0604, 0644};
    (void)state;
    mode_t mask = umask(022);
    for (size_t i = 0; i < COUNT(modes); i++) {
        quire_error error;
        struct stat copy;
        fake_entry entry = prepare("content\n");
        assert_int_equal(chmod(scratch("a source"), modes[i]), 0);
        assert_status(QUIRE_OK, get(&entry, 0, NULL, &error), &error);
        assert_int_equal(stat(scratch("out/in/copy"), &copy), 0);
        assert_int_equal(copy.st_mode & 07777, modes[i]);
    }
    umask(mask);
}

static void test_gone(void **state) {
    quire_error error;
    (void)state;
    fake_entry entry = prepare("content\n");
    assert_int_equal(unlink(scratch("a source")), 0);
    assert_status(QUIRE_NOT_FOUND, get(&entry, 0, NULL, &error), &error);
    assert_int_equal(error.status, QUIRE_NOT_FOUND);
    entry.ref = "file:///dev/zero";
    assert_status(QUIRE_ERROR, get(&entry, 0, NULL, &error), &error);
    entry.ref = "file://elsewhere/content";
    assert_status(QUIRE_USAGE, get(&entry, 0, NULL, &error), &error);
    assert_true(scratch_absent("out/in/copy"));
}

static void test_others_are_skipped(void **state) {
    static const char *const uris[] = {"s3://b/k", "gs://b/k", "urn:x", "mailto:a@b", "httpx://a"};
    (void)state;
    for (size_t i = 0; i < COUNT(uris); i++) {
        quire_error error;
        quire_read_report report;
        const fake_entry entry = {.path = "x", .ref = uris[i], .size = 1};
        assert_status(QUIRE_OK, get(&entry, 0, &report, &error), &error);
        assert_int_equal(report.skipped, 1);
        assert_int_equal(report.references, 0);
        assert_int_equal(scratch_count("out"), 0);
    }
}

static void test_web(void **state) {
    static const struct {
        const char *path;
        const char *digest; /* NULL: the URI */
        uint64_t size;
        quire_status status;
        const char *text; /* of the file that appears */
    } cases[] = {
        {"file", "abc-1", 10, QUIRE_OK, "0123456789"},
        {"file", "\"abc-1\"", QUIRE_SIZE_UNKNOWN, QUIRE_OK, "0123456789"},
        {"file", "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882", 10, QUIRE_OK,
         "0123456789"},
        {"file", NULL, 10, QUIRE_OK, "0123456789"},
        {"once", "abc-1", 10, QUIRE_OK, "0123456789"},
        {"weak", "W/\"x\"", 0, QUIRE_OK, ""},
        {"file", "abc-2", 10, QUIRE_INTEGRITY, NULL},
        {"file", content_digest, 10, QUIRE_INTEGRITY, NULL},
        {"file", "abc-1", 9, QUIRE_INTEGRITY, NULL},
        {"file", "abc-1", 11, QUIRE_INTEGRITY, NULL},
        {"no-size", "abc-1", 3, QUIRE_INTEGRITY, NULL},
        {"cut", NULL, QUIRE_SIZE_UNKNOWN, QUIRE_TEMPORARY, NULL},
        {"404", "abc-1", 10, QUIRE_NOT_FOUND, NULL},
        {"403", "abc-1", 10, QUIRE_AUTH, NULL},
    };
    server s;
    (void)state;
    assert_int_equal(server_start(&s), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        quire_error error;
        fake_entry entry = {.path = "x", .ref = uri, .size = cases[i].size};
        snprintf(uri, sizeof uri, "http://127.0.0.1:%d/%s", s.port, cases[i].path);
        entry.digest = cases[i].digest;
        unlink(scratch("out/x"));
        assert_status(cases[i].status, get(&entry, 0, NULL, &error), &error);
        if (cases[i].text != NULL) {
            assert_true(scratch_holds("out/x", cases[i].text));
        } else {
            assert_says(&error, "tree:v3: x, a reference");
            assert_int_equal(scratch_count("out"), 0);
        }
    }
    server_stop(&s);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_copied),  TEST(test_changed), TEST(test_without_checksum),
        TEST(test_readers), TEST(test_gone),    TEST(test_others_are_skipped),
        TEST(test_web),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
