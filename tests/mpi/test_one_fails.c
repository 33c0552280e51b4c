/** @file One rank cannot give what it promised; all return the same, and nothing is committed. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mpi/harness.h"

/** Every rank brings a file of its own; `spoil` does something to that of the failing rank. */
static void expect_failure(harness *h, void (*spoil)(harness *, const char *file),
                           quire_status expected, const char *says) {
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        char file[64];
        (void)snprintf(file, sizeof file, "files/%d-%d", failing, h->rank);
        const char *path = harness_write(h, file, file, strlen(file));
        quire_artifact *artifact = harness_artifact(h, "spoiled");
        CHECK_OK(h, quire_artifact_add_file(artifact, path, file, NULL, &error), &error);
        if (h->rank == failing) {
            spoil(h, path);
        }
        double began = MPI_Wtime();
        quire_status status =
            quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error);
        CHECK(h, MPI_Wtime() - began < 10);
        CHECK(h, seteuid(getuid()) == 0);
        CHECK_FAILED(h, status, expected, failing, &error);
        (void)snprintf(file, sizeof file, "files/%d-%d", failing, failing);
        CHECK(h, strstr(error.message, file) != NULL);
        CHECK(h, strstr(error.message, says) != NULL);
        CHECK(h, harness_count_versions(h, "spoiled") == 0);
        quire_artifact_free(artifact);
        MPI_Barrier(h->comm);
    }
}

static void vanish(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0);
}
static void become_folder(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0 && mkdir(file, 0777) == 0);
}
static void become_fifo(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0 && mkfifo(file, 0666) == 0);
}
/** Root would read it all the same: be somebody else until the call has ended. */
static void lock(harness *h, const char *file) {
    CHECK(h, chmod(file, 0) == 0);
    CHECK(h, geteuid() != 0 || seteuid(65534) == 0);
}
/** A file whose size is said to be 0, but that has bytes: it changes while it is read. */
static void become_proc(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0 && symlink("/proc/self/status", file) == 0);
}

static void a_vanished_file(harness *h) {
    expect_failure(h, vanish, QUIRE_INCOMPLETE, "");
}
static void a_file_that_is_a_folder_now(harness *h) {
    expect_failure(h, become_folder, QUIRE_ERROR, "");
}
static void a_file_that_is_a_fifo_now(harness *h) {
    expect_failure(h, become_fifo, QUIRE_ERROR, "");
}
static int open_up(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status;
    (void)walk;
    return flag == FTW_D ? chmod(path, 0777) : 0;
}

static void an_unreadable_file(harness *h) {
    /* Whoever the failing rank is then may use the store, so that only the file stops it. */
    mode_t mask = umask(0);
    CHECK(h, h->rank != 0 || nftw(h->folder, open_up, 16, FTW_PHYS) == 0);
    MPI_Barrier(h->comm);
    expect_failure(h, lock, QUIRE_ERROR, "ermission");
    (void)umask(mask);
}
static void a_file_that_changes(harness *h) {
    expect_failure(h, become_proc, QUIRE_ERROR, "changed");
}

static void a_path_with_two_contents_is_a_conflict(harness *h) {
    for (int first = 0; first + 1 < h->size; first++) {
        quire_error error = {0};
        int second = h->size - 1;
        quire_artifact *artifact = harness_artifact(h, "conflict");
        harness_add(h, artifact, h->rank);
        if (h->rank == first || h->rank == second) {
            char text[16];
            int size = snprintf(text, sizeof text, "I am %d", h->rank);
            CHECK_OK(h,
                     quire_artifact_add_buffer(artifact, "both", text, (size_t)size, NULL, &error),
                     &error);
        }
        quire_status status =
            quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_CONFLICT, 0, &error);
        char writer[16];
        CHECK(h, strstr(error.message, "both") != NULL);
        (void)snprintf(writer, sizeof writer, "%d", first);
        CHECK(h, strstr(error.message, writer) != NULL);
        (void)snprintf(writer, sizeof writer, "%d", second);
        CHECK(h, strstr(error.message, writer) != NULL);
        CHECK(h, harness_count_versions(h, "conflict") == 0);
        quire_artifact_free(artifact);
    }
}

static void another_type_is_a_conflict(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "typed");
    harness_add(h, artifact, h->rank);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    CHECK_OK(h, quire_artifact_new("typed", "model", &artifact, &error), &error);
    harness_add(h, artifact, h->rank);
    quire_status status = quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_CONFLICT, 0, &error);
    CHECK(h, harness_count_versions(h, "typed") == 1);
    quire_artifact_free(artifact);
}

static void after_a_failure_the_next_call_is_a_new_one(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "retry");
    char file[32];
    (void)snprintf(file, sizeof file, "retry-%d", h->rank);
    const char *path = harness_write(h, file, file, strlen(file));
    CHECK_OK(h, quire_artifact_add_file(artifact, path, file, NULL, &error), &error);
    CHECK(h, h->rank != h->size - 1 || unlink(path) == 0);
    quire_mpi_options options = {.distributed_id = "retry"};
    quire_status status =
        quire_mpi_log_artifact(h->comm, h->store, artifact, &options, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_INCOMPLETE, h->size - 1, &error);
    if (h->rank == h->size - 1) {
        (void)harness_write(h, file, file, strlen(file));
    }
    quire_version_id version = {0};
    status = quire_mpi_log_artifact(h->comm, h->store, artifact, &options, &version, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, version.number == 0 && version.created == 1);
    quire_artifact_free(artifact);
}

HARNESS_MAIN("one fails", HARNESS_TEST(a_vanished_file), HARNESS_TEST(a_file_that_is_a_folder_now),
             HARNESS_TEST(a_file_that_is_a_fifo_now), HARNESS_TEST(an_unreadable_file),
             HARNESS_TEST(a_file_that_changes),
             HARNESS_TEST(a_path_with_two_contents_is_a_conflict),
             HARNESS_TEST(another_type_is_a_conflict),
             HARNESS_TEST(after_a_failure_the_next_call_is_a_new_one))
