/**
 * @file
 * Each operation on the objects of one rank's store fails in turn, on each rank in turn, while all
 * ranks log a version. All must return the same, and a version exists just when they say so, or
 * when the fault came after the commit; a repeat converges in any case. Built once more with
 * threads, where the log is begun, tested and waited for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/faulty.h"

static quire_artifact *compose(harness *h, const char *name) {
    quire_artifact *artifact = harness_artifact(h, name);
    harness_add(h, artifact, h->rank);
    harness_add(h, artifact, 100 + h->rank);
    return artifact;
}

/** How many versions rank 0 sees. */
static int versions_on_all(harness *h, const char *name) {
    int count = h->rank == 0 ? harness_count_versions(h, name) : 0;
    MPI_Bcast(&count, 1, MPI_INT, 0, h->comm);
    return count;
}

static quire_status log_all(harness *h, quire_store *store, quire_artifact *artifact,
                            quire_version_id *version, quire_error *error) {
    const quire_mpi_options options = {.distributed_id = "faults"};
#ifdef HARNESS_FUNNELED
    quire_mpi_request *request = NULL;
    quire_error untested = {0};
    int done = 0;
    quire_status status = quire_mpi_log_begin(h->comm, store, artifact, &options, &request, error);
    for (int i = 0; status == QUIRE_OK && h->rank % 2 == 1 && i < 3; i++) {
        CHECK_OK(h, quire_mpi_log_test(request, &done, &untested), &untested);
    }
    status = status ? status : quire_mpi_log_wait(&request, version, error);
    CHECK(h, request == NULL);
    return status;
#else
    return quire_mpi_log_artifact(h->comm, store, artifact, &options, version, error);
#endif
}

/** One log with one fault. Returns whether the fault was met. */
static bool log_once(harness *h, int failing, uint64_t k, fault_mode mode, quire_status fault) {
    char name[64];
    (void)snprintf(name, sizeof name, "faults-%d-%llu-%d", failing, (unsigned long long)k,
                   (int)mode);
    q_objects *objects = NULL;
    quire_store *store = faulty_open(h, &objects);
    quire_artifact *artifact = compose(h, name);
    quire_version_id version, again;
    quire_error error = {0};
    memset(&version, 0, sizeof version);
    memset(&again, 0, sizeof again);
    if (h->rank == failing) {
        faults_set(objects, k, mode, fault, false);
    }
    double began = MPI_Wtime();
    quire_status status = log_all(h, store, artifact, &version, &error);
    CHECK(h, MPI_Wtime() - began < 10);
    int hit = h->rank == failing && faults_hit(objects);
    faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
    MPI_Bcast(&hit, 1, MPI_INT, failing, h->comm);
    int outcome[2] = {(int)status, status ? error.rank : 0};
    MPI_Bcast(outcome, 2, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, (quire_status)outcome[0], outcome[1], &error);
    CHECK(h, status == QUIRE_OK || (hit && outcome[1] == failing));
    int versions = versions_on_all(h, name);
    CHECK(h, versions == 1 || (versions == 0 && status != QUIRE_OK));
    CHECK(h, versions == 0 || failing == 0 || status == QUIRE_OK);
    /* Every rank does it again, whatever came of it, and now it goes through. */
    status = log_all(h, store, artifact, &again, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, again.number == 0);
    CHECK(h, versions_on_all(h, name) == 1);
    quire_artifact_free(artifact);
    quire_store_free(store);
    return hit != 0;
}

/** All operations of all ranks, one after the other. */
static void sweep(harness *h, fault_mode mode, quire_status fault) {
    for (int failing = 0; failing < h->size; failing++) {
        uint64_t k = 1;
        int before = h->failures, broken = 0;
        while (log_once(h, failing, k, mode, fault) && k < 2000 && broken == 0) {
            k++;
            int mine = h->failures > before;
            MPI_Allreduce(&mine, &broken, 1, MPI_INT, MPI_MAX, h->comm);
        }
        if (broken) {
            (void)fprintf(stderr, "rank %d: the fault before was number %llu on rank %d\n", h->rank,
                          (unsigned long long)k - 1, failing);
        }
        CHECK(h, broken || k > 10); /* else nothing was tested */
    }
}

static void every_operation_fails_before(harness *h) {
    sweep(h, FAULT_BEFORE, QUIRE_ERROR);
}
static void every_reply_is_lost(harness *h) {
    sweep(h, FAULT_AFTER, QUIRE_TEMPORARY);
}

HARNESS_MAIN("faults", HARNESS_TEST(every_operation_fails_before),
             HARNESS_TEST(every_reply_is_lost))
