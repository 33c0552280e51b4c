/** @file Patches through the public API: what they make, refuse, and cost. */
#include "store/repository_kit.h"

static void log_base(kit *k) {
    kit_log(k, kit_artifact(k, "data", "a", "1", "dir/b", "2", "dir/c", "3", "dir/sub/d", "4",
                            "dir.x", "5", "e", "6", NULL));
}

/** What a patch with these files and removals, "-path" each, gives on data:v0. */
static quire_status patch(kit *k, const char *base, const char *add, const char *text,
                          const char *remove, quire_version_id *version) {
    quire_artifact *artifact =
        add ? kit_artifact(k, "data", add, text, NULL) : kit_artifact(k, "data", NULL);
    if (remove) {
        assert_ok(quire_artifact_remove(artifact, remove, &k->error), &k->error);
    }
    return kit_patch(k, base, artifact, version);
}

static void assert_text(kit *k, const char *address, const char *path, const char *expected) {
    char *text = kit_text(k, address, path);
    assert_string_equal(text, expected);
    free(text);
}

static void add_replace_remove(void **state) {
    kit *k = *state;
    quire_version_id patched, whole;
    log_base(k);
    quire_artifact *artifact =
        kit_artifact(k, "data", "a", "one", "new/file", "7", "zz", "8", NULL);
    assert_ok(quire_artifact_remove(artifact, "dir", &k->error), &k->error);
    assert_ok(quire_artifact_remove(artifact, "e", &k->error), &k->error);
    assert_ok(kit_patch(k, "v0", artifact, &patched), &k->error);
    assert_int_equal(patched.number, 1);
    assert_int_equal(patched.created, 1);
    /* The whole tree, logged anew in another collection, has the same digest. */
    whole = kit_log(
        k, kit_artifact(k, "other", "a", "one", "new/file", "7", "zz", "8", "dir.x", "5", NULL));
    assert_string_equal(patched.digest, whole.digest);
    assert_text(k, "data", "a", "one");
    assert_text(k, "data", "dir.x", "5");
    assert_ok(kit_verify(k), &k->error);
    whole = kit_log(
        k, kit_artifact(k, "data", "a", "one", "new/file", "7", "zz", "8", "dir.x", "5", NULL));
    assert_int_equal(whole.number, 1);
    assert_int_equal(whole.created, 0);
}

static void a_file_takes_the_place_of_a_folder(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_remove(artifact, "dir", &k->error), &k->error);
    assert_ok(quire_artifact_add_buffer(artifact, "dir", "file", 4, NULL, &k->error), &k->error);
    assert_ok(kit_patch(k, "v0", artifact, &version), &k->error);
    assert_text(k, "data", "dir", "file");
    assert_text(k, "data", "dir.x", "5");
    assert_ok(kit_verify(k), &k->error);
}

static void of_an_older_version(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    kit_log(k, kit_artifact(k, "data", "quite", "another", NULL));
    assert_ok(patch(k, "v0", "f", "7", NULL, &version), &k->error);
    assert_int_equal(version.number, 2);
    assert_text(k, "data:v2", "a", "1");
    assert_ok(patch(k, "latest", NULL, NULL, "f", &version), &k->error);
    assert_int_equal(version.number, 0); /* the content that v0 has */
    assert_int_equal(kit_number(k, "data"), 0);
    quire_version *handle = NULL;
    assert_ok(quire_version_open(k->store, "data:v2", &handle, &k->error), &k->error);
    assert_string_equal(quire_version_get_info(handle)->mode, "patch");
    assert_non_null(strstr(quire_version_get_info(handle)->created_by, "\"base\":\"v0\""));
    quire_version_free(handle);
}

static void by_alias_and_digest(void **state) {
    kit *k = *state;
    quire_version_id version, base;
    log_base(k);
    assert_ok(quire_alias_set(k->store, "data:v0", "good", &k->error), &k->error);
    base = kit_log(k, kit_artifact(k, "data", "x", "y", NULL));
    assert_ok(patch(k, "good", "f", "7", NULL, &version), &k->error);
    assert_text(k, "data:v2", "a", "1");
    assert_ok(patch(k, base.digest, "f", "7", NULL, &version), &k->error);
    assert_text(k, "data:v3", "x", "y");
}

static void changes_nothing(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    assert_ok(patch(k, "v0", NULL, NULL, NULL, &version), &k->error);
    assert_int_equal(version.number, 0);
    assert_int_equal(version.created, 0);
    assert_ok(patch(k, "v0", "a", "1", NULL, &version), &k->error);
    assert_int_equal(version.number, 0);
    assert_int_equal(kit_versions(k, "data"), 1);
}

static void to_nothing_at_all(void **state) {
    kit *k = *state;
    quire_version_id version;
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    assert_ok(patch(k, "v0", NULL, NULL, "a", &version), &k->error);
    assert_int_equal(version.number, 1);
    assert_ok(kit_read_all(k, "data:v1"), &k->error);
    assert_ok(patch(k, "v1", "b/c", "2", NULL, &version), &k->error);
    assert_text(k, "data:v2", "b/c", "2");
    assert_ok(kit_verify(k), &k->error);
}

