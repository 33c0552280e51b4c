/** @file A folder with large files: which of them are divided, and what becomes of them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpi/harness.h"
#include "mpi/held.h"

#define BLOCK QUIRE_BLOCK_SIZE

static void make_file(harness *h, const char *name, uint64_t size) {
    if (h->rank == 0) {
        const char *path = harness_write(h, name, name, strlen(name));
        CHECK(h, truncate(path, (off_t)size) == 0);
    }
    MPI_Barrier(h->comm);
}

/** Some small files, `large` ones just above a block, and one of three. */
static char *make_tree(harness *h, int large) {
    for (int i = 0; i < 20; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "tree/%d/small", i);
        make_file(h, name, 100);
    }
    for (int i = 0; i < large; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "tree/large-%d", i);
        make_file(h, name, BLOCK + 1);
    }
    make_file(h, "tree/in/huge", 3 * BLOCK - 1);
    return strdup(harness_path(h, "tree"));
}

static quire_version_id log_plainly(harness *h, const char *folder) {
    quire_version_id id;
    memset(&id, 0, sizeof id);
    if (h->rank == 0) {
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, "plain");
        CHECK_OK(h, quire_artifact_add_dir(artifact, folder, "below", NULL, &error), &error);
        CHECK_OK(h, quire_log_artifact(h->store, artifact, NULL, &id, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Bcast(&id, sizeof id, MPI_BYTE, 0, h->comm);
    return id;
}

static void the_version_is_that_of_one_rank(harness *h) {
    char *folder = make_tree(h, 2);
    quire_error error = {0};
    quire_version_id version, again;
    memset(&version, 0, sizeof version);
    memset(&again, 0, sizeof again);
    quire_artifact *artifact = harness_artifact(h, "shared");
    quire_status status =
        quire_mpi_add_shared_dir(h->comm, h->store, artifact, folder, "below", NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    unsigned long long mine = quire_artifact_count(artifact), all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_UNSIGNED_LONG_LONG, MPI_SUM, h->comm);
    CHECK(h, all == 23);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error),
             &error);
    quire_artifact_free(artifact);
    artifact = harness_artifact(h, "shared");
    status = quire_mpi_add_shared_dir(h->comm, h->store, artifact, folder, "below", NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &again, &error), &error);
    quire_artifact_free(artifact);
    CHECK(h, version.number == 0 && again.number == 0 && !again.created);
    CHECK(h, strcmp(log_plainly(h, folder).digest, version.digest) == 0);
    CHECK(h, h->rank != 0 || harness_count_files(harness_path(h, "store/tmp")) == 0);
    free(folder);
}

typedef struct seen {
    int times;
    uint64_t total;
} seen;

static void note(void *context, const quire_progress *progress) {
    seen *s = context;
    s->times++;
    s->total = progress->bytes_total;
}

/** With more than one rank the one large file is divided, and stored at once. */
static void what_is_too_large_for_one_is_divided(harness *h) {
    char *folder = make_tree(h, 0);
    seen s = {0};
    quire_error error = {0};
    const quire_mpi_add_options options = {.progress = note, .progress_context = &s};
    quire_artifact *artifact = harness_artifact(h, "divided");
    CHECK_OK(h,
             quire_mpi_add_shared_dir(h->comm, h->store, artifact, folder, NULL, &options, &error),
             &error);
    int blobs = h->rank == 0 ? harness_count_objects(h, "blobs/") : 0;
    CHECK(h, h->rank != 0 || blobs == (h->size > 1 ? 2 : 0));
    CHECK(h, h->rank != 0 || (s.times > 0) == (h->size > 1));
    CHECK(h, h->rank != 0 || h->size == 1 || s.total == 3 * BLOCK - 1);
    quire_artifact_free(artifact);
    free(folder);
}

