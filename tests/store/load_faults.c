/**
 * @file
 * What goes wrong while several threads write: the same message as with one, of the first file in
 * the order of paths; nothing committed, no thread and no lease left.
 */
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/load_kit.h"
#include "support/faults.h"
#include "support/threads.h"

static const unsigned threads[] = {1, 2, 3, 8};

static kit *at; /* the test's, for what stands in for operations of its store */
static const q_store_ops *true_store;
static const q_objects_ops *true_objects;
static q_store_ops store_ops;
static q_objects_ops objects_ops;

/* Threads that are there now: this one, and those that a call forgot. */
static size_t threads_now(void) {
    struct stat status;
    assert_int_equal(stat("/proc/self/task", &status), 0);
    return (size_t)status.st_nlink - 2;
}

static size_t threads_before; /* the thread sanitizer has one */

/* One that was waited for may be listed for a moment yet. */
static bool all_have_ended(void) {
    for (int i = 0; i < 200 && threads_now() > threads_before; i++) {
        usleep(10000);
    }
    return threads_now() <= threads_before;
}

static int setup(void **state) {
    threads_before = threads_now();
    int failed = kit_setup_directory(state);
    at = *state;
    true_store = at->store->ops;
    true_objects = at->objects->ops;
    store_ops = *true_store;
    objects_ops = *true_objects;
    load_write(at);
    return failed;
}

static int teardown(void **state) {
    at->store->ops = true_store;
    at->objects->ops = true_objects;
    return kit_teardown(state);
}

/* Log by each number of threads: fails, in the same words. */
static void expect_failure(kit *k, quire_artifact *artifact, quire_status expected,
                           const char *words) {
    char first[QUIRE_MESSAGE_SIZE] = "";
    for (size_t t = 0; t < COUNT(threads); t++) {
        const quire_commit_options options = {.threads = threads[t]};
        k->store->ops = &store_ops;
        k->objects->ops = &objects_ops;
        assert_status(expected, quire_log_artifact(k->store, artifact, &options, NULL, &k->error),
                      &k->error);
        k->store->ops = true_store;
        k->objects->ops = true_objects;
        assert_says(&k->error, words);
        if (t == 0) {
            strcpy(first, k->error.message);
        }
        assert_string_equal(k->error.message, first);
        assert_int_equal(kit_versions(k, "tree"), 0);
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        assert_true(all_have_ended());
        assert_true(access(kit_path(k, "store/tmp"), F_OK) != 0 ||
                    rmdir(kit_path(k, "store/tmp")) == 0);
    }
}

/* The second is perhaps seen first. */
static void files_that_are_gone(void **state) {
    kit *k = *state;
    quire_artifact *artifact = load_tree(k, "tree");
    assert_int_equal(unlink(kit_path(k, "tree/150-large")), 0);
    assert_int_equal(unlink(kit_path(k, "tree/321")), 0);
    expect_failure(k, artifact, QUIRE_INCOMPLETE, "tree/150-large does not exist");
    assert_int_equal(mkdir(kit_path(k, "tree/000"), 0777), -1);
    assert_int_equal(unlink(kit_path(k, "tree/033")), 0);
    assert_int_equal(mkdir(kit_path(k, "tree/033"), 0777), 0);
    expect_failure(k, artifact, QUIRE_ERROR, "tree/033 is a folder");
    quire_artifact_free(artifact);
}

static const char *shrinking;

static quire_status shrink(q_load *load, size_t index, q_source *source, quire_error *error) {
    size_t size = strlen(source->name), wanted = strlen(shrinking);
    if (size > wanted && strcmp(source->name + size - wanted, shrinking) == 0) {
        assert_int_equal(truncate(source->name, (off_t)source->size - 1), 0);
    }
    return true_store->load_read(load, index, source, error);
}

static void files_that_shrink(void **state) {
    kit *k = *state;
    static const char *const files[] = {"/350-large", "/222", "/001"};
    quire_artifact *artifact = load_tree(k, "tree");
    store_ops.load_read = shrink;
    for (size_t i = 0; i < COUNT(files); i++) {
        char words[64];
        shrinking = files[i];
        snprintf(words, sizeof words, "%s changed while it was read", files[i]);
        expect_failure(k, artifact, QUIRE_ERROR, words);
    }
    quire_artifact_free(artifact);
}

/* By what is written: the blob of B and that of C, of which B is the first; then the pack. */
static const char *unwritable;

static quire_status fail_write(q_object_writer *writer, const void *data, size_t size,
                               quire_error *error) {
    char first = *(const char *)data;
    return strchr(unwritable, first) ? q_error_set(error, QUIRE_ERROR, "no space for %c", first)
                                     : true_objects->writer_write(writer, data, size, error);
}

