/** @file Files that several handles store, run by run: what becomes of them, and of changes. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/name.h"
#include "store/repository_kit.h"
#include "support/cache_clock.h"

#define BLOCK QUIRE_BLOCK_SIZE
#define BLOCKS_MAX 4

/** Make a file with holes, and a word in each block and at its end. */
static const char *make_file(const kit *k, const char *name, uint64_t size) {
    const char *path = kit_path(k, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    for (uint64_t at = 12345; at + 16 < size; at += BLOCK) {
        char word[16];
        int length = snprintf(word, sizeof word, "%llu", (unsigned long long)at);
        assert_int_equal(pwrite(fd, word, (size_t)length, (off_t)at), length);
    }
    assert_int_equal(pwrite(fd, "e", 1, (off_t)size - 1), 1);
    assert_int_equal(close(fd), 0);
    return path;
}

static quire_store *another_handle(kit *k) {
    const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    quire_store *store = NULL;
    assert_ok(quire_store_open(k->url, &quick, &store, &k->error), &k->error);
    return store;
}

static quire_status share(kit *k, quire_artifact *artifact, const char *file, quire_file **shared,
                          quire_shared_ticket *ticket) {
    return quire_artifact_share_file(artifact, k->store, file, "big", shared, ticket, &k->error);
}

/** Add a file to an artifact, its blocks stored by two handles, the last ones first. */
static void add(kit *k, quire_artifact *artifact, const char *file) {
    quire_file *shared = NULL;
    quire_shared_ticket ticket;
    unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_true(ticket.blocks <= BLOCKS_MAX);
    assert_true((shared != NULL) == (ticket.blocks > 0));
    if (ticket.blocks > 0) {
        quire_store *other = another_handle(k);
        uint64_t half = ticket.blocks / 2;
        assert_ok(quire_shared_store_blocks(other, &ticket, file, half, ticket.blocks - half,
                                            digests + half * QUIRE_BLOCK_DIGEST_SIZE, NULL,
                                            &k->error),
                  &k->error);
        assert_ok(
            quire_shared_store_blocks(k->store, &ticket, file, 0, half, digests, NULL, &k->error),
            &k->error);
        assert_ok(quire_shared_close(shared, digests, &k->error), &k->error);
        quire_store_free(other);
    }
}

static void the_digest_is_that_of_the_file(void **state) {
    kit *k = *state;
    static const uint64_t sizes[] = {1,         BLOCK - 1,     BLOCK,        BLOCK + 1,
                                     2 * BLOCK, 2 * BLOCK + 1, 3 * BLOCK - 1};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char digest[QUIRE_DIGEST_SIZE], name[16];
        quire_entry entry;
        snprintf(name, sizeof name, "size-%zu", i);
        const char *file = make_file(k, "file", sizes[i]);
        assert_ok(quire_digest_file(file, digest, &k->error), &k->error);
        quire_artifact *artifact = kit_artifact(k, name, "small", "text", NULL);
        add(k, artifact, file);
        assert_ok(quire_artifact_get_entry(artifact, "big", &entry, &k->error), &k->error);
        assert_string_equal(entry.digest, digest);
        assert_int_equal(entry.size, sizes[i]);
        quire_version_id id = kit_log(k, artifact);
        quire_artifact *plain = kit_artifact(k, name, "small", "text", NULL);
        assert_ok(quire_artifact_add_file(plain, file, "big", NULL, &k->error), &k->error);
        quire_version_id again = kit_log(k, plain);
        assert_int_equal(again.number, id.number);
        assert_string_equal(again.digest, id.digest);
        assert_int_equal(kit_count_temporary(k), 0);
    }
    assert_ok(kit_verify(k), &k->error);
}

static void what_is_there_is_not_stored_twice(void **state) {
    kit *k = *state;
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    add(k, artifact, file);
    quire_version_id first = kit_log(k, artifact);
    artifact = kit_artifact(k, "a", NULL);
    add(k, artifact, file);
    assert_int_equal(kit_count_temporary(k), 0);
    quire_version_id again = kit_log(k, artifact);
    assert_int_equal(again.number, first.number);
    assert_int_equal(kit_count(k, "blobs/"), 2); /* with its list of blocks */
}

/** Between the end of the sharing and the commit nothing names the blob but the stage's lease. */
static void gc_leaves_it_alone(void **state) {
    kit *k = *state;
    quire_file *shared = NULL;
    quire_shared_ticket ticket;
    unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_ok(quire_shared_store_blocks(k->store, &ticket, file, 0, 2, digests, NULL, &k->error),
              &k->error);
    const struct timespec pause = {.tv_sec = 1, .tv_nsec = 200000000};
    assert_int_equal(nanosleep(&pause, NULL), 0);
    (void)kit_gc(k, 1, 0);
    assert_ok(quire_shared_close(shared, digests, &k->error), &k->error);
    assert_int_equal(nanosleep(&pause, NULL), 0);
    (void)kit_gc(k, 1, 0);
    (void)kit_log(k, artifact);
    assert_ok(kit_verify(k), &k->error);
}

