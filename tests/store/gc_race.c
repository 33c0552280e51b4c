/** @file gc beside running writers, in processes of their own; and a store that cannot be written.
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/repository_kit.h"

#define SECONDS 5

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/** One log, as a program of its own would: with a new handle each time. Contents come back after
 *  they were deleted, so that gc meets objects that are just being used again. */
static quire_status log_once(const kit *k, unsigned writer, unsigned round, quire_error *error) {
    const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    static char large[1 << 20];
    quire_status status = quire_store_open(k->url, &quick, &store, error);
    status = status ? status : quire_artifact_new("data", "dataset", &artifact, error);
    for (unsigned i = 0; !status && i < 5; i++) {
        char path[32], text[32];
        snprintf(path, sizeof path, "w%u/f%u", writer, i);
        snprintf(text, sizeof text, "%u", (round + i) % 7);
        status = quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, error);
    }
    memset(large, 'a' + (int)(round % 3), sizeof large);
    if (!status) {
        status = quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, error);
    }
    status = status ? status : quire_log_artifact(store, artifact, NULL, &version, error);
    if (!status && round % 2 == 0) { /* another may have deleted it already */
        char address[256];
        snprintf(address, sizeof address, "data:v%lld", (long long)version.number);
        status = quire_version_delete(store, address, 1, error);
        status = status == QUIRE_NOT_FOUND ? QUIRE_OK : status;
    }
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static pid_t start_writer(const kit *k, unsigned writer) {
    pid_t pid = fork();
    if (pid == 0) {
        quire_error error = {0};
        double end = now() + SECONDS;
        quire_status status = QUIRE_OK;
        for (unsigned round = 0; !status && now() < end; round++) {
            status = log_once(k, writer, round, &error);
        }
        if (status) {
            fprintf(stderr, "writer %u: %s\n", writer, error.message);
        }
        _exit(status);
    }
    return pid;
}

static void beside_writers(void **state) {
    kit *k = *state;
    pid_t writers[2];
    int result;
    uint64_t deleted = 0;
    double end = now() + SECONDS;
    for (unsigned i = 0; i < COUNT(writers); i++) {
        writers[i] = start_writer(k, i);
        assert_true(writers[i] > 0);
    }
    while (now() < end) {
        deleted += kit_gc(k, 1, 0).objects_deleted;
        usleep(20000);
    }
    for (size_t i = 0; i < COUNT(writers); i++) {
        assert_int_equal(waitpid(writers[i], &result, 0), writers[i]);
        assert_int_equal(result, 0);
    }
    assert_true(deleted > 0);
    assert_ok(kit_verify(k), &k->error);
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
}

/* Permissions do not bind root, so that it becomes somebody else meanwhile. */
static void lock(const kit *k) {
    assert_int_equal(chmod(k->folder, 0755), 0);
    assert_int_equal(geteuid() == 0 ? seteuid(65534) : chmod(kit_path(k, "store/tmp"), 0500), 0);
}

static void unlock(const kit *k) {
    assert_int_equal(getuid() == 0 ? seteuid(0) : chmod(kit_path(k, "store/tmp"), 0700), 0);
}

static void read_only(void **state) {
    kit *k = *state;
    kit_needs_directory(k);
    quire_version_id version;
    quire_gc_report report;
    const quire_gc_options all = {.grace = -1};
    kit_log(k, kit_artifact(k, "data", "a", "1", NULL));
    kit_log(k, kit_artifact(k, "data", "b", "2", NULL));
    assert_ok(quire_version_delete(k->store, "data:v1", 0, &k->error), &k->error);
    quire_artifact *artifact = kit_artifact(k, "data", "c", "3", NULL);
    lock(k);
    quire_status logged = quire_log_artifact(k->store, artifact, NULL, &version, &k->error);
    quire_status set = quire_alias_set(k->store, "data:v0", "x", NULL);
    quire_status collected = quire_store_gc(k->store, &all, &report, NULL);
    quire_status read = kit_read_all(k, "data:v0");
    quire_status verified = kit_verify(k);
    unlock(k);
    assert_int_equal(logged, QUIRE_ERROR);
    assert_int_equal(set, QUIRE_ERROR);
    assert_true(collected == QUIRE_ERROR || getuid() != 0);
    assert_int_equal(read, QUIRE_OK);
    assert_int_equal(verified, QUIRE_OK);
    quire_artifact_free(artifact);
    assert_int_equal(kit_versions(k, "data"), 1);
    assert_ok(kit_verify(k), &k->error);
}

#define DIRECTORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIRECTORY(beside_writers),
        DIRECTORY(read_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
