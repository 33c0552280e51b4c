/** @file Large files of a version, which all ranks write together. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mpi/faulty.h"

#define BLOCK QUIRE_BLOCK_SIZE
#define HUGE_SIZE (3 * BLOCK - 1)

/** Holes, and a word in each block. */
static void make_file(harness *h, const char *name, uint64_t size) {
    int fd = open(harness_write(h, name, name, strlen(name)), O_WRONLY);
    CHECK(h, fd >= 0 && ftruncate(fd, (off_t)size) == 0);
    for (uint64_t at = 12345; at + 16 < size; at += BLOCK) {
        char word[16];
        int length = snprintf(word, sizeof word, "%llu", (unsigned long long)at);
        CHECK(h, pwrite(fd, word, (size_t)length, (off_t)at) == length);
    }
    CHECK(h, close(fd) == 0);
}

/** Rank 0 logs a folder: small files, one huge, and one that is just above a block. */
static void log_tree(harness *h) {
    if (h->rank == 0) {
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, "set");
        make_file(h, "tree/a/small", 100);
        make_file(h, "tree/b/small", 200);
        make_file(h, "tree/in/huge", HUGE_SIZE);
        make_file(h, "tree/in/large", BLOCK + 1);
        CHECK_OK(h, quire_artifact_add_dir(artifact, harness_path(h, "tree"), NULL, NULL, &error),
                 &error);
        CHECK_OK(h, quire_log_artifact(h->store, artifact, NULL, NULL, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Barrier(h->comm);
}

/** Whether a file below `out` is that below `tree`. */
static bool is_same(harness *h, const char *out, const char *path) {
    char command[1400];
    (void)snprintf(command, sizeof command, "cmp -s '%s/tree/%s' '%s/%s/%s'", h->folder, path,
                   h->folder, out, path);
    return system(command) == 0;
}

static quire_status get(harness *h, quire_store *store, const char *out,
                        const quire_mpi_read_options *options, quire_read_report *report,
                        quire_error *error) {
    return quire_mpi_download(h->comm, store, "set", harness_path(h, out), options, report, error);
}

static void what_comes_back_is_what_was_logged(harness *h) {
    static const quire_mpi_read_options ways[] = {{0}, {.each_node = 1}, {.path = "in"}};
    log_tree(h);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char out[32];
        quire_error error = {0};
        quire_read_report report;
        int files = ways[i].path ? 2 : 4;
        memset(&report, 0, sizeof report);
        (void)snprintf(out, sizeof out, "out-%zu", i);
        for (int time = 0; time < 2; time++) { /* the second one replaces */
            quire_status status = get(h, h->store, out, &ways[i], &report, &error);
            CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
            CHECK_SAME(h, &report, sizeof report);
            CHECK(h, report.files == (uint64_t)files);
            CHECK(h, report.bytes == HUGE_SIZE + BLOCK + 1 + (ways[i].path ? 0 : 300));
        }
        if (h->rank == 0) {
            CHECK(h, is_same(h, out, "in/huge") && is_same(h, out, "in/large"));
            CHECK(h, ways[i].path || (is_same(h, out, "a/small") && is_same(h, out, "b/small")));
            CHECK(h, harness_count_files(harness_path(h, out)) == files);
        }
    }
    quire_error error = {0};
    const quire_mpi_read_options one = {.path = "in/huge"};
    CHECK_FAILED(h, get(h, h->store, "one", &one, NULL, &error), QUIRE_OK, -1, &error);
    CHECK(h, h->rank != 0 || is_same(h, "one", "in/huge"));
}

static quire_status count_divided(void *context, const quire_entry *entry) {
    (void)entry;
    ++*(int *)context;
    return QUIRE_OK;
}

/** It is not that the rest of the tests shows nothing: which files are divided. */
static void the_huge_one_is_divided(harness *h) {
    static const int expected[] = {0, 0, 1, 1, 1, 2, 2, 2};
    log_tree(h);
    quire_error error = {0};
    quire_version *version = NULL;
    int count = 0;
    char out[600];
    (void)snprintf(out, sizeof out, "%s/out-%d", h->folder, h->rank);
    CHECK_OK(h, quire_version_open(h->store, "set", &version, &error), &error);
    const quire_download_options options = {
        .part = h->rank, .parts = h->size, .divided = count_divided, .divided_context = &count};
    CHECK_OK(h, quire_version_download(version, out, &options, NULL, &error), &error);
    CHECK(h, count == expected[h->size]);
    quire_version_free(version);
}

typedef struct seen {
    int times;
    quire_progress last;
} seen;

static void note(void *context, const quire_progress *progress) {
    seen *s = context;
    s->times++;
    s->last = *progress;
}

static void rank_0_is_told_of_all(harness *h) {
    log_tree(h);
    seen s = {0};
    quire_error error = {0};
    const quire_mpi_read_options options = {.progress = note, .progress_context = &s};
    CHECK_OK(h, get(h, h->store, "out", &options, NULL, &error), &error);
    CHECK(h, h->rank == 0 ? s.times > 0 : s.times == 0);
    CHECK(h, h->rank != 0 || (s.last.bytes_done == s.last.bytes_total &&
                              s.last.bytes_done == HUGE_SIZE + BLOCK + 1 + 300));
    CHECK(h, h->rank != 0 || s.last.files_total == 4);
}

static void a_damaged_block_leaves_no_file(harness *h) {
    log_tree(h);
    for (uint64_t block = 0; block < 3; block++) {
        quire_error error = {0};
        char out[32];
        (void)snprintf(out, sizeof out, "out-%d", (int)block);
        if (h->rank == 0) {
            harness_flip(h, '\0', HUGE_SIZE, block * BLOCK + 99);
        }
        MPI_Barrier(h->comm);
        quire_status status = get(h, h->store, out, NULL, NULL, &error);
        int failing = error.rank;
        MPI_Bcast(&failing, 1, MPI_INT, 0, h->comm);
        CHECK_FAILED(h, status, QUIRE_INTEGRITY, failing, &error);
        CHECK(h, strstr(error.message, "in/huge") != NULL);
        if (h->rank == 0) {
            char path[64];
            struct stat found;
            (void)snprintf(path, sizeof path, "%s/in/huge", out);
            CHECK(h, stat(harness_path(h, path), &found) != 0);
            (void)snprintf(path, sizeof path, "%s/in", out);
            CHECK(h, harness_count_files(harness_path(h, path)) <= 1);
            harness_flip(h, '\0', HUGE_SIZE, block * BLOCK + 99);
        }
        MPI_Barrier(h->comm);
        CHECK_FAILED(h, get(h, h->store, out, NULL, NULL, &error), QUIRE_OK, -1, &error);
        CHECK(h, h->rank != 0 || is_same(h, out, "in/huge"));
    }
}

static void what_is_in_the_way_is_told(harness *h) {
    log_tree(h);
    quire_error error = {0};
    char *other = strdup(harness_path(h, "other"));
    if (h->rank == 0) {
        (void)harness_write(h, "other", "other", 5);
        (void)harness_write(h, "out/in/huge/file", "x", 1);
        (void)harness_write(h, "links/in/x", "x", 1);
        CHECK(h, symlink(other, harness_path(h, "links/in/huge")) == 0);
    }
    MPI_Barrier(h->comm);
    quire_status status = get(h, h->store, "out", NULL, NULL, &error);
    int failing = error.rank;
    MPI_Bcast(&failing, 1, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, QUIRE_ERROR, failing, &error);
    CHECK(h, strstr(error.message, "is a folder where a file must be") != NULL);
    /* A link is replaced, not followed. */
    status = get(h, h->store, "links", NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    struct stat found;
    CHECK(h, stat(other, &found) == 0 && found.st_size == 5);
    CHECK(h, h->rank != 0 || is_same(h, "links", "in/huge"));
    free(other);
}

/** Each operation of each of two ranks, until one comes that is not met. */
static void every_operation_fails_once(harness *h) {
    if (h->size == 4 || h->size == 7) {
        return; /* what other ranks add are more of the same operations; it takes long */
    }
    log_tree(h);
    for (int failing = 0; failing < h->size && failing < 2; failing++) {
        int hit = 1;
        for (uint64_t k = 1; hit; k += k < 12 ? 1 : 97) {
            quire_error error = {0};
            q_objects *objects = NULL;
            char out[64], in[80];
            (void)snprintf(out, sizeof out, "out-%d-%llu", failing, (unsigned long long)k);
            (void)snprintf(in, sizeof in, "%s/in", out);
            quire_store *store = faulty_open(h, &objects);
            faults_set(objects, h->rank == failing ? k : 0,
                       h->rank == failing ? FAULT_BEFORE : FAULT_NONE, QUIRE_ERROR, false);
            quire_status status = get(h, store, out, NULL, NULL, &error);
            hit = h->rank == failing && faults_hit(objects);
            MPI_Bcast(&hit, 1, MPI_INT, failing, h->comm);
            int outcome = (int)status;
            MPI_Bcast(&outcome, 1, MPI_INT, 0, h->comm);
            CHECK_FAILED(h, status, (quire_status)outcome, failing, &error);
            CHECK(h, status == QUIRE_OK || hit);
            CHECK(h, h->rank != 0 || status == QUIRE_OK ||
                         harness_count_files(harness_path(h, in)) <= 1);
            CHECK(h, h->rank != 0 || status != QUIRE_OK || is_same(h, out, "in/huge"));
            quire_store_free(store);
        }
    }
}

HARNESS_MAIN("divided", HARNESS_TEST(what_comes_back_is_what_was_logged),
             HARNESS_TEST(the_huge_one_is_divided), HARNESS_TEST(rank_0_is_told_of_all),
             HARNESS_TEST(a_damaged_block_leaves_no_file), HARNESS_TEST(what_is_in_the_way_is_told),
             HARNESS_TEST(every_operation_fails_once))
