/** @file What the store is asked when an artifact is logged, upserted, finished, patched, saved. */
#include "artifact/unit.h"

#include <sys/stat.h>
#include <unistd.h>

static fake f;

static int setup(void **state) {
    fake_begin(&f);
    unsetenv("SLURM_JOB_ID");
    unsetenv("PBS_JOBID");
    unsetenv("LSB_JOBID");
    return scratch_setup(state);
}

static int teardown(void **state) {
    fake_end(&f);
    return scratch_teardown(state);
}

static void entries_are_written_in_the_order_of_bytes(void **state) {
    (void)state;
    quire_error error = {0};
    quire_version_id version = {0};
    quire_artifact *artifact = new_artifact();
    scratch_write("x", "hello");
    EXPECT(QUIRE_OK, add_text(artifact, "b", "1", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "a/c", "2", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("x"), "a-c", NULL, &error));
    EXPECT(QUIRE_OK, add_text(artifact, "\xc3\xa4", "3", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, "s3://b/k", "Z", NULL, &error));
    for (int i = 0; i < 2; i++) { /* an artifact may be committed again */
        EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, &version, &error));
        assert_string_equal(fake_calls(&f),
                            "begin log set model id=- writer=- base=- job=-\n"
                            "entry Z s3://b/k -1 ref=s3://b/k extra=-\n"
                            "file a-c hello\nfile a/c 2\nfile b 1\nfile \xc3\xa4 3\n"
                            "commit\nfree\n");
    }
    assert_int_equal(version.number, 7);
    EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
    quire_artifact_free(artifact);
}