static void ranks_that_disagree_are_told(harness *h) {
    for (int odd = 1; odd < h->size; odd++) {
        bool other = h->rank == odd;
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, "disagree");
        const quire_mpi_add_options newer = {.version = 1};
        quire_status status = quire_mpi_add_shared_dir(
            h->comm, h->store, artifact, other ? "elsewhere" : h->folder, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = quire_mpi_add_shared_dir(h->comm, h->store, artifact, h->folder, NULL,
                                          other ? &newer : NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = quire_mpi_add_shared_dir(h->comm, other ? NULL : h->store, artifact, h->folder,
                                          NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = quire_mpi_add_shared_dir(h->comm, h->store, other ? NULL : artifact, h->folder,
                                          NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = other ? quire_mpi_add_dir(h->comm, artifact, h->folder, NULL, &error)
                       : quire_mpi_add_shared_dir(h->comm, h->store, artifact, h->folder, NULL,
                                                  NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        quire_artifact_free(artifact);
    }
}

/** A path of a divided file that rank 0 has already with other content. */
static void a_divided_file_that_cannot_be_added_fails_all(harness *h) {
    char *folder = make_tree(h, 0);
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "clash");
    if (h->rank == 0) {
        CHECK_OK(h, quire_artifact_add_buffer(artifact, "in/huge", "x", 1, NULL, &error), &error);
    }
    quire_status status =
        quire_mpi_add_shared_dir(h->comm, h->store, artifact, folder, NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_CONFLICT, 0, &error);
    CHECK(h, h->rank != 0 || harness_count_files(harness_path(h, "store/tmp")) == 0);
    quire_artifact_free(artifact);
    free(folder);
}

/** Decide on files of these sizes, in MiB, among ranks, beside others of that load. */
static void decide(harness *h, q_held *held, const uint64_t *sizes, size_t count, int ranks,
                   uint64_t others) {
    quire_error error = {0};
    q_shares shares = {0};
    CHECK_OK(h, q_shares_begin(&shares, ranks, &error), &error);
    CHECK_OK(h, q_held_begin(held, &error), &error);
    for (size_t i = 0; i < count; i++) {
        const q_held_file file = {.bytes = sizes[i] << 20, .index = i};
        q_held_add(held, &file);
    }
    q_held_decide(held, &shares, others << 20);
    q_shares_free(&shares);
}

static int divided(const q_held *held) {
    int count = 0;
    for (size_t i = 0; i < held->count; i++) {
        count += held->files[i].rank == Q_HELD_ALL;
    }
    return count;
}

static void the_rule_is_a_fair_share(harness *h) {
    static const struct {
        uint64_t sizes[6];
        size_t count;
        int ranks;
        uint64_t others; /* small files, of all ranks */
        int divided;
    } cases[] = {
        {{4096}, 1, 1, 0, 0},                           /* nobody to divide it among */
        {{4096}, 1, 2, 0, 1},                           /* alone */
        {{4096}, 1, 2, 3300, 0},                        /* beside it the others have enough */
        {{4096}, 1, 2, 3100, 1},                        /* not quite */
        {{1000, 1000}, 2, 2, 0, 0},                     /* one each */
        {{1000, 1000, 1000}, 3, 2, 0, 1},               /* the last one */
        {{1000, 1000, 1000, 1000}, 4, 2, 0, 0},         /* two each */
        {{8000, 2000}, 2, 2, 0, 2},                     /* it would wait for its rank */
        {{8000, 100, 100, 100, 100, 100}, 6, 4, 0, 1},  /* only the huge one */
        {{100, 100, 8000, 7000, 100, 100}, 6, 4, 0, 2}, /* or both, wherever they come */
        {{100, 100, 100, 100, 100, 100}, 6, 7, 0, 6},   /* fewer files than ranks */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        q_held held = {0};
        decide(h, &held, cases[i].sizes, cases[i].count, cases[i].ranks, cases[i].others);
        if (!CHECK(h, divided(&held) == cases[i].divided)) {
            (void)fprintf(stderr, "case %zu: %d are divided\n", i, divided(&held));
        }
        for (size_t k = 1; k < held.count; k++) {
            CHECK(h, held.files[k].bytes <= held.files[k - 1].bytes);
        }
        q_held_free(&held);
    }
}

/** Whatever rank has which of them, and in whatever order they come. */
static void only_the_largest_are_held(harness *h) {
    const uint64_t more = 100, all = Q_HELD_MAX + more;
    q_held held = {0};
    q_shares shares = {0};
    quire_error error = {0};
    CHECK_OK(h, q_shares_begin(&shares, 3, &error), &error);
    CHECK_OK(h, q_held_begin(&held, &error), &error);
    for (uint64_t i = 1; i <= all; i++) {
        uint64_t number = i * 7919 % (all + 1);
        const q_held_file file = {.bytes = number / 2, .index = number / 3, .finder = (int)(i % 2)};
        q_held_add(&held, &file);
    }
    q_held_decide(&held, &shares, 0);
    CHECK(h, held.count == Q_HELD_MAX);
    for (size_t i = 0; i < held.count; i++) {
        CHECK(h, held.files[i].bytes == (all - i) / 2);
    }
    q_shares_free(&shares);
    q_held_free(&held);
}

HARNESS_MAIN("shared dir", HARNESS_TEST(the_version_is_that_of_one_rank),
             HARNESS_TEST(what_is_too_large_for_one_is_divided),
             HARNESS_TEST(ranks_that_disagree_are_told),
             HARNESS_TEST(a_divided_file_that_cannot_be_added_fails_all),
             HARNESS_TEST(the_rule_is_a_fair_share), HARNESS_TEST(only_the_largest_are_held))
