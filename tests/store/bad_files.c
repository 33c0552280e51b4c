/** @file Files that cannot be read when an artifact is logged: named, and nothing is committed. */
#include <sys/stat.h>
#include <unistd.h>

#include "store/repository_kit.h"

static quire_version_id unwanted;

static quire_status log_it(kit *k, quire_artifact *artifact) {
    quire_status status = quire_log_artifact(k->store, artifact, NULL, &unwanted, &k->error);
    quire_artifact_free(artifact);
    return status;
}

/** Add a file of the test's folder, do something to it, and log. */
static quire_status log_file(kit *k, void (*spoil)(const char *path)) {
    quire_artifact *artifact = kit_artifact(k, "data", "zz", "stored in vain", NULL);
    kit_write_file(k, "source", "text", 4);
    assert_ok(quire_artifact_add_file(artifact, kit_path(k, "source"), "aa", NULL, &k->error),
              &k->error);
    spoil(kit_path(k, "source"));
    quire_status status = log_it(k, artifact);
    assert_int_equal(seteuid(getuid()), 0);
    return status;
}

static void vanish(const char *path) {
    assert_int_equal(unlink(path), 0);
}

static void become_folder(const char *path) {
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void become_fifo(const char *path) {
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void lock(const char *path) {
    assert_int_equal(chmod(path, 0), 0);
    if (getuid() == 0) { /* whom nothing is locked for */
        assert_int_equal(seteuid(65534), 0);
    }
}

static quire_status vanished(kit *k) {
    return log_file(k, vanish);
}

static quire_status folder(kit *k) {
    quire_status status = log_file(k, become_folder);
    assert_int_equal(rmdir(kit_path(k, "source")), 0);
    return status;
}

static quire_status fifo(kit *k) {
    quire_status status = log_file(k, become_fifo);
    assert_int_equal(unlink(kit_path(k, "source")), 0);
    return status;
}

static quire_status unreadable(kit *k) {
    quire_status status = log_file(k, lock);
    assert_int_equal(unlink(kit_path(k, "source")), 0);
    return status;
}

static void every_row(void **state) {
    kit *k = *state;
    const struct {
        quire_status (*call)(kit *);
        quire_status status;
    } rows[] = {{vanished, QUIRE_INCOMPLETE},
                {folder, QUIRE_ERROR},
                {fifo, QUIRE_ERROR},
                {unreadable, QUIRE_ERROR}};
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    char *before = kit_fingerprint(k);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_status(rows[i].status, rows[i].call(k), &k->error);
        assert_says(&k->error, "/source");
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        kit_gc(k, -1, 0);
        char *after = kit_fingerprint(k);
        assert_string_equal(before, after);
        free(after);
    }
    free(before);
    assert_int_equal(kit_versions(k, "data"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row, kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
