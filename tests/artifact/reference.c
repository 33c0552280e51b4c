/** @file References: to local files and folders, over http, and those that are taken as given. */
#include <sys/stat.h>

#include "artifact/unit.h"
#include "http/server.h"

static fake f;
static server local;

static int setup(void **state) {
    fake_begin(&f);
    return scratch_setup(state);
}

static int teardown(void **state) {
    fake_end(&f);
    return scratch_teardown(state);
}

static int start(void **state) {
    (void)state;
    return server_start(&local);
}

static int stop(void **state) {
    (void)state;
    server_stop(&local);
    return 0;
}

/** What a log of the artifact hands to the store, between begin and commit. */
static const char *entries_of(quire_artifact *artifact) {
    quire_error error = {0};
    EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
    char *calls = (char *)(uintptr_t)fake_calls(&f);
    *strstr(calls, "commit\n") = '\0';
    return strchr(calls, '\n') + 1;
}

static const char *file_uri(const char *below) {
    static char text[8300];
    snprintf(text, sizeof text, "file://%s", scratch(below));
    return text;
}

static void expect_line(const char *lines, const char *path, const char *digest, const char *ref,
                        const char *rest) {
    char line[4096];
    snprintf(line, sizeof line, "entry %s %s %s\n", path, digest, rest);
    char *mark = strstr(line, "REF");
    if (mark) {
        char tail[256];
        snprintf(tail, sizeof tail, "%s", mark + 3);
        snprintf(mark, sizeof line - (size_t)(mark - line), "%s%s", ref, tail);
    }
    if (!strstr(lines, line)) {
        fail_msg("no line '%s' in '%s'", line, lines);
    }
}

static void local_files_are_hashed(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    scratch_write("a", "abc");
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, file_uri("a"), NULL, NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, file_uri("a"), "p/q", NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, file_uri("a"), "p/q", NULL, &error));
    const char *lines = entries_of(artifact);
    expect_line(lines, "a", SHA_ABC, file_uri("a"), "3 ref=REF extra=-");
    expect_line(lines, "p/q", SHA_ABC, file_uri("a"), "3 ref=REF extra=-");
    scratch_write("a", "abd");
    EXPECT(QUIRE_CONFLICT,
           quire_artifact_add_reference(artifact, file_uri("a"), NULL, NULL, &error));
    EXPECT(QUIRE_CONFLICT, quire_artifact_add_file(artifact, scratch("a"), "p/q", NULL, &error));
    EXPECT(QUIRE_INCOMPLETE,
           quire_artifact_add_reference(artifact, file_uri("no"), NULL, NULL, &error));
    EXPECT(QUIRE_ERROR,
           quire_artifact_add_reference(artifact, "file:///dev/null", NULL, NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 2);
    quire_artifact_free(artifact);
}

static void a_folder_is_one_entry_a_file(void **state) {
    (void)state;
    quire_error error = {0};
    char ref[8400];
    quire_artifact *artifact = new_artifact();
    assert_int_equal(mkdir(scratch("d"), 0755) + mkdir(scratch("d/e"), 0755), 0);
    scratch_write("d/x y", "abc");
    scratch_write("d/e/z", "hello");
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, file_uri("d"), NULL, NULL, &error));
    const char *lines = entries_of(artifact);
    snprintf(ref, sizeof ref, "%s/x%%20y", file_uri("d"));
    expect_line(lines, "d/x y", SHA_ABC, ref, "3 ref=REF extra=-");
    snprintf(ref, sizeof ref, "%s/e/z", file_uri("d"));
    expect_line(lines, "d/e/z", SHA_HELLO, ref, "5 ref=REF extra=-");
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, file_uri("d/"), "p", NULL, &error));
    expect_line(entries_of(artifact), "p/e/z", SHA_HELLO, ref, "5 ref=REF extra=-");
    EXPECT(QUIRE_CONFLICT,
           quire_artifact_add_reference(artifact, file_uri("d/x%20y"), "p/e/z", NULL, &error));
    quire_artifact_free(artifact);
    artifact = new_artifact();
    EXPECT(QUIRE_OK, add_text(artifact, "d/x y", "other", &error));
    EXPECT(QUIRE_CONFLICT,
           quire_artifact_add_reference(artifact, file_uri("d"), NULL, NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 1);
    quire_artifact_free(artifact);
}

