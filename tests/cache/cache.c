/** @file The cache of a writing: what it knows again, and what it must not. */
#include "cache/cache.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/unit.h"
#include "support/scratch.h"

#define NOW 1700000000
#define FILES 40

static const struct timespec opened = {NOW, 0};

static q_cache *open_as(const char *writer, const char *collection) {
    const q_cache_spec spec = {scratch("cache"), "memory:store", collection, writer};
    q_cache *cache = q_cache_new(&spec);
    assert_non_null(cache);
    return cache;
}

static struct stat file_of(ino_t inode) {
    return (struct stat){.st_dev = 3,
                         .st_ino = inode,
                         .st_size = 1000 + (off_t)inode,
                         .st_mtim = {NOW - 500, 7},
                         .st_ctim = {NOW - 400, 9}};
}

static const char *digest_of(unsigned number) {
    static char text[Q_DIGEST_TEXT_SIZE];
    (void)snprintf(text, sizeof text, "%064x", number);
    return text;
}

static void remember(q_cache *cache, ino_t inode, unsigned number) {
    struct stat status = file_of(inode);
    q_cache_remember(cache, "file", &status, &opened, digest_of(number));
}

static bool knows(q_cache *cache, const struct stat *status, unsigned number) {
    char digest[Q_DIGEST_TEXT_SIZE] = "";
    return q_cache_find(cache, status, digest) && strcmp(digest, digest_of(number)) == 0;
}

static bool knows_inode(q_cache *cache, ino_t inode, unsigned number) {
    struct stat status = file_of(inode);
    return knows(cache, &status, number);
}

static void close_saved(q_cache *cache) {
    q_cache_save(cache);
    if (q_cache_problem(cache)) {
        fail_msg("%s", q_cache_problem(cache));
    }
    q_cache_free(cache);
}

static void fill(const char *writer, const char *collection, ino_t from, ino_t to) {
    q_cache *cache = open_as(writer, collection);
    for (ino_t i = to; i > from; i--) {
        remember(cache, i - 1, (unsigned)i - 1);
    }
    close_saved(cache);
}

static void every_part_of_the_key_counts(void **state) {
    (void)state;
    fill("w", "c", 0, FILES);
    q_cache *cache = open_as("w", "c");
    for (ino_t i = 0; i < FILES; i++) {
        assert_true(knows_inode(cache, i, (unsigned)i));
    }
    struct stat changed[10];
    for (size_t i = 0; i < 10; i++) {
        changed[i] = file_of(5);
    }
    changed[0].st_dev++;
    changed[1].st_ino += FILES;
    changed[2].st_size++;
    changed[3].st_mtim.tv_sec++;
    changed[4].st_mtim.tv_nsec++;
    changed[5].st_ctim.tv_sec++;
    changed[6].st_ctim.tv_nsec++;
    changed[7].st_mtim.tv_sec = INT64_MAX; /* in no number of nanoseconds */
    /* No times, which a caller's own look might tell: one sums up to that of the file. */
    changed[8].st_mtim.tv_sec--;
    changed[8].st_mtim.tv_nsec += 1000000000;
    changed[9].st_ctim.tv_nsec = INT64_MAX;
    for (size_t i = 0; i < 10; i++) {
        char digest[Q_DIGEST_TEXT_SIZE];
        assert_false(q_cache_find(cache, &changed[i], digest));
    }
    q_cache_free(cache);
}

/* Each store, collection and writer has its own; another writer's is found, too. */
static void segments_are_apart(void **state) {
    (void)state;
    fill("w", "c", 0, 1);
    q_cache *cache = open_as("w", "other");
    assert_false(knows_inode(cache, 0, 0));
    q_cache_free(cache);
    cache = open_as("v", "c");
    assert_true(knows_inode(cache, 0, 0));
    q_cache_free(cache);
}

static void unsettled_files_are_not_remembered(void **state) {
    (void)state;
    q_cache *cache = open_as("w", "c");
    struct stat status = file_of(1);
    status.st_ctim.tv_sec = NOW - 1;
    q_cache_remember(cache, "file", &status, &opened, digest_of(1));
    status.st_ctim.tv_sec = NOW + 1000;
    q_cache_remember(cache, "file", &status, &opened, digest_of(1));
    close_saved(cache);
    cache = open_as("w", "c");
    assert_false(knows(cache, &status, 1));
    q_cache_free(cache);
}

static ino_t segment_inode(void) {
    struct stat status;
    char name[600];
    (void)snprintf(name, sizeof name, "ls %s/*-* >%s", scratch("cache"), scratch("names"));
    assert_int_equal(system(name), 0); /* NOLINT(concurrency-mt-unsafe,cert-env33-c) */
    FILE *names = fopen(scratch("names"), "r");
    assert_non_null(names);
    assert_non_null(fgets(name, sizeof name, names));
    (void)fclose(names);
    name[strcspn(name, "\n")] = '\0';
    assert_int_equal(stat(name, &status), 0);
    return status.st_ino;
}

