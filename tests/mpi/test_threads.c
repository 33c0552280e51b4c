/** @file Threads are made only where MPI was told of them. */
#include <stdlib.h>

#include "mpi/harness.h"
#include "support/threads.h"

#define FILES 200

/** Three are wanted: the files are enough for so many. */
static void as_many_as_mpi_allows(harness *h) {
    quire_error error = {0};
    int provided = MPI_THREAD_SINGLE;
    MPI_Query_thread(&provided);
#ifdef HARNESS_FUNNELED
    CHECK(h, provided == MPI_THREAD_FUNNELED);
#else
    CHECK(h, provided == MPI_THREAD_SINGLE);
#endif
    (void)setenv("QUIRE_THREADS", "3", 1);
    quire_artifact *artifact = harness_artifact(h, "data");
    for (int i = 0; i < FILES; i++) {
        harness_add(h, artifact, FILES * h->rank + i);
    }
    const int before = threads_made; /* MPI has its own */
    quire_status status = quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, threads_made - before == (provided == MPI_THREAD_SINGLE ? 0 : 3));
    quire_artifact_free(artifact);
}

HARNESS_MAIN("threads", HARNESS_TEST(as_many_as_mpi_allows))