static void others_are_taken_as_given(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    const quire_add_options unchecked = {.no_checksum = 1};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, "s3://b/k/x.h5", NULL, NULL, &error));
    EXPECT(QUIRE_OK,
           quire_artifact_add_reference(artifact, "file:///no/such", NULL, &unchecked, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, "http://127.0.0.1:1/f", NULL,
                                                  &unchecked, &error));
    assert_string_equal(entries_of(artifact),
                        "entry f http://127.0.0.1:1/f -1 ref=http://127.0.0.1:1/f extra=-\n"
                        "entry such file:///no/such -1 ref=file:///no/such extra=-\n"
                        "entry x.h5 s3://b/k/x.h5 -1 ref=s3://b/k/x.h5 extra=-\n");
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "f", &entry, &error));
    assert_true(entry.size == QUIRE_SIZE_UNKNOWN);
    assert_string_equal(entry.reference, "http://127.0.0.1:1/f");
    quire_artifact_free(artifact);
}

static void bad_uris_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "no-scheme",     "",           "s3://bucket", "http://u:p@h/x", "file://elsewhere/x",
        "file:relative", "s3://b/a b", "s3://b/%0A",  "s3://b/.."};
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    for (size_t i = 0; i < COUNT(bad); i++) {
        EXPECT(QUIRE_USAGE, quire_artifact_add_reference(artifact, bad[i], NULL, NULL, &error));
    }
    EXPECT(QUIRE_USAGE, quire_artifact_add_reference(artifact, NULL, "x", NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_reference(artifact, "s3://b/k", "../x", NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
}

static void servers_are_asked_for_size_and_etag(void **state) {
    (void)state;
    static const struct {
        const char *path, *digest, *end, *rest;
    } cases[] = {
        {"/file", "abc-1", "/file", "10 ref=REF extra={\"etag\":\"\\\"abc-1\\\"\"}"},
        {"/weak", "W/\"x\"", "/weak", "0 ref=REF extra={\"etag\":\"W/\\\"x\\\"\"}"},
        {"/once", "abc-1", "/file", "10 ref=REF extra={\"etag\":\"\\\"abc-1\\\"\"}"},
        {"/to-signed", "abc-1", "/to-signed", "10 ref=REF extra={\"etag\":\"\\\"abc-1\\\"\"}"},
        {"/no-size", NULL, "/no-size", "-1 ref=REF extra=-"},
        {"/file?a=1", "abc-1", "/file?a=1", "10 ref=REF extra={\"etag\":\"\\\"abc-1\\\"\"}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        quire_error error = {0};
        char uri[256], ref[256];
        snprintf(uri, sizeof uri, "http://127.0.0.1:%d%s", local.port, cases[i].path);
        snprintf(ref, sizeof ref, "http://127.0.0.1:%d%s", local.port, cases[i].end);
        quire_artifact *artifact = new_artifact();
        EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, uri, "p", NULL, &error));
        expect_line(entries_of(artifact), "p", cases[i].digest ? cases[i].digest : ref, ref,
                    cases[i].rest);
        quire_artifact_free(artifact);
    }
}

static void servers_may_say_no(void **state) {
    (void)state;
    quire_error error = {0};
    char uri[256];
    quire_artifact *artifact = new_artifact();
    snprintf(uri, sizeof uri, "http://127.0.0.1:%d/404", local.port);
    EXPECT(QUIRE_NOT_FOUND, quire_artifact_add_reference(artifact, uri, NULL, NULL, &error));
    snprintf(uri, sizeof uri, "http://127.0.0.1:%d/503", local.port);
    EXPECT(QUIRE_TEMPORARY, quire_artifact_add_reference(artifact, uri, NULL, NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(local_files_are_hashed),
        TEST(a_folder_is_one_entry_a_file),
        TEST(others_are_taken_as_given),
        TEST(bad_uris_are_refused),
        TEST(servers_are_asked_for_size_and_etag),
        TEST(servers_may_say_no),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
