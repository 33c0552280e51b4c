/**
 * @file
 * Bad input: what each gets, that the message names the thing, and that the store is as before.
 *
 * What a refused call may leave are contents that nothing names: packs, blobs, manifests, and the
 * shards of a part that was not registered. The test lets gc take them and then compares all keys
 * and bytes. Files that cannot be read are in bad_files.c, changing ones in intake.c, newer formats
 * and cut records in newer_format.c, missing packs in content.c, a store that cannot be written in
 * gc_race.c, two finishers at once in finishers.c.
 */
#include "store/repository_kit.h"

static quire_version_id unwanted;

static quire_status log_it(kit *k, quire_artifact *artifact) {
    quire_status status = quire_log_artifact(k->store, artifact, NULL, &unwanted, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status add(kit *k, const char *path, const char *text) {
    quire_artifact *artifact = kit_artifact(k, "data", "twice", "1", NULL);
    quire_status status =
        quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status duplicate(kit *k) {
    return add(k, "twice", "2");
}

static quire_status dot_dot(kit *k) {
    return add(k, "a/../b", "");
}

static quire_status absolute(kit *k) {
    return add(k, "/etc/passwd", "");
}

static quire_status not_utf8(kit *k) {
    return add(k, "a\xff", "");
}

static quire_status artifact_of(kit *k, const char *name, const char *type) {
    quire_artifact *artifact = NULL;
    quire_status status = quire_artifact_new(name, type, &artifact, &k->error);
    return status ? status : log_it(k, artifact);
}

static quire_status bad_name(kit *k) {
    return artifact_of(k, "../data", "dataset");
}

static quire_status bad_type(kit *k) {
    return artifact_of(k, "data", "a/b");
}

static quire_status other_type(kit *k) {
    return artifact_of(k, "data", "model");
}

static quire_status two_writers(kit *k) {
    return kit_finish(k, "data", "conflict", NULL);
}

static quire_status file_and_folder(kit *k) {
    return kit_finish(k, "data", "folder", NULL);
}

static quire_status open_version(kit *k, const char *address) {
    quire_version *version = NULL;
    quire_status status = quire_version_open(k->store, address, &version, &k->error);
    quire_version_free(version);
    return status;
}

static quire_status unknown_version(kit *k) {
    return open_version(k, "data:v8");
}

static quire_status unknown_alias(kit *k) {
    return open_version(k, "data:best");
}

static quire_status unknown_collection(kit *k) {
    return open_version(k, "dada:v0");
}

static quire_status unknown_store(kit *k) {
    quire_store *store = NULL;
    return quire_store_open(kit_path(k, "no-store"), NULL, &store, &k->error);
}

static quire_status finish_of_nothing(kit *k) {
    return kit_finish(k, "data", "nobody", NULL);
}

static quire_status finish(kit *k, const char *id, int64_t expect, const char *type) {
    const quire_commit_options options = {.expect = expect};
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("data", type, &artifact, &k->error), &k->error);
    quire_status status =
        quire_finish_artifact(k->store, artifact, id, &options, &unwanted, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status finish_too_early(kit *k) {
    return finish(k, "numbered", 3, "dataset");
}

static quire_status finish_of_nobody(kit *k) {
    return finish(k, "nobody", 3, "dataset");
}

static quire_status finish_of_other_type(kit *k) {
    return finish(k, "numbered", 2, "model");
}

static quire_status upsert(kit *k, const char *id, const char *writer) {
    quire_artifact *artifact = kit_artifact(k, "data", "late", "late", NULL);
    quire_status status =
        quire_upsert_artifact(k->store, artifact, id, writer, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status upsert_too_late(kit *k) {
    return upsert(k, "finished", "late");
}

static quire_status upsert_to_dropped(kit *k) {
    return upsert(k, "dropped", "late");
}

static quire_status upsert_without_id(kit *k) {
    return upsert(k, "", "writer");
}

static quire_status patch_of_nothing(kit *k) {
    return kit_patch(k, "v8", kit_artifact(k, "data", "a", "", NULL), &unwanted);
}

static quire_status removal_of_nothing(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    assert_ok(quire_artifact_remove(artifact, "not/there", &k->error), &k->error);
    return kit_patch(k, "v0", artifact, &unwanted);
}

static quire_status bad_metadata(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    quire_status status = quire_artifact_set_metadata(artifact, "{\"a\":", &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status bad_ttl(kit *k) {
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    quire_status status = quire_artifact_set_ttl(artifact, -5, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static const struct {
    quire_status (*call)(kit *);
    quire_status status;
    const char *words;
} rows[] = {
    {duplicate, QUIRE_CONFLICT, "twice"},
    {dot_dot, QUIRE_USAGE, "a/../b"},
    {absolute, QUIRE_USAGE, "/etc/passwd"},
    {not_utf8, QUIRE_USAGE, "a"},
    {bad_name, QUIRE_USAGE, "../data"},
    {bad_type, QUIRE_USAGE, "a/b"},
    {other_type, QUIRE_CONFLICT, "'model'"},
    {two_writers, QUIRE_CONFLICT, "shared"},
    {file_and_folder, QUIRE_CONFLICT, "shared"},
    {unknown_version, QUIRE_NOT_FOUND, "v8"},
    {unknown_alias, QUIRE_NOT_FOUND, "best"},
    {unknown_collection, QUIRE_NOT_FOUND, "dada"},
    {unknown_store, QUIRE_NOT_FOUND, "/no-store"},
    {finish_of_nothing, QUIRE_NOT_FOUND, "nobody"},
    {finish_of_nobody, QUIRE_INCOMPLETE, "nobody"},
    {finish_too_early, QUIRE_INCOMPLETE, "1"},
    {finish_of_other_type, QUIRE_CONFLICT, "model"},
    {upsert_too_late, QUIRE_CONFLICT, "finished"},
    {upsert_to_dropped, QUIRE_CONFLICT, "dropped"},
    {upsert_without_id, QUIRE_USAGE, "distributed_id"},
    {patch_of_nothing, QUIRE_NOT_FOUND, "v8"},
    {removal_of_nothing, QUIRE_NOT_FOUND, "not/there"},
    {bad_metadata, QUIRE_USAGE, "metadata"},
    {bad_ttl, QUIRE_USAGE, "-5"},
};

static void prepare(kit *k) {
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    kit_upsert(k, kit_artifact(k, "data", "shared", "1", NULL), "conflict", "w0");
    kit_upsert(k, kit_artifact(k, "data", "shared", "2", NULL), "conflict", "w1");
    kit_upsert(k, kit_artifact(k, "data", "shared", "1", NULL), "folder", "w0");
    kit_upsert(k, kit_artifact(k, "data", "shared/below", "2", NULL), "folder", "w1");
    kit_upsert(k, kit_artifact(k, "data", "x", "1", NULL), "numbered", "0");
    kit_upsert(k, kit_artifact(k, "data", "y", "1", NULL), "numbered", "2");
    kit_upsert(k, kit_artifact(k, "data", "z", "1", NULL), "dropped", "0");
    assert_ok(quire_draft_drop(k->store, "data", "dropped", &k->error), &k->error);
    kit_upsert(k, kit_artifact(k, "data", "z", "1", NULL), "finished", "0");
    assert_ok(kit_finish(k, "data", "finished", NULL), &k->error);
    kit_gc(k, -1, 0);
}

static void every_row(void **state) {
    kit *k = *state;
    prepare(k);
    char *before = kit_fingerprint(k);
    for (size_t i = 0; i < COUNT(rows); i++) {
        memset(&k->error, 0, sizeof k->error);
        assert_status(rows[i].status, rows[i].call(k), &k->error);
        assert_int_equal(k->error.status, rows[i].status);
        assert_says(&k->error, rows[i].words);
        assert_null(strchr(k->error.message, '\n'));
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        kit_gc(k, -1, 0);
        char *after = kit_fingerprint(k);
        if (strcmp(before, after) != 0) {
            fail_msg("row %zu, '%s', changed the store", i, rows[i].words);
        }
        free(after);
    }
    free(before);
    assert_int_equal(kit_versions(k, "data"), 2);
    assert_ok(kit_verify(k), &k->error);
    /* What was refused too early is as good as new. */
    assert_ok(upsert(k, "numbered", "1"), &k->error);
    assert_ok(finish(k, "numbered", 3, "dataset"), &k->error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row, kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
