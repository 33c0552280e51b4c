/**
 * @file
 * Log very many references from all ranks: `bench_references STORE NAME ENTRIES`.
 *
 * An entry without a file costs only what entries cost: composing, shards, the manifest. The upsert
 * and the finish are timed apart, each between barriers, so that it is the slowest rank's time.
 * Rank 0 prints one line: seconds of the upsert, seconds of the finish, bytes of memory an entry
 * over all ranks, the largest resident size of rank 0 and of any other rank in KiB.
 */
#include <quire/mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define FOLDER 1000
#define KIB 1024.0

static double peak_kib(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss : 0;
}

/* Local, so whoever fails ends the job: the others would wait in the next collective call. */
static void need(quire_status status, const quire_error *error) {
    if (status != QUIRE_OK) {
        fprintf(stderr, "bench_references: %s\n", error->message);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

static void compose(quire_artifact *artifact, long long from, long long to) {
    const quire_add_options options = {.no_checksum = 1};
    quire_error error;
    for (long long i = from; i < to; i++) {
        char path[64], uri[96];
        snprintf(path, sizeof path, "d%05lld/f%03lld", i / FOLDER, i % FOLDER);
        snprintf(uri, sizeof uri, "s3://bucket/prefix/%s", path);
        need(quire_artifact_add_reference(artifact, uri, path, &options, &error), &error);
    }
}

static double since_barrier(double begin) {
    MPI_Barrier(MPI_COMM_WORLD);
    return MPI_Wtime() - begin;
}

static void report(long long entries, double before, double upsert, double finish) {
    int rank = 0, size = 1;
    double peak = peak_kib(), grown = (peak - before) * KIB, all = 0, other = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    double mine = rank > 0 ? peak : 0;
    MPI_Reduce(&grown, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    MPI_Reduce(&mine, &other, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("%.6f %.6f %.1f %.0f %.0f\n", upsert, finish, all / (double)entries, peak, other);
    }
}

static void measure(const char *url, const char *name, long long entries) {
    int rank = 0, size = 1;
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    quire_mpi_receipt receipt;
    quire_error error;
    const quire_store_options batch = {.durability = QUIRE_DURABILITY_BATCH};
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Barrier(MPI_COMM_WORLD); /* what MPI allocates for its first message is not an entry's */
    double before = peak_kib();
    need(quire_store_open(url, &batch, &store, &error), &error);
    need(quire_artifact_new(name, "dataset", &artifact, &error), &error);
    compose(artifact, entries * rank / size, entries * (rank + 1) / size);
    MPI_Barrier(MPI_COMM_WORLD);
    double begin = MPI_Wtime();
    need(quire_mpi_upsert_artifact(MPI_COMM_WORLD, store, artifact, NULL, &receipt, &error),
         &error);
    double upsert = since_barrier(begin);
    const quire_mpi_options options = {.distributed_id = receipt.distributed_id};
    begin = MPI_Wtime();
    need(quire_mpi_finish_artifact(MPI_COMM_WORLD, store, artifact, &options, &version, &error),
         &error);
    double finish = since_barrier(begin);
    report(entries, before, upsert, finish);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

int main(int count, char **words) {
    if (MPI_Init(&count, &words) != MPI_SUCCESS) {
        return 1;
    }
    char *end = NULL;
    long long entries = count == 4 ? strtoll(words[3], &end, 10) : 0;
    if (entries < 1 || *end != '\0') {
        fprintf(stderr, "usage: bench_references STORE NAME ENTRIES\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    } else {
        measure(words[1], words[2], entries);
    }
    return MPI_Finalize() == MPI_SUCCESS ? 0 : 1;
}
