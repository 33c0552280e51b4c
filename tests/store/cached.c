/** @file Logging with a cache: what is not read again, and what must be. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/settled.h"
#include "store/repository_kit.h"
#include "support/cache_clock.h"
#include "support/file_system.h"

#define MIB ((size_t)1 << 20)
#define FILES 7 /* of the tree */

static int setup(void **state) {
    int failed = kit_setup_directory(state);
    kit *k = *state;
    char *large = calloc(1, MIB + 1);
    if (failed || !large ||
        q_strdup(kit_path(k, "cache"), (char **)&k->store->options.cache, NULL)) {
        return 1;
    }
    assert_int_equal(mkdir(kit_path(k, "tree"), 0777), 0);
    for (int i = 0; i < FILES - 2; i++) {
        char name[16];
        snprintf(name, sizeof name, "tree/%d", i);
        kit_write_file(k, name, name, strlen(name));
    }
    kit_write_file(k, "tree/empty", "", 0);
    kit_write_file(k, "tree/large", large, MIB + 1);
    free(large);
    cache_clock_set_ahead(1000);
    file_system_set(FILE_SYSTEM_LOCAL);
    cache_clock_read();
    cache_clock_opened();
    return 0;
}

static quire_artifact *tree(kit *k, const char *name) {
    quire_artifact *artifact = kit_artifact(k, name, NULL);
    assert_ok(quire_artifact_add_dir(artifact, kit_path(k, "tree"), NULL, NULL, &k->error),
              &k->error);
    return artifact;
}

/* Log the tree; so many of its files are read. */
static quire_version_id log_reads(kit *k, const char *name, unsigned long reads) {
    quire_version_id id = kit_log(k, tree(k, name));
    assert_int_equal(cache_clock_read(), reads);
    return id;
}

