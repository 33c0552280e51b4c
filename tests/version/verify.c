/** @file Verifying: it goes on after a fault, counts, and names the first. */
#include "version/unit.h"

static const fake_entry entries[] = {
    {.path = "a", .data = "one"},  {.path = "b/c", .data = "two and more"},
    {.path = "b/d", .data = ""},   {.path = "r", .ref = "file:///nowhere/at/all", .size = 1},
    {.path = "z", .data = "last"},
};

typedef struct lines {
    size_t count;
    char first[QUIRE_MESSAGE_SIZE];
} lines;

static void fault(void *context, const char *line) {
    lines *l = context;
    if (l->count++ == 0) {
        snprintf(l->first, sizeof l->first, "%s", line);
    }
}

static void test_sound(void **state) {
    fake f;
    lines l = {0};
    quire_error error = {0};
    quire_read_report report;
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    assert_status(QUIRE_OK, quire_version_verify(&f.version, NULL, &report, &error), &error);
    assert_int_equal(report.files, 4);
    assert_int_equal(report.bytes, f.version.info.bytes);
    assert_int_equal(report.skipped, 1);
    const quire_verify_options options = {.fault = fault, .fault_context = &l};
    assert_status(QUIRE_OK, quire_version_verify(&f.version, &options, NULL, &error), &error);
    assert_int_equal(l.count, 0);
}

static void test_fault(void **state) {
    static const quire_status kinds[] = {QUIRE_INTEGRITY, QUIRE_NOT_FOUND, QUIRE_ERROR};
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fake f;
        lines l = {0};
        quire_error error = {0};
        quire_read_report report;
        const quire_verify_options options = {.fault = fault, .fault_context = &l};
        fake_begin(&f, entries, COUNT(entries));
        f.damaged = "b/c";
        f.failure = kinds[i];
        bool unread = kinds[i] == QUIRE_ERROR; /* tells nothing of the version */
        assert_status(unread ? QUIRE_ERROR : QUIRE_INTEGRITY,
                      quire_version_verify(&f.version, &options, &report, &error), &error);
        assert_int_equal(l.count, 1);
        assert_string_equal(l.first, "tree:v3: blob of b/c is damaged");
        assert_string_equal(
            error.message,
            unread ? "1 part of tree:v3 could not be read; first: tree:v3: blob of b/c is damaged"
                   : "1 fault in tree:v3; first: tree:v3: blob of b/c is damaged");
        assert_int_equal(error.status, unread ? QUIRE_ERROR : QUIRE_INTEGRITY);
        assert_int_equal(report.files, 3);
    }
}

/** A store that gives fewer bytes than the entry has, without saying so. */
static void test_short(void **state) {
    fake f;
    quire_error error = {0};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "z";
    f.failure = QUIRE_OK;
    assert_status(QUIRE_INTEGRITY, quire_version_verify(&f.version, NULL, NULL, &error), &error);
    assert_says(&error, "tree:v3: z has 2 bytes instead of 4");
    assert_status(QUIRE_INTEGRITY, quire_version_verify(&f.version, NULL, NULL, NULL), &error);
}

static void test_passing_trouble_ends_it(void **state) {
    fake f;
    lines l = {0};
    quire_error error = {0};
    const quire_verify_options options = {.fault = fault, .fault_context = &l};
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "a";
    f.failure = QUIRE_TEMPORARY;
    assert_status(QUIRE_TEMPORARY, quire_version_verify(&f.version, &options, NULL, &error),
                  &error);
    assert_int_equal(l.count, 0);
    assert_says(&error, "tree:v3: blob of a is");
}

static void test_parts(void **state) {
    fake f;
    quire_error error = {0};
    uint64_t files = 0;
    uint64_t failed = 0;
    (void)state;
    fake_begin(&f, entries, COUNT(entries));
    f.damaged = "b/d";
    for (int64_t part = 0; part < 3; part++) {
        quire_read_report report;
        const quire_verify_options options = {.part = part, .parts = 3};
        failed += quire_version_verify(&f.version, &options, &report, &error) == QUIRE_INTEGRITY;
        files += report.files;
    }
    assert_int_equal(files, 3);
    assert_int_equal(failed, 1);
    assert_int_equal(quire_version_verify(
                         &f.version, &(quire_verify_options){.part = 3, .parts = 3}, NULL, &error),
                     QUIRE_USAGE);
    assert_int_equal(
        quire_version_verify(&f.version, &(quire_verify_options){.version = 1}, NULL, &error),
        QUIRE_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound), cmocka_unit_test(test_fault),
        cmocka_unit_test(test_short), cmocka_unit_test(test_passing_trouble_ends_it),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
