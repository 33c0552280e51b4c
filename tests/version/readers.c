/**
 * @file
 * Reading by several threads: the same tree, sums, faults and progress as by one, whichever worker
 * is first; and callbacks on the caller's thread alone.
 */
#include "version/unit.h"

#include <glob.h>
#include <pthread.h>
#include <stdlib.h>

#include "support/threads.h"

#define FILES 700
#define LARGE ((size_t)3 << 20)

static const unsigned threads[] = {1, 2, 4, 7};

static void file_name(char name[64], int i) {
    snprintf(name, 64, "%02d/%d", i % 40, i);
}

static size_t file_text(char text[64], int i) {
    return (size_t)snprintf(text, 64, "this is file %d of those that are read\n", i);
}

static quire_store *open_store(unsigned count) {
    quire_store *store = NULL;
    quire_error error = {0};
    const quire_store_options options = {.threads = count, .durability = QUIRE_DURABILITY_NONE};
    assert_status(QUIRE_OK, quire_store_init(scratch("store"), &options, &error), &error);
    assert_status(QUIRE_OK, quire_store_open(scratch("store"), &options, &store, &error), &error);
    return store;
}

/** Small files in many folders, two large ones between them, a reference to nothing that is here.
 */
static void log_tree(void) {
    quire_store *store = open_store(1);
    quire_artifact *artifact = NULL;
    quire_error error = {0};
    char name[64], text[64];
    char *large = calloc(1, LARGE);
    assert_status(QUIRE_OK, quire_artifact_new("tree", "dataset", &artifact, &error), &error);
    for (int i = 0; i < FILES; i++) {
        size_t size = file_text(text, i);
        file_name(name, i);
        assert_status(QUIRE_OK, quire_artifact_add_buffer(artifact, name, text, size, NULL, &error),
                      &error);
    }
    for (int i = 0; i < 2; i++) {
        large[i] = 'x';
        snprintf(name, sizeof name, "%02d/large", 10 + 10 * i);
        assert_status(QUIRE_OK,
                      quire_artifact_add_buffer(artifact, name, large, LARGE, NULL, &error),
                      &error);
    }
    assert_status(QUIRE_OK,
                  quire_artifact_add_reference(artifact, "s3://bucket/key", "15/ref", NULL, &error),
                  &error);
    assert_status(QUIRE_OK, quire_log_artifact(store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    quire_store_free(store);
    free(large);
}

/** Flip a byte of what a file holds, where it lies in its pack. */
static void damage(int i) {
    char text[64];
    size_t size = file_text(text, i), got;
    glob_t found;
    assert_int_equal(glob(scratch("store/packs/*.pack"), 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    FILE *pack = fopen(found.gl_pathv[0], "r+");
    char *data = calloc(1, (size_t)1 << 20);
    assert_non_null(pack);
    got = fread(data, 1, (size_t)1 << 20, pack);
    const char *at = memmem(data, got, text, size);
    assert_non_null(at);
    assert_int_equal(fseek(pack, at - data, SEEK_SET), 0);
    fputc('T', pack);
    assert_int_equal(fclose(pack), 0);
    free(data);
    globfree(&found);
}

typedef struct watching {
    pthread_t caller;
    quire_progress last;
    char lines[2048];
} watching;

static void watch(void *context, const quire_progress *progress) {
    watching *w = context;
    assert_true(pthread_equal(w->caller, pthread_self()));
    assert_true(progress->bytes_done >= w->last.bytes_done);
    assert_true(progress->files_done >= w->last.files_done);
    w->last = *progress;
}

static void fault(void *context, const char *line) {
    watching *w = context;
    size_t used = strlen(w->lines);
    assert_true(pthread_equal(w->caller, pthread_self()));
    snprintf(w->lines + used, sizeof w->lines - used, "%s\n", line);
}

static quire_status get(unsigned count, const char *folder, quire_read_report *report, watching *w,
                        quire_error *error) {
    quire_store *store = open_store(count);
    quire_version *version = NULL;
    const quire_download_options options = {.progress = watch, .progress_context = w};
    *w = (watching){.caller = pthread_self()};
    assert_status(QUIRE_OK, quire_version_open(store, "tree", &version, error), error);
    quire_status status = quire_version_download(version, scratch(folder), &options, report, error);
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

static void test_the_same_tree(void **state) {
    (void)state;
    char folder[32], path[128], text[64], name[64];
    log_tree();
    for (size_t t = 0; t < COUNT(threads); t++) {
        quire_error error = {0};
        quire_read_report report;
        watching w;
        snprintf(folder, sizeof folder, "out%u", threads[t]);
        threads_made = 0;
        assert_status(QUIRE_OK, get(threads[t], folder, &report, &w, &error), &error);
        assert_int_equal(threads_made, threads[t] > 1 ? (int)threads[t] : 0);
        assert_int_equal(report.files, FILES + 2);
        assert_int_equal(report.skipped, 1);
        assert_int_equal(w.last.files_done, FILES + 3);
        assert_int_equal(w.last.files_total, FILES + 3);
        assert_int_equal(w.last.bytes_done, report.bytes);
        assert_int_equal(scratch_count(folder), FILES + 2 + 40);
        for (int i = 0; i < FILES; i++) {
            file_name(name, i);
            file_text(text, i);
            snprintf(path, sizeof path, "%s/%s", folder, name);
            assert_true(scratch_holds(path, text));
        }
    }
}

/* By one or by many, the first in the order of paths is told; what came is right. */
static void test_the_first_failure(void **state) {
    (void)state;
    char folder[32], path[128];
    log_tree();
    damage(20 + 40); /* in folder 20 */
    damage(12);
    for (size_t t = 0; t < COUNT(threads); t++) {
        quire_error error = {0};
        quire_read_report report;
        watching w;
        snprintf(folder, sizeof folder, "out%u", threads[t]);
        assert_status(QUIRE_INTEGRITY, get(threads[t], folder, &report, &w, &error), &error);
        assert_says(&error, "'12/12'");
        snprintf(path, sizeof path, "%s/12/12", folder);
        assert_true(scratch_absent(path));
        snprintf(path, sizeof path, "%s/20/60", folder);
        assert_true(scratch_absent(path));
        snprintf(path, sizeof path, "%s/12/132", folder); /* the next one */
        assert_true(threads[t] > 1 || scratch_absent(path));
        assert_true(threads[t] > 1 || scratch_count(folder) == report.files + 13);
    }
}

/* The options of a call go before those of the store; a part of the version is a small one. */
static void test_threads_of_a_call(void **state) {
    (void)state;
    quire_version *version = NULL;
    quire_error error = {0};
    watching w = {.caller = pthread_self()};
    quire_store *store = open_store(2);
    log_tree();
    damage(0);
    const quire_verify_options verify = {.progress = watch, .progress_context = &w, .threads = 1};
    const quire_download_options download = {.path = "00", .threads = 3};
    threads_made = 0;
    assert_status(QUIRE_OK, quire_version_open(store, "tree", &version, &error), &error);
    assert_status(QUIRE_INTEGRITY,
                  quire_version_download(version, scratch("some"), &download, NULL, &error),
                  &error);
    assert_says(&error, "'00/0'");
    assert_int_equal(threads_made, 3);
    assert_status(QUIRE_INTEGRITY, quire_version_verify(version, &verify, NULL, &error), &error);
    assert_int_equal(threads_made, 3);
    quire_version_free(version);
    quire_store_free(store);
}

static void test_all_faults(void **state) {
    (void)state;
    char first[2048] = "";
    log_tree();
    damage(60);
    damage(12);
    damage(699);
    for (size_t t = 0; t < COUNT(threads); t++) {
        quire_store *store = open_store(threads[t]);
        quire_version *version = NULL;
        quire_error error = {0};
        quire_read_report report;
        watching w = {.caller = pthread_self()};
        const quire_verify_options options = {
            .fault = fault, .fault_context = &w, .progress = watch, .progress_context = &w};
        assert_status(QUIRE_OK, quire_version_open(store, "tree", &version, &error), &error);
        assert_status(QUIRE_INTEGRITY, quire_version_verify(version, &options, &report, &error),
                      &error);
        assert_int_equal(report.files, FILES + 2 - 3);
        assert_says(&error, "3 faults");
        assert_int_equal(w.last.files_done, FILES + 3);
        if (t == 0) {
            strcpy(first, w.lines);
        }
        assert_string_equal(w.lines, first);
        quire_version_free(version);
        quire_store_free(store);
    }
    assert_true(strstr(first, "'12/12'") < strstr(first, "'19/699'"));
    assert_true(strstr(first, "'19/699'") < strstr(first, "'20/60'"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_tree),
        TEST(test_the_first_failure),
        TEST(test_threads_of_a_call),
        TEST(test_all_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
