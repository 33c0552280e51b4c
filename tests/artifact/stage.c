/** @file Files that are written as streams: what may be done when. */
#include "artifact/unit.h"

static fake f;

static int setup(void **state) {
    (void)state;
    fake_begin(&f);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fake_end(&f);
    return 0;
}

static quire_file *open_file(quire_artifact *artifact, const char *path) {
    quire_error error = {0};
    quire_file *file = NULL;
    EXPECT(QUIRE_OK, quire_artifact_new_file(artifact, &f.store, path, &file, &error));
    return file;
}

static void streams_become_entries(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    quire_artifact *artifact = new_artifact();
    quire_file *one = open_file(artifact, "one"), *two = open_file(artifact, "two");
    quire_file *three = open_file(artifact, "three");
    EXPECT(QUIRE_OK, quire_file_write(one, "ab", 2, &error));
    EXPECT(QUIRE_OK, quire_file_write(two, "hel", 3, &error));
    EXPECT(QUIRE_OK, quire_file_write(one, NULL, 0, &error));
    EXPECT(QUIRE_OK, quire_file_write(one, "c", 1, &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    EXPECT(QUIRE_NOT_FOUND, quire_artifact_get_entry(artifact, "one", &entry, &error));
    EXPECT(QUIRE_OK, quire_file_close(one, &error));
    quire_file_discard(three);
    EXPECT(QUIRE_OK, quire_file_write(two, "lo", 2, &error));
    EXPECT(QUIRE_OK, quire_file_close(two, &error));
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "one", &entry, &error));
    assert_string_equal(entry.digest, SHA_ABC);
    assert_int_equal(quire_artifact_count(artifact), 2);
    for (int i = 0; i < 2; i++) {
        EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
        assert_string_equal(fake_calls(&f), "begin log set model id=- writer=- base=- job=-\n"
                                            "entry one " SHA_ABC " 3 ref=- extra=-\n"
                                            "entry two " SHA_HELLO " 5 ref=- extra=-\n"
                                            "commit\nfree\n");
    }
    assert_int_equal(f.stages, 1);
    quire_artifact_free(artifact);
    quire_file_discard(NULL);
}

static void an_open_stream_holds_its_path(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_file *file = open_file(artifact, "d/x"), *second = (quire_file *)&error;
    EXPECT(QUIRE_CONFLICT, add_text(artifact, "d/x", "", &error));
    EXPECT_MESSAGE("'d/x' is still being written");
    EXPECT(QUIRE_CONFLICT, quire_artifact_new_file(artifact, &f.store, "d/x", &second, &error));
    assert_null(second);
    EXPECT(QUIRE_USAGE, quire_artifact_remove(artifact, "d", &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
    EXPECT_MESSAGE("'d/x'");
    quire_file_discard(file);
    EXPECT(QUIRE_OK, add_text(artifact, "d/x", "abc", &error));
    file = open_file(artifact, "d/x");
    EXPECT(QUIRE_OK, quire_file_write(file, "abc", 3, &error));
    EXPECT(QUIRE_OK, quire_file_close(file, &error));
    file = open_file(artifact, "d/x");
    EXPECT(QUIRE_OK, quire_file_write(file, "abd", 3, &error));
    EXPECT(QUIRE_CONFLICT, quire_file_close(file, &error));
    assert_int_equal(quire_artifact_count(artifact), 1);
    open_file(artifact, "left/open"); /* freeing gives it up */
    quire_artifact_free(artifact);
}

static void a_stage_belongs_to_one_store(void **state) {
    (void)state;
    quire_error error = {0};
    fake other;
    quire_file *file = NULL;
    fake_begin(&other);
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_file_close(open_file(artifact, "x"), &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new_file(artifact, &other.store, "y", &file, &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&other.store, artifact, NULL, NULL, &error));
    assert_string_equal(fake_calls(&other), "");
    quire_artifact_free(artifact);
    fake_end(&other);
}

static void a_failed_stream_stays_failed(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_file *file = open_file(artifact, "x");
    f.fail = "stream_write";
    EXPECT(QUIRE_ERROR, quire_file_write(file, "a", 1, &error));
    f.fail = NULL;
    error = (quire_error){0};
    EXPECT(QUIRE_ERROR, quire_file_write(file, "b", 1, &error));
    EXPECT_MESSAGE("no space for stream_write");
    EXPECT(QUIRE_ERROR, quire_file_write(file, "b", 1, NULL));
    EXPECT(QUIRE_ERROR, quire_file_close(file, &error));
    file = open_file(artifact, "x");
    f.fail = "stream_close";
    EXPECT(QUIRE_ERROR, quire_file_close(file, &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
}

static void opening_can_fail(void **state) {
    (void)state;
    quire_error error = {0};
    quire_file *file = NULL;
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_USAGE, quire_artifact_new_file(artifact, &f.store, "../x", &file, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new_file(artifact, &f.store, NULL, &file, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new_file(artifact, NULL, "x", &file, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new_file(NULL, &f.store, "x", &file, &error));
    f.fail = "stage_open";
    EXPECT(QUIRE_ERROR, quire_artifact_new_file(artifact, &f.store, "x", &file, &error));
    f.fail = "stream_open";
    EXPECT(QUIRE_ERROR, quire_artifact_new_file(artifact, &f.store, "x", &file, &error));
    assert_null(file);
    f.fail = NULL;
    quire_file_discard(open_file(artifact, "x"));
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(streams_become_entries),
        TEST(an_open_stream_holds_its_path),
        TEST(a_stage_belongs_to_one_store),
        TEST(a_failed_stream_stays_failed),
        TEST(opening_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