static void touch(const char *file) {
    int fd = open(file, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "x", 1, 77), 1);
    assert_int_equal(close(fd), 0);
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
}

static void a_change_is_an_error(void **state) {
    kit *k = *state;
    for (int when = 0; when < 3; when++) {
        quire_file *shared = NULL;
        quire_shared_ticket ticket;
        unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
        const char *file = make_file(k, "file", BLOCK + 1);
        quire_artifact *artifact = kit_artifact(k, "a", NULL);
        assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
        quire_status status = QUIRE_OK;
        for (int run = 0; run < 2 && status == QUIRE_OK; run++) {
            if (when == run) {
                touch(file);
            }
            status = quire_shared_store_blocks(k->store, &ticket, file, (uint64_t)run, 1,
                                               digests + (size_t)run * QUIRE_BLOCK_DIGEST_SIZE,
                                               NULL, &k->error);
        }
        if (when == 2) {
            assert_ok(status, &k->error);
            touch(file);
            status = quire_shared_close(shared, digests, &k->error);
        } else {
            quire_file_discard(shared);
        }
        assert_status(QUIRE_ERROR, status, &k->error);
        assert_says(&k->error, "chang");
        assert_int_equal(quire_artifact_count(artifact), 0);
        assert_int_equal(kit_count_temporary(k), 0);
        assert_int_equal(kit_count(k, "blobs/"), 0);
        quire_artifact_free(artifact);
    }
}

/** Within the reading of a run. */
static void change_on_the_way(void *context, const quire_progress *progress) {
    if (progress->bytes_done == progress->bytes_total / 2) {
        touch(context);
    }
}

static void a_change_within_a_run_is_an_error(void **state) {
    kit *k = *state;
    quire_file *shared = NULL;
    quire_shared_ticket ticket;
    unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
    char file[300];
    snprintf(file, sizeof file, "%s", make_file(k, "file", 2 * BLOCK));
    const quire_shared_options options = {.progress = change_on_the_way, .progress_context = file};
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_status(
        QUIRE_ERROR,
        quire_shared_store_blocks(k->store, &ticket, file, 0, 2, digests, &options, &k->error),
        &k->error);
    assert_says(&k->error, "changed");
    /* Still there, and given up with the artifact. */
    assert_int_equal(kit_count_temporary(k), 1);
    quire_artifact_free(artifact);
    assert_int_equal(kit_count_temporary(k), 0);
}

static void an_open_one_is_no_entry(void **state) {
    kit *k = *state;
    quire_file *shared = NULL, *second = NULL;
    quire_shared_ticket ticket, other;
    quire_version_id id;
    unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE] = {0};
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_status(QUIRE_CONFLICT, share(k, artifact, file, &second, &other), &k->error);
    assert_null(second);
    assert_status(QUIRE_USAGE, quire_file_write(shared, "x", 1, &k->error), &k->error);
    assert_status(QUIRE_USAGE, quire_log_artifact(k->store, artifact, NULL, &id, &k->error),
                  &k->error);
    assert_status(QUIRE_USAGE, quire_file_close(shared, &k->error), &k->error);
    assert_int_equal(kit_count_temporary(k), 0);
    assert_status(
        QUIRE_TEMPORARY,
        quire_shared_store_blocks(k->store, &ticket, file, 0, 1, digests, NULL, &k->error),
        &k->error);
    assert_ok(quire_artifact_new_file(artifact, k->store, "s", &shared, &k->error), &k->error);
    assert_status(QUIRE_USAGE, quire_shared_close(shared, digests, &k->error), &k->error);
    quire_artifact_free(artifact);
}

static void die_halfway(void *context, const quire_progress *progress) {
    (void)context;
    if (progress->bytes_done >= progress->bytes_total / 2) {
        (void)kill(getpid(), SIGKILL);
    }
}