static void refused(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    kit_log(k, kit_artifact(k, "data", "second", "", NULL));
    assert_ok(quire_version_delete(k->store, "data:v1", 1, &k->error), &k->error);
    const struct {
        const char *base, *add, *remove;
        quire_status status;
        const char *words;
    } rows[] = {
        {"v7", "f", NULL, QUIRE_NOT_FOUND, "v7"},
        {"v1", "f", NULL, QUIRE_NOT_FOUND, "v1"},
        {"nothing", "f", NULL, QUIRE_NOT_FOUND, "nothing"},
        {"v0", NULL, "missing", QUIRE_NOT_FOUND, "missing"},
        {"v0", NULL, "dir/sub/x", QUIRE_NOT_FOUND, "dir/sub/x"},
        {"v0", NULL, "di", QUIRE_NOT_FOUND, "di"},
        {"v0", NULL, "a/b", QUIRE_NOT_FOUND, "a/b"},
        {"v0", "a/b", NULL, QUIRE_CONFLICT, "a"},
        {"v0", "a/b/c", NULL, QUIRE_CONFLICT, "a"},
        {"v0", "dir", NULL, QUIRE_CONFLICT, "dir"},
        {"v0", "dir/sub", NULL, QUIRE_CONFLICT, "dir/sub"},
    };
    char *before = kit_fingerprint(k);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_status(rows[i].status,
                      patch(k, rows[i].base, rows[i].add, "", rows[i].remove, &version), &k->error);
        assert_says(&k->error, rows[i].words);
        assert_int_equal(kit_number(k, "data"), 0);
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        kit_gc(k, -1, 0); /* manifests written before the refusal */
        char *after = kit_fingerprint(k);
        if (i > 0) {
            assert_string_equal(before, after);
        }
        free(before);
        before = after;
    }
    free(before);
    quire_artifact *artifact = kit_artifact(k, "unknown", "f", "", NULL);
    assert_int_equal(kit_patch(k, "v0", artifact, &version), QUIRE_NOT_FOUND);
    assert_says(&k->error, "unknown");
    assert_int_equal(kit_count(k, "collections/unknown/"), 0);
}

/* A folder may take a file's place, if the patch removes that; a file a folder's that is gone. */
static void file_for_folder(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_remove(artifact, "a", &k->error), &k->error);
    assert_ok(quire_artifact_remove(artifact, "dir", &k->error), &k->error);
    assert_ok(quire_artifact_add_buffer(artifact, "a/b", "below", 5, NULL, &k->error), &k->error);
    assert_ok(kit_patch(k, "v0", artifact, &version), &k->error);
    assert_text(k, "data", "a/b", "below");
    assert_ok(patch(k, "v1", "dir", "file", NULL, &version), &k->error);
    assert_text(k, "data", "dir", "file");
    assert_ok(kit_verify(k), &k->error);
}

static quire_artifact *references(kit *k, int first, int last) {
    const quire_add_options as_given = {.no_checksum = 1};
    quire_artifact *artifact = kit_artifact(k, "big", NULL);
    for (int i = first; i < last; i++) {
        char path[32], uri[64];
        snprintf(path, sizeof path, "d%02d/%06d", i / 1000, i);
        snprintf(uri, sizeof uri, "s3://bucket/%06d", i);
        assert_ok(quire_artifact_add_reference(artifact, uri, path, &as_given, &k->error),
                  &k->error);
    }
    return artifact;
}

static void costs_what_changes(void **state) {
    kit *k = *state;
    quire_version_id version;
    quire_artifact *artifact = references(k, 0, 20000);
    kit_log(k, artifact);
    size_t before = kit_count(k, Q_KEY_MANIFESTS);
    assert_true(before >= 4);
    assert_ok(kit_patch(k, "v0", references(k, 20000, 20001), &version), &k->error);
    assert_in_range(kit_count(k, Q_KEY_MANIFESTS), before + 2, before + 3);
    artifact = references(k, 0, 0);
    assert_ok(quire_artifact_remove(artifact, "d07/007500", &k->error), &k->error);
    assert_ok(kit_patch(k, "v0", artifact, &version), &k->error);
    assert_in_range(kit_count(k, Q_KEY_MANIFESTS), before + 4, before + 7);
    assert_int_equal(version.number, 2);
    quire_version_id whole = kit_log(k, references(k, 0, 20001));
    assert_int_equal(whole.number, 1);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
quire_status __real_q_chunk_load(const q_manifest_io *io, const q_chunk_summary *summary,
                                 q_buffer *text, quire_error *error);
quire_status __wrap_q_chunk_load(const q_manifest_io *io, const q_chunk_summary *summary,
                                 q_buffer *text, quire_error *error);

static int loads, failing; /* where paths are looked up */

quire_status __wrap_q_chunk_load(const q_manifest_io *io, const q_chunk_summary *summary,
                                 q_buffer *text, quire_error *error) {
    loads++;
    return failing ? q_error_set(error, QUIRE_INTEGRITY, "damaged")
                   : __real_q_chunk_load(io, summary, text, error);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* A chunk that cannot be had for looking files up is not asked for once a file. */
static void a_base_that_cannot_be_looked_into(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_base(k);
    quire_artifact *artifact =
        kit_artifact(k, "data", "a", "one", "dir/b", "two", "e", "three", "f", "4", NULL);
    failing = 1;
    loads = 0;
    quire_status status = kit_patch(k, "v0", artifact, &version);
    failing = 0;
    assert_ok(status, &k->error);
    assert_int_equal(loads, 1);
    assert_text(k, "data", "dir/b", "two");
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(add_replace_remove),
        MEMORY(a_file_takes_the_place_of_a_folder),
        MEMORY(of_an_older_version),
        MEMORY(by_alias_and_digest),
        MEMORY(changes_nothing),
        MEMORY(to_nothing_at_all),
        MEMORY(refused),
        MEMORY(file_for_folder),
        MEMORY(costs_what_changes),
        MEMORY(a_base_that_cannot_be_looked_into),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
