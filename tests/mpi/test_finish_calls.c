/**
 * @file
 * How many rounds a finish costs: each is a moment in which all ranks wait for the slowest, and
 * where ranks take turns on few cores, what a commit of many ranks consists of.
 */
#include <mpi.h>
#include <string.h>

#include "mpi/harness.h"

static int rounds;

static void look(const char *name) {
    static const char *const collectives[] = {"Allreduce", "Alltoall", "Barrier",
                                              "Bcast",     "Gather",   "Gatherv"};
    for (size_t i = 0; i < sizeof collectives / sizeof *collectives; i++) {
        rounds += strcmp(name, collectives[i]) == 0;
    }
}

#define WRAPPED(name, parameters, arguments)                                                       \
    __attribute__((visibility("default"))) int MPI_##name parameters {                             \
        look(#name);                                                                               \
        return PMPI_##name arguments;                                                              \
    }

#include "support/mpi_functions.h"

/** Arguments, parts, samples (three), sizes, summaries, barrier, outcome. */
#define ROUNDS_MAX 9

static void a_finish_takes_few_rounds(harness *h) {
    quire_error error = {0};
    quire_version_id version;
    const quire_mpi_options options = {.distributed_id = "rounds"};
    quire_artifact *artifact = harness_artifact(h, "rounds");
    harness_add(h, artifact, h->rank);
    CHECK_OK(h, quire_mpi_upsert_artifact(h->comm, h->store, artifact, &options, NULL, &error),
             &error);
    rounds = 0;
    CHECK_OK(h, quire_mpi_finish_artifact(h->comm, h->store, artifact, &options, &version, &error),
             &error);
    int taken = rounds;
    CHECK(h, taken > 0 && taken <= (h->size > 1 ? ROUNDS_MAX : 3));
    CHECK_SAME(h, &taken, sizeof taken);
    quire_artifact_free(artifact);
}

HARNESS_MAIN("rounds", HARNESS_TEST(a_finish_takes_few_rounds))