static void a_file_is_no_folder(void **state) {
    (void)state;
    static const char *const trees[][3] = {
        {"a", "a-b", "a/b"}, {"p/q", "p/q.x", "p/q/r/s"}, {"m/n", "m/n/o", "m/n/p"}};
    for (size_t i = 0; i < COUNT(trees); i++) {
        quire_error error = {0};
        quire_artifact *artifact = new_artifact();
        for (size_t j = 3; j-- > 0;) {
            EXPECT(QUIRE_OK, add_text(artifact, trees[i][j], "x", &error));
        }
        EXPECT(QUIRE_CONFLICT, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
        EXPECT_MESSAGE(trees[i][0]);
        assert_string_equal(fake_calls(&f), "");
        EXPECT(QUIRE_OK, quire_artifact_remove(artifact, trees[i][0], &error));
        EXPECT(QUIRE_OK, add_text(artifact, "a.b", "x", &error));
        EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
        fake_calls(&f);
        quire_artifact_free(artifact);
    }
}

static void a_patch_adds_replaces_and_removes(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "d", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "x", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "d/new", "1", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "x", "2", &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
    EXPECT_MESSAGE("path 'd' can be removed in a patch only");
    EXPECT(QUIRE_USAGE, quire_upsert_artifact(&f.store, artifact, "id", "w", NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_finish_artifact(&f.store, artifact, "id", NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_patch_artifact(&f.store, NULL, artifact, NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_patch_artifact(&f.store, "a/b", artifact, NULL, NULL, &error));
    assert_string_equal(fake_calls(&f), "");
    const quire_commit_options options = {.job = "job 1"};
    EXPECT(QUIRE_OK, quire_patch_artifact(&f.store, "v3", artifact, &options, NULL, &error));
    assert_string_equal(fake_calls(&f),
                        "begin patch set model id=- writer=- base=v3 job=job 1\n"
                        "remove d\nfile d/new 1\nremove x\nfile x 2\ncommit\nfree\n");
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "d/new", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "x", &error));
    EXPECT(QUIRE_OK, quire_patch_artifact(&f.store, "best", artifact, NULL, NULL, &error));
    assert_string_equal(fake_calls(&f), "begin patch set model id=- writer=- base=best job=-\n"
                                        "remove d\nremove x\ncommit\nfree\n");
    quire_artifact_free(artifact);
}

static void a_finish_upserts_its_own_files_first(void **state) {
    (void)state;
    quire_error error = {0};
    quire_receipt receipt = {0};
    quire_version_id version = {0};
    quire_artifact *artifact = new_artifact();
    quire_commit_options options = {.expect = 4};
    EXPECT(QUIRE_OK, quire_finish_artifact(&f.store, artifact, "id", &options, &version, &error));
    assert_string_equal(fake_calls(&f), "finish set model id=id expect=4 own=- job=-\n");
    assert_int_equal(version.number, 9);
    EXPECT(QUIRE_OK, add_text(artifact, "x", "1", &error));
    EXPECT(QUIRE_OK, quire_upsert_artifact(&f.store, artifact, "id", "w", NULL, &receipt, &error));
    assert_string_equal(fake_calls(&f), "begin upsert set model id=id writer=w base=- job=-\n"
                                        "file x 1\ncommit\nfree\n");
    assert_int_equal(receipt.entries, 3);
    EXPECT(QUIRE_OK, quire_finish_artifact(&f.store, artifact, "id", NULL, NULL, &error));
    assert_string_equal(fake_calls(&f), "begin upsert set model id=id writer=finish base=- job=-\n"
                                        "file x 1\ncommit\nfree\n"
                                        "finish set model id=id expect=0 own=finish job=-\n");
    options.writer = "last";
    options.notes_only = 1;
    EXPECT(QUIRE_OK, quire_finish_artifact(&f.store, artifact, "id", &options, NULL, &error));
    assert_string_equal(fake_calls(&f), "finish set model id=id expect=4 own=- job=-\n");
    options.notes_only = 0;
    f.fail = "write_commit";
    EXPECT(QUIRE_ERROR, quire_finish_artifact(&f.store, artifact, "id", &options, NULL, &error));
    assert_string_equal(fake_calls(&f), "begin upsert set model id=id writer=last base=- job=-\n"
                                        "file x 1\nfree\n");
    quire_artifact_free(artifact);
}

static void wrong_arguments_reach_no_store(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    const quire_commit_options newer = {.version = 1}, negative = {.expect = -1},
                               nobody = {.writer = ""}, latin = {.job = "\xe4"},
                               lines = {.job = "a\nb"};
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, artifact, &newer, NULL, &error));
    EXPECT_MESSAGE("unknown version of quire_commit_options");
    EXPECT(QUIRE_USAGE, quire_finish_artifact(&f.store, artifact, "i", &negative, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_finish_artifact(&f.store, artifact, "i", &nobody, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, artifact, &latin, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, artifact, &lines, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(NULL, artifact, NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_log_artifact(&f.store, NULL, NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_upsert_artifact(&f.store, artifact, "", "w", NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_upsert_artifact(&f.store, artifact, "i", "", NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_upsert_artifact(&f.store, artifact, "i", NULL, NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_finish_artifact(&f.store, artifact, NULL, NULL, NULL, &error));
    assert_string_equal(fake_calls(&f), "");
    quire_artifact_free(artifact);
}

static void a_failure_commits_nothing(void **state) {
    (void)state;
    static const char *const calls[] = {"write_begin", "load_new",    "load_expect", "load_read",
                                        "load_put",    "write_entry", "write_commit"};
    quire_error error = {0};
    quire_version_id version = {.number = -5};
    quire_artifact *artifact = new_artifact();
    scratch_write("gone", "abc");
    EXPECT(QUIRE_OK, add_text(artifact, "a", "1", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, "s3://b/k", "r", NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("gone"), NULL, NULL, &error));
    for (size_t i = 0; i < COUNT(calls); i++) {
        f.fail = calls[i];
        EXPECT(QUIRE_ERROR, quire_log_artifact(&f.store, artifact, NULL, &version, &error));
        EXPECT_MESSAGE(calls[i]);
        assert_null(strstr(fake_calls(&f), "commit"));
    }
    f.fail = NULL;
    unlink(scratch("gone"));
    EXPECT(QUIRE_INCOMPLETE, quire_log_artifact(&f.store, artifact, NULL, &version, &error));
    EXPECT_MESSAGE("gone does not exist");
    assert_null(strstr(fake_calls(&f), "commit"));
    assert_int_equal(version.number, -5);
    quire_artifact_free(artifact);
}

static quire_progress last;
static int told, within; /* …, and when a file was not done */

static void hear(void *context, const quire_progress *progress) {
    assert_ptr_equal(context, &told);
    assert_true(progress->files_done >= last.files_done);
    assert_true(progress->bytes_done >= last.bytes_done);
    assert_true(progress->bytes_done <= progress->bytes_total);
    within += progress->files_done == last.files_done && progress->bytes_done > last.bytes_done;
    last = *progress;
    told++;
}

static void progress_ends_at_the_total(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    const quire_commit_options options = {.progress = hear, .progress_context = &told};
    EXPECT(QUIRE_OK, add_text(artifact, "a", "12345", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "b", "123", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_reference(artifact, "s3://b/k", "r", NULL, &error));
    EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, &options, NULL, &error));
    assert_int_equal(told, 4);
    assert_int_equal(last.files_done, 3);
    assert_int_equal(last.files_total, 3);
    assert_int_equal(last.bytes_done, 8);
    assert_int_equal(last.bytes_total, 8);
    assert_int_equal(last.slowest_rank, -1);
    assert_int_equal(within, 0);
    quire_artifact_free(artifact);
}

/** A large file takes hours: how far it is shows meanwhile. */
static void progress_comes_within_a_file(void **state) {
    (void)state;
    quire_error error = {0};
    static const char large[1 << 16];
    quire_artifact *artifact = new_artifact();
    const quire_commit_options options = {.progress = hear, .progress_context = &told};
    last = (quire_progress){0};
    told = within = 0;
    EXPECT(QUIRE_OK, add_text(artifact, "a", "12345", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_buffer(artifact, "b", large, sizeof large, NULL, &error));
    EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, &options, NULL, &error));
    assert_true(within > 0 && told == within + 3);
    assert_int_equal(last.files_done, 2);
    assert_int_equal(last.bytes_done, 5 + sizeof large);
    quire_artifact_free(artifact);
}

static void saving_takes_a_file_or_a_folder(void **state) {
    (void)state;
    quire_error error = {0};
    assert_int_equal(mkdir(scratch("d"), 0755), 0);
    scratch_write("d/x", "abc");
    EXPECT(QUIRE_OK, quire_save(&f.store, "n", "t", scratch("d"), NULL, &error));
    EXPECT(QUIRE_OK, quire_save(&f.store, "n", "t", scratch("d/x"), NULL, &error));
    const char *once = "begin log n t id=- writer=- base=- job=-\nfile x abc\ncommit\nfree\n";
    char twice[256];
    snprintf(twice, sizeof twice, "%s%s", once, once);
    assert_string_equal(fake_calls(&f), twice);
    EXPECT(QUIRE_INCOMPLETE, quire_save(&f.store, "n", "t", scratch("no"), NULL, &error));
    EXPECT(QUIRE_USAGE, quire_save(&f.store, "n:1", "t", scratch("d"), NULL, &error));
    EXPECT(QUIRE_USAGE, quire_save(&f.store, "n", "t", NULL, NULL, &error));
    EXPECT(QUIRE_ERROR, quire_save(&f.store, "n", "t", "/dev/null", NULL, &error));
    assert_string_equal(fake_calls(&f), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(entries_are_written_in_the_order_of_bytes),
        TEST(a_file_is_no_folder),
        TEST(a_patch_adds_replaces_and_removes),
        TEST(a_finish_upserts_its_own_files_first),
        TEST(wrong_arguments_reach_no_store),
        TEST(a_failure_commits_nothing),
        TEST(progress_ends_at_the_total),
        TEST(progress_comes_within_a_file),
        TEST(saving_takes_a_file_or_a_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
