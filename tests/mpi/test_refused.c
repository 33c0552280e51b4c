/**
 * @file
 * One rank finds a fault in its share of a version, and another is refused part of its own: all
 * hear of the fault.
 */
#include <stdio.h>
#include <string.h>

#include "mpi/faulty.h"

#define LARGE (1u << 20)

/** One large file for each rank; as they are all of a size, each rank verifies one. */
static void fill(harness *h) {
    char path[32];
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "data");
    static char data[LARGE];
    memset(data, 'a' + h->rank, LARGE);
    (void)snprintf(path, sizeof path, "large/%d", h->rank);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, path, data, LARGE, NULL, &error), &error);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    MPI_Barrier(h->comm);
}

/** Verify, with the k-th operation of one rank refused, and all after it.
 *  @return how many operations this rank did */
static uint64_t verify(harness *h, int refused, uint64_t k, quire_status *status,
                       quire_read_report *report, quire_error *error) {
    q_objects *objects = NULL;
    quire_store *store = faulty_open(h, &objects);
    if (h->rank == refused) {
        faults_set(objects, k, FAULT_BEFORE, QUIRE_ERROR, true);
    }
    memset(report, 0, sizeof *report);
    *status = quire_mpi_verify(h->comm, store, "data", NULL, report, error);
    CHECK(h, h->rank != refused || faults_hit(objects));
    uint64_t count = faults_count(objects);
    quire_store_free(store);
    return count;
}

static void a_fault_wins_over_a_refusal(harness *h) {
    quire_status status = QUIRE_OK;
    quire_error error = {0};
    quire_read_report report;
    fill(h);
    uint64_t operations = verify(h, -1, 0, &status, &report, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    for (int r = 0; r < h->size; r++) { /* no fault: the refusal is told */
        verify(h, r, operations, &status, &report, &error);
        CHECK_FAILED(h, status, QUIRE_ERROR, r, &error);
        CHECK(h, report.files == (uint64_t)h->size - 1);
    }
    if (h->rank == 0) {
        harness_flip(h, 'b', LARGE, 0); /* of rank 1 */
    }
    MPI_Barrier(h->comm);
    (void)verify(h, -1, 0, &status, &report, &error);
    int finder = error.rank;
    CHECK_FAILED(h, status, QUIRE_INTEGRITY, finder, &error);
    for (int r = 0; r < h->size; r++) {
        if (r == finder) {
            continue;
        }
        verify(h, r, operations, &status, &report, &error);
        CHECK_FAILED(h, status, QUIRE_INTEGRITY, finder, &error);
        CHECK(h, strstr(error.message, "1 fault over all ranks, and not all could be read"));
        CHECK_SAME(h, &report, sizeof report);
        CHECK(h, report.files == (uint64_t)h->size - 2);
    }
}

HARNESS_MAIN("refused", HARNESS_TEST(a_fault_wins_over_a_refusal))