/** Who dies leaves a lease and a temporary file, which gc takes once the lease is dead. */
static void a_killed_one_leaves_what_gc_takes(void **state) {
    kit *k = *state;
    const char *file = make_file(k, "file", BLOCK + 1);
    pid_t child = fork();
    if (child == 0) {
        const quire_shared_options options = {.progress = die_halfway};
        unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
        quire_file *shared = NULL;
        quire_shared_ticket ticket;
        quire_store *store = another_handle(k);
        quire_artifact *artifact = kit_artifact(k, "a", NULL);
        (void)quire_artifact_share_file(artifact, store, file, "big", &shared, &ticket, &k->error);
        (void)quire_shared_store_blocks(store, &ticket, file, 0, 2, digests, &options, &k->error);
        _exit(1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(kit_count_temporary(k), 1);
    assert_int_equal(kit_count(k, "blobs/"), 0);
    (void)kit_gc(k, -1, 0);
    assert_int_equal(kit_count_temporary(k), 0);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    add(k, artifact, file);
    assert_int_equal(kit_log(k, artifact).number, 0);
    assert_ok(kit_verify(k), &k->error);
}

static void wrong_arguments_are_refused(void **state) {
    kit *k = *state;
    quire_file *shared = NULL;
    quire_shared_ticket ticket, wrong;
    unsigned char digests[BLOCKS_MAX * QUIRE_BLOCK_DIGEST_SIZE];
    const quire_shared_options newer = {.version = 1};
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
#define STORE(ticket, first, count, options)                                                       \
    quire_shared_store_blocks(k->store, ticket, file, first, count, digests, options, &k->error)
    assert_status(QUIRE_USAGE, STORE(NULL, 0, 1, NULL), &k->error);
    assert_status(QUIRE_USAGE, STORE(&ticket, 0, 1, &newer), &k->error);
    assert_status(QUIRE_USAGE, STORE(&ticket, 0, 3, NULL), &k->error);
    assert_status(QUIRE_USAGE, STORE(&ticket, 2, 1, NULL), &k->error);
    assert_status(QUIRE_USAGE, STORE(&ticket, UINT64_MAX, 1, NULL), &k->error);
    assert_status(QUIRE_USAGE, STORE(&ticket, 1, UINT64_MAX, NULL), &k->error);
    assert_ok(STORE(&ticket, 2, 0, NULL), &k->error);
    memset(&wrong, 0, sizeof wrong);
    assert_status(QUIRE_USAGE, STORE(&wrong, 0, 0, NULL), &k->error);
    wrong = ticket;
    wrong.blocks = 1000;
    assert_status(QUIRE_USAGE, STORE(&wrong, 0, 1, NULL), &k->error);
    wrong = ticket;
    memset(wrong.token, 'x', sizeof wrong.token);
    assert_status(QUIRE_USAGE, STORE(&wrong, 0, 1, NULL), &k->error);
    snprintf(wrong.token, sizeof wrong.token, "../quire.json");
    assert_status(QUIRE_USAGE, STORE(&wrong, 0, 1, NULL), &k->error);
#undef STORE
    quire_file_discard(shared);
    assert_status(QUIRE_INCOMPLETE, share(k, artifact, kit_path(k, "absent"), &shared, &ticket),
                  &k->error);
    assert_status(QUIRE_ERROR, share(k, artifact, k->folder, &shared, &ticket), &k->error);
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
}

/** One that was read when it was logged last is left to the log, which finds its blob. */
static void a_known_one_is_not_read(void **state) {
    kit *k = *state;
    assert_ok(q_strdup(kit_path(k, "cache"), (char **)&k->store->options.cache, &k->error),
              &k->error);
    cache_clock_set_ahead(1000);
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    add(k, artifact, file);
    quire_version_id first = kit_log(k, artifact);
    (void)cache_clock_read();
    quire_file *shared = NULL;
    quire_shared_ticket ticket;
    artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_int_equal(ticket.blocks, 0);
    assert_null(shared);
    assert_int_equal(kit_log(k, artifact).number, first.number);
    assert_int_equal(cache_clock_read(), 0);
    /* Without its blob it has to be read. */
    q_key key;
    kit_find(k, "blobs/", "-64m", &key);
    kit_put(k, key.text, NULL, 0);
    artifact = kit_artifact(k, "b", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_int_equal(ticket.blocks, 2);
    quire_artifact_free(artifact);
    cache_clock_set_ahead(0);
}

static void a_store_without_shared_objects_takes_it_whole(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    quire_file *shared = NULL;
    quire_shared_ticket ticket;
    const char *file = make_file(k, "file", BLOCK + 1);
    quire_artifact *artifact = kit_artifact(k, "a", NULL);
    assert_ok(share(k, artifact, file, &shared, &ticket), &k->error);
    assert_int_equal(ticket.blocks, 0);
    assert_null(shared);
    assert_int_equal(quire_artifact_count(artifact), 1);
    quire_artifact_free(artifact);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_digest_is_that_of_the_file),
        TEST(what_is_there_is_not_stored_twice),
        TEST(gc_leaves_it_alone),
        TEST(a_change_is_an_error),
        TEST(a_change_within_a_run_is_an_error),
        TEST(an_open_one_is_no_entry),
        TEST(a_killed_one_leaves_what_gc_takes),
        TEST(wrong_arguments_are_refused),
        TEST(a_known_one_is_not_read),
        cmocka_unit_test_setup_teardown(a_store_without_shared_objects_takes_it_whole,
                                        kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
