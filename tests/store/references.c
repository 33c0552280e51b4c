/** @file References as a repository keeps them: recorded as given, never read, never garbage. */
#include "store/repository_kit.h"

static const quire_add_options as_given = {.no_checksum = 1};

static const char *const uris[] = {
    "file:///nowhere/at/all", "http://127.0.0.1:1/x?y=%20z", "https://example.org/a",
    "s3://bucket/key",        "gs://bucket/\xc3\xa4",        "custom+scheme:opaque",
};

static quire_artifact *with_references(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "refs", "file", "bytes", NULL);
    for (size_t i = 0; i < COUNT(uris); i++) {
        char path[16];
        snprintf(path, sizeof path, "r%zu", i);
        assert_ok(quire_artifact_add_reference(artifact, uris[i], path, &as_given, &k->error),
                  &k->error);
    }
    return artifact;
}

static quire_version *open_version(kit *k, const char *address) {
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    return version;
}

static quire_status ignore(void *context, const void *data, size_t size) {
    (void)data;
    *(size_t *)context += size;
    return QUIRE_OK;
}

static void recorded_as_given(void **state) {
    kit *k = *state;
    quire_version_id first = kit_log(k, with_references(k));
    assert_int_equal(kit_log(k, with_references(k)).created, 0);
    quire_version *version = open_version(k, "refs");
    assert_int_equal(quire_version_get_info(version)->entries, COUNT(uris) + 1);
    assert_int_equal(quire_version_get_info(version)->bytes, 5);
    for (size_t i = 0; i < COUNT(uris); i++) {
        char path[16];
        quire_entry entry;
        size_t got = 0;
        char *file = NULL;
        snprintf(path, sizeof path, "r%zu", i);
        assert_ok(quire_version_get_entry(version, path, &entry, &k->error), &k->error);
        assert_string_equal(entry.reference, uris[i]);
        assert_string_equal(entry.digest, uris[i]);
        assert_true(entry.size == QUIRE_SIZE_UNKNOWN);
        assert_int_equal(quire_version_read(version, path, 0, UINT64_MAX, ignore, &got, &k->error),
                         QUIRE_USAGE);
        assert_says(&k->error, path);
        assert_int_equal(quire_version_local_path(version, path, &file, &k->error), QUIRE_USAGE);
        assert_int_equal(got, 0);
    }
    quire_version_free(version);
    assert_ok(kit_verify(k), &k->error);
    assert_int_equal(kit_gc(k, -1, 0).objects_deleted, 0);
    assert_int_equal(first.number, 0);
}

static void downloaded_without(void **state) {
    kit *k = *state;
    const quire_download_options options = {.skip_references = 1};
    quire_read_report report;
    kit_log(k, with_references(k));
    quire_version *version = open_version(k, "refs");
    assert_ok(quire_version_download(version, kit_path(k, "out"), &options, &report, &k->error),
              &k->error);
    assert_int_equal(report.files, 1);
    assert_int_equal(report.skipped, COUNT(uris));
    quire_version_free(version);
}

/* A path that was a reference becomes a file with the digest it had, and the other way round. */
static void file_and_reference(void **state) {
    kit *k = *state;
    char uri[512];
    quire_entry entry;
    kit_write_file(k, "source", "content", 7);
    snprintf(uri, sizeof uri, "file://%s", kit_path(k, "source"));
    for (int round = 0; round < 2; round++) {
        quire_artifact *artifact = kit_artifact(k, "refs", NULL);
        assert_ok(quire_artifact_add_reference(artifact, uri, "x", NULL, &k->error), &k->error);
        assert_int_equal(kit_log(k, artifact).number, 0);
        quire_version *version = open_version(k, "refs");
        assert_ok(quire_version_get_entry(version, "x", &entry, &k->error), &k->error);
        assert_int_equal(entry.size, 7);
        assert_int_equal(strlen(entry.digest), 64);
        quire_version_free(version);
        assert_int_equal(kit_log(k, kit_artifact(k, "refs", "x", "content", NULL)).number, 1);
        char *text = kit_text(k, "refs", "x");
        assert_string_equal(text, "content");
        free(text);
    }
    assert_ok(kit_verify(k), &k->error);
}

static quire_status describe(void *context, const quire_entry *before, const quire_entry *after) {
    char *text = context;
    size_t used = strlen(text);
    snprintf(text + used, 512 - used, "[%s %s>%s]", (before ? before : after)->path,
             before ? before->reference : "", after ? after->reference : "");
    return QUIRE_OK;
}

static void compared(void **state) {
    kit *k = *state;
    quire_version_id version;
    char text[512] = "";
    kit_log(k, with_references(k));
    quire_artifact *artifact = kit_artifact(k, "refs", NULL);
    assert_ok(quire_artifact_remove(artifact, "r0", &k->error), &k->error);
    assert_ok(quire_artifact_add_reference(artifact, "s3://other/key", "r3", &as_given, &k->error),
              &k->error);
    assert_ok(quire_artifact_add_reference(artifact, "s3://new", "r9", &as_given, &k->error),
              &k->error);
    assert_ok(kit_patch(k, "latest", artifact, &version), &k->error);
    quire_version *before = open_version(k, "refs:v0"), *after = open_version(k, "refs:v1");
    assert_ok(quire_version_diff(before, after, describe, text, &k->error), &k->error);
    assert_string_equal(text, "[r0 file:///nowhere/at/all>][r3 s3://bucket/key>s3://other/key]"
                              "[r9 >s3://new]");
    quire_version_free(before);
    quire_version_free(after);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(recorded_as_given),
        MEMORY(downloaded_without),
        MEMORY(file_and_reference),
        MEMORY(compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