static void unchanged_files_are_not_opened(void **state) {
    kit *k = *state;
    quire_version_id first = log_reads(k, "a", FILES);
    cache_clock_opened();
    quire_version_id again = log_reads(k, "a", 0);
    assert_int_equal(cache_clock_opened(), 0);
    assert_int_equal(again.number, first.number);
    assert_string_equal(again.digest, first.digest);
    /* One file more: a version that shares the contents of all others. */
    kit_write_file(k, "tree/more", "more", 4);
    assert_int_equal(log_reads(k, "a", 1).number, 1);
    assert_ok(kit_read_all(k, "a:v1"), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

static void set_times(const kit *k, const char *below, const struct stat *status) {
    const struct timespec times[] = {status->st_atim, status->st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, kit_path(k, below), times, 0), 0);
}

static void expect_text(kit *k, const char *address, const char *path, const char *wanted) {
    char *text = kit_text(k, address, path);
    assert_string_equal(text, wanted);
    free(text);
}

static void every_change_is_seen(void **state) {
    kit *k = *state;
    struct stat before;
    log_reads(k, "a", FILES);
    assert_int_equal(stat(kit_path(k, "tree/1"), &before), 0);
    /* In its place, of the same size, with the time of before: its ctime tells. */
    kit_write_file(k, "tree/1", "TREE/1", 6);
    set_times(k, "tree/1", &before);
    log_reads(k, "a", 1);
    expect_text(k, "a", "1", "TREE/1");
    /* Another file in its place, with all times that can be set. */
    kit_write_file(k, "new", "tree/x", 6);
    set_times(k, "new", &before);
    assert_int_equal(rename(kit_path(k, "new"), kit_path(k, "tree/1")), 0);
    log_reads(k, "a", 1);
    expect_text(k, "a", "1", "tree/x");
    /* Only its time: read, and the same version. */
    assert_int_equal(utimensat(AT_FDCWD, kit_path(k, "tree/2"), NULL, 0), 0);
    assert_int_equal(log_reads(k, "a", 1).number, 2);
    /* Two files that change their names. */
    assert_int_equal(rename(kit_path(k, "tree/1"), kit_path(k, "aside")), 0);
    assert_int_equal(rename(kit_path(k, "tree/2"), kit_path(k, "tree/1")), 0);
    assert_int_equal(rename(kit_path(k, "aside"), kit_path(k, "tree/2")), 0);
    assert_int_equal(kit_log(k, tree(k, "a")).number, 3);
    expect_text(k, "a", "1", "tree/2");
    expect_text(k, "a", "2", "tree/x");
    assert_ok(kit_verify(k), &k->error);
}

static void files_just_written_are_read_again(void **state) {
    kit *k = *state;
    cache_clock_set_ahead(0);
    log_reads(k, "a", FILES);
    log_reads(k, "a", FILES);
    cache_clock_set_ahead(-1000); /* all times lie in the future */
    log_reads(k, "a", FILES);
    log_reads(k, "a", FILES);
    cache_clock_set_ahead(1000);
    log_reads(k, "a", FILES);
    log_reads(k, "a", 0);
}

/* An image may be mounted where another was, whose files look the same. */
static void files_without_times_are_read_again(void **state) {
    kit *k = *state;
    file_system_set(FILE_SYSTEM_IMAGE);
    log_reads(k, "a", FILES);
    log_reads(k, "a", FILES);
}

static void content_that_is_gone_is_read_again(void **state) {
    kit *k = *state;
    log_reads(k, "a", FILES);
    assert_ok(quire_version_delete(k->store, "a:v0", 1, &k->error), &k->error);
    /* No version has it, but the large file is found by its digest, and the empty one has none. */
    log_reads(k, "a", FILES - 2);
    log_reads(k, "a", 0);
    assert_ok(quire_version_delete(k->store, "a:v1", 1, &k->error), &k->error);
    kit_gc(k, -1, 0);
    log_reads(k, "a", FILES - 1);
    assert_ok(kit_read_all(k, "a:v2"), &k->error);
    assert_ok(kit_verify(k), &k->error);
    /* A version whose pack is lost. */
    q_key key;
    kit_find(k, Q_KEY_PACKS, ".pack", &key);
    kit_put(k, key.text, NULL, 0);
    log_reads(k, "a", FILES - 2);
}

static q_objects_ops counted;
static const q_objects_ops *uncounted;
static size_t settled; /* blobs that were made durable */
static quire_status refusal;

static quire_status settle(q_objects *objects, const char *key, quire_error *error) {
    if (strncmp(key, Q_KEY_BLOBS, strlen(Q_KEY_BLOBS)) == 0) {
        settled++;
        if (refusal) {
            return q_error_set(error, refusal, "refused");
        }
    }
    return uncounted->settle(objects, key, error);
}

/* Who put it may not have got to its sync. */
static void content_of_others_is_made_durable(void **state) {
    kit *k = *state;
    kit_needs_directory(k);
    log_reads(k, "a", FILES);
    uncounted = k->objects->ops;
    counted = *uncounted;
    counted.settle = settle;
    k->objects->ops = &counted;
    for (int i = 0; i < 2; i++) {
        char address[32];
        snprintf(address, sizeof address, "a:v%d", i);
        assert_ok(quire_version_delete(k->store, address, 1, &k->error), &k->error);
        settled = 0;
        refusal = i == 0 ? QUIRE_OK : QUIRE_ERROR; /* then it is stored anew */
        log_reads(k, "a", i == 0 ? FILES - 2 : FILES - 1);
        assert_int_equal(settled, 1);
    }
    k->objects->ops = uncounted;
    assert_ok(kit_verify(k), &k->error);
}

static void patch_and_upsert(void **state) {
    kit *k = *state;
    quire_version_id version;
    log_reads(k, "a", FILES);
    kit_write_file(k, "tree/0", "patched", 7);
    assert_ok(kit_patch(k, "v0", tree(k, "a"), &version), &k->error);
    assert_int_equal(cache_clock_read(), 1);
    assert_ok(kit_patch(k, "v1", tree(k, "a"), &version), &k->error);
    assert_int_equal(cache_clock_read(), 0);
    expect_text(k, "a:v1", "0", "patched");
    log_reads(k, "a", 0); /* the patch's own file is known to it, too */
    kit_upsert(k, tree(k, "a"), "draft", "0");
    kit_upsert(k, tree(k, "a"), "draft", "1");
    assert_int_equal(cache_clock_read(), 0);
    assert_ok(kit_finish(k, "a", "draft", &version), &k->error);
    assert_int_equal(version.number, 1);
    assert_ok(kit_verify(k), &k->error);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
q_times __real_q_cache_times(q_cache *cache, const char *file, dev_t device);
q_times __wrap_q_cache_times(q_cache *cache, const char *file, dev_t device);

static bool is_remote;        /* as on a network filesystem, where stat() may be old */
static const char *vanishing; /* a file that goes between stat() and open() */

q_times __wrap_q_cache_times(q_cache *cache, const char *file, dev_t device) {
    if (vanishing && strstr(file, vanishing)) {
        assert_int_equal(unlink(file), 0);
    }
    return is_remote ? Q_TIMES_REMOTE : __real_q_cache_times(cache, file, device);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* What is known is written between what is read, in its order. */
static void log_by_threads(kit *k) {
    char name[16];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "tree/n%d", i);
        kit_write_file(k, name, name, strlen(name));
    }
    k->store->options.threads = 4;
    quire_version_id first = log_reads(k, "a", FILES + 200);
    assert_string_equal(log_reads(k, "a", 0).digest, first.digest);
    for (int i = 0; i < 200; i += 3) {
        snprintf(name, sizeof name, "tree/n%d", i);
        kit_write_file(k, name, "changed", 7);
    }
    assert_int_equal(log_reads(k, "a", 67).number, 1);
    expect_text(k, "a", "n199", "tree/n199");
    expect_text(k, "a", "n198", "changed");
    assert_ok(kit_verify(k), &k->error);
    /* What fails at its turn may be known to the cache, or opened for it. */
    quire_artifact *artifact = tree(k, "a");
    assert_int_equal(unlink(kit_path(k, "tree/n150")), 0);
    assert_status(QUIRE_INCOMPLETE, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "tree/n150 does not exist");
    assert_int_equal(mkfifo(kit_path(k, "tree/n150"), 0600), 0);
    assert_status(QUIRE_ERROR, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    quire_artifact_free(artifact);
}

static void by_several_threads(void **state) {
    is_remote = false;
    log_by_threads(*state);
}

static size_t descriptors(void) {
    size_t count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Each file is opened once, by the caller, and read by a worker if it must be. */
static void of_a_remote_folder(void **state) {
    kit *k = *state;
    size_t before = descriptors();
    is_remote = true;
    log_by_threads(k);
    cache_clock_opened();
    cache_clock_read();
    assert_int_equal(unlink(kit_path(k, "tree/n150")), 0);
    log_reads(k, "a", 0);
    assert_int_equal(cache_clock_opened(), FILES + 199);
    quire_artifact *artifact = tree(k, "a");
    vanishing = "/n77";
    assert_status(QUIRE_INCOMPLETE, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "tree/n77 does not exist");
    quire_artifact_free(artifact);
    vanishing = NULL;
    is_remote = false;
    assert_in_range(descriptors(), before, before + 1); /* of the store's folder for writing */
}

/* The first file is gone, so that its file system cannot be asked of what kind it is: of the others
   there a look alone will not do, if stat() may be old there. */
static void of_a_remote_folder_as_it_was(void **state) {
    kit *k = *state;
    const quire_add_options now = {.as_now = 1};
    log_reads(k, "a", FILES);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(quire_artifact_add_dir(artifact, kit_path(k, "tree"), NULL, &now, &k->error),
              &k->error);
    file_system_set(FILE_SYSTEM_REMOTE);
    file_system_lose("tree/0");
    cache_clock_opened();
    kit_log(k, artifact);
    file_system_lose(NULL);
    assert_int_equal(cache_clock_read(), 1);
    assert_int_equal(cache_clock_opened(), FILES);
}

static void tell(void *context, quire_log_level level, const char *line) {
    assert_int_equal(level, QUIRE_LOG_INFO);
    (void)snprintf(context, 200, "%s", line);
}

static void without_a_folder_all_is_read(void **state) {
    kit *k = *state;
    char line[200] = "";
    assert_int_equal(mkdir(kit_path(k, "cache"), 0755), 0);
    log_reads(k, "a", FILES);
    assert_int_equal(access(kit_path(k, "cache/swept"), F_OK), -1);
    k->store->options.log = tell;
    k->store->options.log_context = line;
    log_reads(k, "a", FILES);
    assert_non_null(strstr(line, "open to other users"));
    k->store->options.log = NULL;
    assert_int_equal(chmod(kit_path(k, "cache"), 0700), 0);
    log_reads(k, "a", FILES);
    log_reads(k, "a", 0);
}

static void what_is_no_file_any_more_is_told(void **state) {
    kit *k = *state;
    log_reads(k, "a", FILES);
    quire_artifact *artifact = tree(k, "a");
    assert_int_equal(unlink(kit_path(k, "tree/3")), 0);
    assert_status(QUIRE_INCOMPLETE, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    assert_says(&k->error, "does not exist");
    assert_int_equal(mkfifo(kit_path(k, "tree/3"), 0600), 0);
    assert_status(QUIRE_ERROR, quire_log_artifact(k->store, artifact, NULL, NULL, &k->error),
                  &k->error);
    quire_artifact_free(artifact);
}

/* What is known is as it was when it was added; what is not, as it is when it is logged. */
static void as_it_was_added(void **state) {
    kit *k = *state;
    const quire_add_options now = {.as_now = 1};
    log_reads(k, "a", FILES);
    kit_write_file(k, "tree/new", "new", 3);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(quire_artifact_add_dir(artifact, kit_path(k, "tree"), NULL, &now, &k->error),
              &k->error);
    assert_ok(quire_artifact_add_file(artifact, kit_path(k, "tree/2"), "two", &now, &k->error),
              &k->error);
    kit_write_file(k, "tree/1", "later", 5);
    kit_write_file(k, "tree/new", "later", 5);
    assert_int_equal(unlink(kit_path(k, "tree/2")), 0);
    assert_int_equal(kit_log(k, artifact).number, 1);
    assert_int_equal(cache_clock_read(), 1);
    expect_text(k, "a", "1", "tree/1");
    expect_text(k, "a", "2", "tree/2");
    expect_text(k, "a", "two", "tree/2");
    expect_text(k, "a", "new", "later");
    log_reads(k, "a", 1);
    expect_text(k, "a", "1", "later");
    assert_ok(kit_verify(k), &k->error);
}

/* A look of the caller's own counts as one of ours, unless it told the size alone. */
static void as_the_caller_saw_it(void **state) {
    kit *k = *state;
    struct stat was;
    log_reads(k, "a", FILES);
    assert_int_equal(stat(kit_path(k, "tree/1"), &was), 0);
    kit_write_file(k, "tree/1", "later", 5);
    quire_seen seen = {.size = 6,
                       .device = was.st_dev,
                       .inode = was.st_ino,
                       .modified = was.st_mtim,
                       .changed = was.st_ctim};
    for (int round = 0; round < 2; round++) {
        const quire_add_options options = {.seen = &seen};
        quire_artifact *artifact = kit_artifact(k, "a", NULL);
        assert_ok(
            quire_artifact_add_file(artifact, kit_path(k, "tree/1"), NULL, &options, &k->error),
            &k->error);
        kit_log(k, artifact);
        expect_text(k, "a", "1", round == 0 ? "tree/1" : "later");
        seen.inode = 0;
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(unchanged_files_are_not_opened),
        CASE(every_change_is_seen),
        CASE(files_just_written_are_read_again),
        CASE(files_without_times_are_read_again),
        CASE(content_that_is_gone_is_read_again),
        CASE(content_of_others_is_made_durable),
        CASE(patch_and_upsert),
        CASE(by_several_threads),
        CASE(of_a_remote_folder),
        CASE(of_a_remote_folder_as_it_was),
        CASE(without_a_folder_all_is_read),
        CASE(what_is_no_file_any_more_is_told),
        CASE(as_it_was_added),
        CASE(as_the_caller_saw_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
