/** @file A cache on every rank: what nobody reads again, also when files go to other ranks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpi/harness.h"
#include "support/cache_clock.h"

#define FILES 12

/** Log the files of which this rank is the owner; `file` % `ranks` == rank + `shift`. */
static void log_files(harness *h, quire_store *store, MPI_Comm comm, int ranks, int shift,
                      quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "cached");
    for (int i = 0; i < FILES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "data/%d", i);
        if ((i + shift) % ranks == h->rank) {
            CHECK_OK(h,
                     quire_artifact_add_file(artifact, harness_path(h, name), name, NULL, &error),
                     &error);
        }
    }
    memset(version, 0, sizeof *version);
    (void)cache_clock_read();
    CHECK_OK(h, quire_mpi_log_artifact(comm, store, artifact, NULL, version, &error), &error);
    quire_artifact_free(artifact);
}

/** Over all ranks. */
static unsigned long all_reads(harness *h) {
    unsigned long own = cache_clock_read(), all = 0;
    MPI_Allreduce(&own, &all, 1, MPI_UNSIGNED_LONG, MPI_SUM, h->comm);
    return all;
}

static void nothing_is_read_twice(harness *h) {
    quire_error error = {0};
    quire_version_id first, again;
    char cache[600];
    const quire_store_options options = {.cache = cache};
    quire_store *store = NULL;
    for (int i = 0; h->rank == 0 && i < FILES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "data/%d", i);
        harness_write(h, name, name, strlen(name));
    }
    MPI_Barrier(h->comm);
    cache_clock_set_ahead(1000);
    (void)snprintf(cache, sizeof cache, "%s", harness_path(h, "cache"));
    CHECK_OK(h, quire_store_open(h->url, &options, &store, &error), &error);
    log_files(h, store, h->comm, h->size, 0, &first);
    CHECK(h, all_reads(h) == FILES && first.created == 1);
    log_files(h, store, h->comm, h->size, 0, &again);
    CHECK(h, all_reads(h) == 0 && again.number == 0 && again.created == 0);
    log_files(h, store, h->comm, h->size, 1, &again); /* each has other files */
    CHECK(h, all_reads(h) == 0 && again.number == 0);
    MPI_Comm fewer = MPI_COMM_NULL;
    int ranks = h->size > 1 ? h->size - 1 : 1;
    MPI_Comm_split(h->comm, h->rank < ranks ? 0 : MPI_UNDEFINED, h->rank, &fewer);
    if (fewer != MPI_COMM_NULL) {
        log_files(h, store, fewer, ranks, 0, &again);
        CHECK(h, again.number == 0 && strcmp(again.digest, first.digest) == 0);
        MPI_Comm_free(&fewer);
    }
    CHECK(h, all_reads(h) == 0);
    quire_store_free(store);
}

/** One file of all ranks, added and logged. Returns how many files were read as a whole. */
static unsigned long log_shared(harness *h, quire_store *store, const char *file,
                                quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "shared");
    (void)cache_clock_read();
    CHECK_OK(h, quire_mpi_add_shared_file(h->comm, store, artifact, file, NULL, NULL, &error),
             &error);
    int taken = quire_artifact_count(artifact) == 1;
    MPI_Bcast(&taken, 1, MPI_INT, 0, h->comm);
    CHECK(h, taken);
    memset(version, 0, sizeof *version);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, store, artifact, NULL, version, &error), &error);
    quire_artifact_free(artifact);
    return all_reads(h);
}

/** Blocks are read with pread(), which cache_clock does not count, but openings it does. */
static void a_shared_file_is_not_read_twice(harness *h) {
    quire_error error = {0};
    quire_version_id first, again;
    char cache[600], file[600];
    const quire_store_options options = {.cache = cache};
    quire_store *store = NULL;
    (void)snprintf(cache, sizeof cache, "%s", harness_path(h, "cache"));
    (void)snprintf(file, sizeof file, "%s", harness_path(h, "big"));
    if (h->rank == 0) {
        (void)harness_write(h, "big", "x", 1);
        CHECK(h, truncate(file, (off_t)QUIRE_BLOCK_SIZE + 1) == 0);
    }
    MPI_Barrier(h->comm);
    cache_clock_set_ahead(1000);
    CHECK_OK(h, quire_store_open(h->url, &options, &store, &error), &error);
    (void)cache_clock_opened();
    (void)log_shared(h, store, file, &first);
    CHECK(h, h->rank > 1 || cache_clock_opened() > 0);
    CHECK(h, log_shared(h, store, file, &again) == 0);
    CHECK(h, h->rank == 0 || cache_clock_opened() == 0);
    CHECK(h, again.number == 0 && strcmp(again.digest, first.digest) == 0);
    /* Changed: read again. */
    CHECK(h, h->rank != 0 || truncate(file, (off_t)QUIRE_BLOCK_SIZE + 2) == 0);
    MPI_Barrier(h->comm);
    (void)log_shared(h, store, file, &again);
    CHECK(h, h->rank > 1 || cache_clock_opened() > 0);
    CHECK(h, again.number == 1);
    quire_store_free(store);
}

HARNESS_MAIN("cached", HARNESS_TEST(nothing_is_read_twice),
             HARNESS_TEST(a_shared_file_is_not_read_twice))