static void only_what_was_seen_stays(void **state) {
    (void)state;
    fill("w", "c", 0, FILES);
    ino_t before = segment_inode();
    q_cache *cache = open_as("w", "c");
    for (ino_t i = 0; i < FILES; i++) {
        assert_true(knows_inode(cache, i, (unsigned)i));
    }
    close_saved(cache);
    assert_int_equal(segment_inode(), before); /* nothing changed: not written again */
    for (unsigned i = 0; i < 3; i++) {         /* what is not seen goes at the second time */
        cache = open_as("w", "c");
        assert_true(knows_inode(cache, 7, 7));
        if (i == 0) {
            remember(cache, FILES + 1, 99);
        }
        close_saved(cache);
    }
    cache = open_as("w", "c");
    assert_true(knows_inode(cache, 7, 7));
    assert_false(knows_inode(cache, 8, 8) || knows_inode(cache, FILES + 1, 99));
    q_cache_free(cache);
}

static void two_folders_in_turn(void **state) {
    (void)state;
    fill("w", "c", 0, FILES);
    fill("w", "c", 100, 100 + FILES);
    for (ino_t i = 0; i < 4; i++) {
        q_cache *cache = open_as("w", "c");
        for (ino_t j = 0; j < FILES; j++) {
            assert_true(knows_inode(cache, i % 2 * 100 + j, (unsigned)(i % 2 * 100 + j)));
        }
        close_saved(cache);
    }
}

/* One file by two names; and if the two readings do not agree, none of them. */
static void two_names_of_a_file(void **state) {
    (void)state;
    q_cache *cache = open_as("w", "c");
    remember(cache, 1, 1);
    remember(cache, 1, 1);
    remember(cache, 2, 2);
    remember(cache, 2, 3);
    close_saved(cache);
    cache = open_as("w", "c");
    assert_true(knows_inode(cache, 1, 1));
    assert_false(knows_inode(cache, 2, 2) || knows_inode(cache, 2, 3));
    remember(cache, 1, 4); /* read again, and it was something else */
    close_saved(cache);
    cache = open_as("w", "c");
    assert_true(knows_inode(cache, 1, 4));
    q_cache_free(cache);
}

/* Four writers, then three: files go to others. Those who do not agree are not believed. */
static void another_number_of_writers(void **state) {
    (void)state;
    static const char *const writers[] = {"0", "1", "2", "3"};
    for (ino_t w = 0; w < 4; w++) {
        fill(writers[w], "c", w * 10, w * 10 + 10);
    }
    for (unsigned w = 0; w < 3; w++) {
        q_cache *cache = open_as(writers[w], "c");
        for (ino_t i = w; i < FILES; i += 3) {
            assert_true(knows_inode(cache, i, (unsigned)i));
        }
        close_saved(cache);
    }
    q_cache *cache = open_as("1", "c");
    assert_true(knows_inode(cache, 1, 1)); /* in its own by now */
    remember(cache, 77, 1);
    close_saved(cache);
    cache = open_as("2", "c");
    remember(cache, 77, 2);
    close_saved(cache);
    cache = open_as("0", "c");
    assert_false(knows_inode(cache, 77, 1) || knows_inode(cache, 77, 2));
    q_cache_free(cache);
}

static void damage(void) {
    char command[600];
    (void)snprintf(command, sizeof command,
                   "for f in %s/*-*; do printf x | dd of=\"$f\" bs=1 seek=100 conv=notrunc 2>&1; "
                   "done >/dev/null",
                   scratch("cache"));
    assert_int_equal(system(command), 0); /* NOLINT(concurrency-mt-unsafe,cert-env33-c) */
}

static void a_damaged_segment_is_replaced(void **state) {
    (void)state;
    fill("w", "c", 0, FILES);
    damage();
    q_cache *cache = open_as("v", "c");
    assert_false(knows_inode(cache, 1, 1));
    q_cache_free(cache);
    cache = open_as("w", "c");
    assert_false(knows_inode(cache, 1, 1));
    assert_non_null(strstr(q_cache_problem(cache), "is damaged"));
    remember(cache, 1, 1);
    q_cache_save(cache);
    q_cache_free(cache);
    cache = open_as("w", "c");
    assert_true(knows_inode(cache, 1, 1));
    assert_null(q_cache_problem(cache));
    q_cache_free(cache);
}

static void an_unusable_folder_is_told(void **state) {
    (void)state;
    scratch_write("cache", "a file");
    q_cache *cache = open_as("w", "c");
    assert_null(q_cache_problem(cache));
    assert_false(knows_inode(cache, 1, 1));
    remember(cache, 1, 1);
    q_cache_save(cache);
    assert_non_null(strstr(q_cache_problem(cache), "cannot be opened"));
    q_cache_free(cache);
    assert_true(scratch_holds("cache", "a file"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(every_part_of_the_key_counts),
        CASE(segments_are_apart),
        CASE(unsettled_files_are_not_remembered),
        CASE(only_what_was_seen_stays),
        CASE(two_folders_in_turn),
        CASE(two_names_of_a_file),
        CASE(another_number_of_writers),
        CASE(a_damaged_segment_is_replaced),
        CASE(an_unusable_folder_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
