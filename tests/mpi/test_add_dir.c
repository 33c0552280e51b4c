/** @file A folder that all ranks see, shared out among them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mpi/harness.h"
#include "mpi/shares.h"

static void tree(harness *h, int files, size_t size) {
    if (h->rank == 0) {
        char *data = calloc(1, size + 16);
        for (int i = 0; i < files; i++) {
            char name[64];
            (void)snprintf(name, sizeof name, "tree/%d/%d/file-%d", i % 3, i % 7, i);
            (void)snprintf(data, 16, "%d", i);
            (void)harness_write(h, name, data, size);
        }
        free(data);
    }
    MPI_Barrier(h->comm);
}

static void the_whole_folder_is_shared_out_once(harness *h) {
    enum {
        FILES = 300
    };
    quire_error error = {0};
    tree(h, FILES, 100);
    char *folder = strdup(harness_path(h, "tree"));
    quire_version_id plain, version;
    memset(&plain, 0, sizeof plain);
    memset(&version, 0, sizeof version);
    if (h->rank == 0) {
        quire_error local = {0};
        quire_artifact *all = harness_artifact(h, "plain");
        CHECK_OK(h, quire_artifact_add_dir(all, folder, "in/side", NULL, &local), &local);
        CHECK_OK(h, quire_log_artifact(h->store, all, NULL, &plain, &local), &local);
        quire_artifact_free(all);
    }
    MPI_Bcast(&plain, sizeof plain, MPI_BYTE, 0, h->comm);
    quire_artifact *artifact = harness_artifact(h, "shared");
    quire_status status = quire_mpi_add_dir(h->comm, artifact, folder, "in/side", &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    unsigned long long mine = quire_artifact_count(artifact), all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_UNSIGNED_LONG_LONG, MPI_SUM, h->comm);
    CHECK(h, all == FILES);
    CHECK(h, mine + 1 >= (unsigned)(FILES / h->size) && mine <= (unsigned)(FILES / h->size) + 1);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error),
             &error);
    CHECK(h, strcmp(version.digest, plain.digest) == 0);
    quire_artifact_free(artifact);
    free(folder);
}

static void many_paths_need_many_messages(harness *h) {
    /* Names of some 230 bytes: 2,000 of them are several batches for each rank. */
    enum {
        FILES = 2000
    };
    char name[300], stem[201];
    memset(stem, 'n', 200);
    stem[200] = '\0';
    for (int i = h->rank; i < FILES; i += h->size) {
        (void)snprintf(name, sizeof name, "many/%s-%d", stem, i);
        (void)harness_write(h, name, "", 0);
    }
    MPI_Barrier(h->comm);
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "many");
    quire_status status =
        quire_mpi_add_dir(h->comm, artifact, harness_path(h, "many"), NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    unsigned long long mine = quire_artifact_count(artifact), all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_UNSIGNED_LONG_LONG, MPI_SUM, h->comm);
    CHECK(h, all == FILES);
    quire_artifact_free(artifact);
}

static void a_rank_that_cannot_add_does_not_hang_the_others(harness *h) {
    tree(h, 200, 10);
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, "clash");
        /* Whatever its share is clashes. */
        for (int i = 0; h->rank == failing && i < 200; i++) {
            char path[64];
            (void)snprintf(path, sizeof path, "%d/%d/file-%d", i % 3, i % 7, i);
            CHECK_OK(h, quire_artifact_add_buffer(artifact, path, "other", 5, NULL, &error),
                     &error);
        }
        quire_status status =
            quire_mpi_add_dir(h->comm, artifact, harness_path(h, "tree"), NULL, &error);
        CHECK_FAILED(h, status, QUIRE_CONFLICT, failing, &error);
        quire_artifact_free(artifact);
    }
}

static void a_folder_that_cannot_be_walked_fails_on_all(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "bad");
    quire_status status =
        quire_mpi_add_dir(h->comm, artifact, harness_path(h, "not-there"), NULL, &error);
    CHECK_FAILED(h, status, QUIRE_INCOMPLETE, 0, &error);
    CHECK(h, strstr(error.message, "not-there") != NULL);
    tree(h, 50, 10);
    char *pipe = strdup(harness_path(h, "tree/2/z-pipe"));
    CHECK(h, h->rank != 0 || mkfifo(pipe, 0666) == 0);
    MPI_Barrier(h->comm);
    status = quire_mpi_add_dir(h->comm, artifact, harness_path(h, "tree"), NULL, &error);
    CHECK_FAILED(h, status, QUIRE_ERROR, error.rank, &error); /* whoever has met it */
    CHECK(h, strstr(error.message, "z-pipe") != NULL);
    CHECK(h, quire_artifact_count(artifact) == 0);
    status = quire_mpi_add_dir(h->comm, artifact, harness_path(h, "tree"), "../up", &error);
    CHECK_FAILED(h, status, QUIRE_USAGE, 0, &error);
    free(pipe);
    quire_artifact_free(artifact);
}

static void an_empty_folder_is_nothing(harness *h) {
    quire_error error = {0};
    CHECK(h, h->rank != 0 || mkdir(harness_path(h, "empty"), 0777) == 0);
    MPI_Barrier(h->comm);
    quire_artifact *artifact = harness_artifact(h, "empty");
    quire_status status =
        quire_mpi_add_dir(h->comm, artifact, harness_path(h, "empty"), NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, quire_artifact_count(artifact) == 0);
    quire_artifact_free(artifact);
}

static void shares_are_even_by_bytes(harness *h) {
    enum {
        RANKS = 5,
        FILES = 1000
    };
    q_shares shares = {0};
    quire_error error = {0};
    uint64_t load[RANKS] = {0}, least = UINT64_MAX, most = 0;
    const uint64_t largest = 40u << 20;
    CHECK_OK(h, q_shares_begin(&shares, RANKS, &error), &error);
    for (unsigned i = 0; i < FILES; i++) {
        uint64_t bytes = (uint64_t)(i * 2654435761u) % largest;
        int rank = q_shares_take(&shares, bytes);
        CHECK(h, rank >= 0 && rank < RANKS);
        load[rank] += bytes + Q_SHARES_FILE_COST;
    }
    for (int r = 0; r < RANKS; r++) {
        least = load[r] < least ? load[r] : least;
        most = load[r] > most ? load[r] : most;
    }
    CHECK(h, most - least <= largest + Q_SHARES_FILE_COST);
    q_shares_free(&shares);
}

HARNESS_MAIN("add_dir", HARNESS_TEST(the_whole_folder_is_shared_out_once),
             HARNESS_TEST(many_paths_need_many_messages),
             HARNESS_TEST(a_rank_that_cannot_add_does_not_hang_the_others),
             HARNESS_TEST(a_folder_that_cannot_be_walked_fails_on_all),
             HARNESS_TEST(an_empty_folder_is_nothing), HARNESS_TEST(shares_are_even_by_bytes))