static quire_status fail_publish(q_object_writer *writer, const char *key, bool *created,
                                 quire_error *error) {
    (void)writer;
    (void)created;
    return q_error_set(error, QUIRE_ERROR, "no name %.5s", key);
}

static void what_cannot_be_written(void **state) {
    kit *k = *state;
    quire_artifact *artifact = load_tree(k, "tree");
    objects_ops.writer_write = fail_write;
    unwritable = "BC";
    expect_failure(k, artifact, QUIRE_ERROR, "no space for B");
    unwritable = "q"; /* the head of a pack */
    expect_failure(k, artifact, QUIRE_ERROR, "no space for q");
    objects_ops.writer_write = true_objects->writer_write;
    objects_ops.writer_publish = fail_publish;
    expect_failure(k, artifact, QUIRE_ERROR, "no name blobs");
    quire_artifact_free(artifact);
}

static quire_status fail_put(q_load *load, size_t index, const char *path, quire_status status,
                             char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    if (status == QUIRE_OK && strcmp(path, "003") == 0) {
        status = q_error_set(error, QUIRE_ERROR, "no room for %s", path);
    }
    return true_store->load_put(load, index, path, status, digest, error);
}

/* A file that was read well may fail when it is put, before one of its load that was not. */
static void the_first_of_a_load(void **state) {
    kit *k = *state;
    quire_artifact *artifact = load_tree(k, "tree");
    assert_int_equal(unlink(kit_path(k, "tree/005")), 0);
    store_ops.load_put = fail_put;
    expect_failure(k, artifact, QUIRE_ERROR, "no room for 003");
    quire_artifact_free(artifact);
}

static pthread_t caller;
static int renewals;

static quire_status fail_renewal(q_writing *writing, quire_error *error) {
    (void)writing;
    renewals++;
    assert_true(pthread_equal(caller, pthread_self()));
    return q_error_set(error, QUIRE_TEMPORARY, "the lease has ended");
}

/* It is renewed while long files are read; when it cannot be, the call ends. */
static void a_lease_that_ends(void **state) {
    kit *k = *state;
    quire_artifact *artifact = load_tree(k, "tree");
    caller = pthread_self();
    store_ops.write_renew = fail_renewal;
    expect_failure(k, artifact, QUIRE_TEMPORARY, "the lease has ended");
    assert_int_equal(renewals, COUNT(threads));
    quire_artifact_free(artifact);
}

/* Where the system gives no thread, or not all of them. */
static void fewer_threads(void **state) {
    kit *k = *state;
    const quire_commit_options options = {.threads = 4};
    for (int left = 0; left < 4; left++) {
        char name[16];
        snprintf(name, sizeof name, "tree%d", left);
        quire_artifact *artifact = load_tree(k, name);
        threads_left = left;
        threads_made = 0;
        quire_status status = quire_log_artifact(k->store, artifact, &options, NULL, &k->error);
        threads_left = 1000;
        assert_ok(status, &k->error);
        assert_int_equal(threads_made, left);
        assert_ok(kit_read_all(k, name), &k->error);
        quire_artifact_free(artifact);
    }
    assert_ok(kit_verify(k), &k->error);
}

/* Each operation of the objects, on whichever thread it comes. */
static void every_operation(void **state) {
    kit *k = *state;
    q_objects *failing = NULL;
    const quire_commit_options options = {.threads = 3};
    quire_artifact *artifact = load_tree(k, "tree");
    assert_ok(faults_new(k->objects, &failing, &k->error), &k->error);
    k->repository->objects = failing;
    bool hit = true;
    for (uint64_t number = 1; hit; number++) {
        quire_error error = {0};
        quire_version_id id;
        faults_set(failing, number, number % 2 ? FAULT_BEFORE : FAULT_AFTER, QUIRE_ERROR, true);
        quire_status status = quire_log_artifact(k->store, artifact, &options, &id, &error);
        hit = faults_hit(failing);
        faults_set(failing, 0, FAULT_NONE, QUIRE_OK, false);
        assert_true(all_have_ended());
        assert_true(hit || status == QUIRE_OK);
        if (status) {
            assert_says(&error, "injected fault");
            assert_ok(kit_verify(k), &k->error);
        }
    }
    assert_int_equal(kit_versions(k, "tree"), 1);
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(files_that_are_gone), TEST(files_that_shrink), TEST(what_cannot_be_written),
        TEST(the_first_of_a_load), TEST(a_lease_that_ends), TEST(fewer_threads),
        TEST(every_operation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
