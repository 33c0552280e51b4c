/** @file Many calls one after another: nothing piles up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpi/harness.h"
#include "support/descriptors.h"

/* The address sanitizer keeps freed memory for a while; with it leaks are told otherwise. */
#ifdef __SANITIZE_ADDRESS__
static const bool keeps_freed_memory = true;
#else
static const bool keeps_freed_memory = false;
#endif

/** Resident memory in KiB. */
static long resident(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%*s %ld", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/** A log under way, that is waited for or given up. */
static void begin_and_end(harness *h, int i) {
    quire_error error = {0};
    quire_mpi_request *request = NULL;
    quire_artifact *artifact = harness_artifact(h, "begun");
    harness_add(h, artifact, i * h->size + h->rank);
    CHECK_OK(h, quire_mpi_log_begin(h->comm, h->store, artifact, NULL, &request, &error), &error);
    if (i % 8 == 0) {
        CHECK_OK(h, quire_mpi_log_wait(&request, NULL, &error), &error);
    }
    quire_mpi_log_cancel(&request);
    quire_artifact_free(artifact);
}

static void round_trip(harness *h, int i) {
    quire_error error = {0};
    char path[64];
    MPI_Comm duplicate;
    MPI_Comm_dup(h->comm, &duplicate);
    quire_artifact *artifact = harness_artifact(h, "many");
    harness_add(h, artifact, i * h->size + h->rank);
    CHECK_OK(h, quire_mpi_log_artifact(duplicate, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    if (i % 4 == 0) {
        begin_and_end(h, i);
    }
    CHECK_OK(h, quire_mpi_verify(h->comm, h->store, "many", NULL, NULL, &error), &error);
    (void)snprintf(path, sizeof path, "out/%d", i % 4);
    quire_status status =
        quire_mpi_download(duplicate, h->store, "many", harness_path(h, path), NULL, NULL, &error);
    CHECK_OK(h, status, &error);
    /* Failures must leave nothing behind either. */
    status = quire_mpi_download(h->comm, h->store, "none", h->folder, NULL, NULL, &error);
    CHECK_STATUS(h, status, QUIRE_NOT_FOUND, &error);
    status = quire_mpi_log_artifact(duplicate, h->rank ? h->store : NULL, NULL, NULL, NULL, &error);
    CHECK_STATUS(h, status, QUIRE_USAGE, &error);
    MPI_Comm_free(&duplicate);
}

static void nothing_piles_up(harness *h) {
    enum {
        WARM_UP = 20,
        ROUNDS = 80
    };
    for (int i = 0; i < WARM_UP; i++) {
        round_trip(h, i);
    }
    size_t open_before = descriptors();
    long memory_before = resident();
    for (int i = WARM_UP; i < ROUNDS; i++) {
        round_trip(h, i);
    }
    /* Of connections that are kept there are at most as many; of what piles up, one a round. */
    CHECK(h, descriptors() <= open_before + (getenv("QUIRE_TEST_URL") ? 32 : 0));
    CHECK(h, keeps_freed_memory || resident() < memory_before + 16 * 1024);
    CHECK(h, harness_count_versions(h, "many") == ROUNDS);
}

HARNESS_MAIN("many", HARNESS_TEST(nothing_piles_up))
