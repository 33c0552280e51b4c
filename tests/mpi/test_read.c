/** @file Ranks read one version together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mpi/harness.h"

#define FILES 50
#define LARGE (3u << 20)

/** Log FILES small files and a large one for each rank. */
static void fill(harness *h, const char *name) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, name);
    for (int i = h->rank; i < FILES; i += h->size) {
        harness_add(h, artifact, i);
    }
    char path[32];
    char *data = malloc(LARGE);
    memset(data, 'a' + h->rank, LARGE);
    (void)snprintf(path, sizeof path, "large/%d", h->rank);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, path, data, LARGE, NULL, &error), &error);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    free(data);
}

static void expect_download(harness *h, const char *folder, const quire_mpi_read_options *options,
                            int files) {
    quire_error error = {0};
    quire_read_report report;
    memset(&report, 0, sizeof report);
    char path[600];
    (void)snprintf(path, sizeof path, "%s/%s", h->folder, folder);
    quire_status status =
        quire_mpi_download(h->comm, h->store, "data:latest", path, options, &report, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_SAME(h, &report, sizeof report);
    CHECK(h, report.files == (uint64_t)files);
    CHECK(h, harness_count_files(path) == files);
}

static void the_ranks_share_a_download(harness *h) {
    fill(h, "data");
    quire_mpi_read_options path = {.path = "f"};
    quire_mpi_read_options one = {.path = "large/0"};
    quire_mpi_read_options node = {.each_node = 1};
    expect_download(h, "all", NULL, FILES + h->size);
    expect_download(h, "part", &path, FILES);
    expect_download(h, "one", &one, 1);
    expect_download(h, "node", &node, FILES + h->size); /* the test has one node */
}

static void what_is_not_there_is_not_found(harness *h) {
    fill(h, "data");
    quire_error error = {0};
    quire_mpi_read_options path = {.path = "nothing"};
    quire_status status =
        quire_mpi_download(h->comm, h->store, "other", h->folder, NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_NOT_FOUND, 0, &error);
    status = quire_mpi_download(h->comm, h->store, "data:v7", h->folder, NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_NOT_FOUND, 0, &error);
    status = quire_mpi_download(h->comm, h->store, "data:v0", h->folder, &path, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_NOT_FOUND, 0, &error);
    status = quire_mpi_verify(h->comm, h->store, "data:none", NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_NOT_FOUND, 0, &error);
}

static void one_rank_cannot_write(harness *h) {
    fill(h, "data");
    char *blocked = strdup(harness_write(h, "blocked", "x", 1));
    char *fine = strdup(harness_path(h, "fine"));
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        quire_status status = quire_mpi_download(
            h->comm, h->store, "data", h->rank == failing ? blocked : fine, NULL, NULL, &error);
        CHECK(h, status != QUIRE_OK && error.rank == failing);
        CHECK_FAILED(h, status, status, failing, &error);
        CHECK(h, strstr(error.message, "blocked") != NULL);
    }
    free(blocked);
    free(fine);
}

static void a_sound_version_verifies(harness *h) {
    fill(h, "data");
    quire_error error = {0};
    quire_read_report report;
    memset(&report, 0, sizeof report);
    quire_status status = quire_mpi_verify(h->comm, h->store, "data", NULL, &report, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_SAME(h, &report, sizeof report);
    CHECK(h, report.files == (uint64_t)(FILES + h->size));
    CHECK(h, report.bytes > (uint64_t)h->size * LARGE);
}

static void every_rank_goes_on_after_a_fault(harness *h) {
    fill(h, "data");
    MPI_Barrier(h->comm);
    if (h->rank == 0) {
        harness_flip(h, '\0', 0, 0);
    }
    MPI_Barrier(h->comm);
    quire_error error = {0};
    quire_status status = quire_mpi_verify(h->comm, h->store, "data", NULL, NULL, &error);
    CHECK(h, error.rank >= 0 && error.rank < h->size);
    int failing = error.rank;
    CHECK_FAILED(h, status, QUIRE_INTEGRITY, failing, &error);
    char expected[48];
    (void)snprintf(expected, sizeof expected, "%d fault%s over all ranks", h->size,
                   h->size == 1 ? "" : "s");
    CHECK(h, strstr(error.message, expected) != NULL);
    status =
        quire_mpi_download(h->comm, h->store, "data", harness_path(h, "never"), NULL, NULL, &error);
    failing = error.rank;
    CHECK_FAILED(h, status, QUIRE_INTEGRITY, failing, &error);
}

/** Each rank has a store of its own under the one name that all give, as on local disks of nodes.
 */
static void ranks_that_see_other_stores_are_told(harness *h) {
    quire_error error = {0};
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    char own[32], before[600];
    quire_version_id id;
    CHECK(h, getcwd(before, sizeof before) != NULL);
    (void)snprintf(own, sizeof own, "own%d", h->rank);
    CHECK(h, mkdir(harness_path(h, own), 0777) == 0 && chdir(harness_path(h, own)) == 0);
    CHECK_OK(h, quire_store_init("store", NULL, &error), &error);
    CHECK_OK(h, quire_store_open("store", NULL, &store, &error), &error);
    CHECK_OK(h, quire_artifact_new("data", "dataset", &artifact, &error), &error);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, "file", &h->rank, 1, NULL, &error), &error);
    CHECK_OK(h, quire_log_artifact(store, artifact, NULL, &id, &error), &error);
    quire_artifact_free(artifact);
    const quire_status expected = h->size > 1 ? QUIRE_INTEGRITY : QUIRE_OK;
    const int failing = h->size > 1 ? 1 : -1;
    quire_status status = quire_mpi_download(h->comm, store, "data", "back", NULL, NULL, &error);
    CHECK_FAILED(h, status, expected, failing, &error);
    CHECK(h, h->size == 1 || strstr(error.message, "data:v0 is another version here than on"));
    status = quire_mpi_verify(h->comm, store, "data:v0", NULL, NULL, &error);
    CHECK_FAILED(h, status, expected, failing, &error);
    CHECK(h, chdir(before) == 0);
    quire_store_free(store);
}

HARNESS_MAIN("read", HARNESS_TEST(ranks_that_see_other_stores_are_told),
             HARNESS_TEST(the_ranks_share_a_download), HARNESS_TEST(what_is_not_there_is_not_found),
             HARNESS_TEST(one_rank_cannot_write), HARNESS_TEST(a_sound_version_verifies),
             HARNESS_TEST(every_rank_goes_on_after_a_fault))
