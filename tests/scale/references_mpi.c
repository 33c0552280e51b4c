/**
 * @file
 * The same very many references, shared out among the ranks: `references_mpi STORE COUNT`. Rank 0,
 * which commits, may not need much more memory than the others: the manifest is not gathered there.
 */
#include <quire/mpi.h>
#include <stdio.h>
#include <stdlib.h>

#include "compose.h"

/** What merging takes, however many entries there are. */
#define ROOT_EXTRA (64.0 * (1 << 20))
#define ROOT_SHARE 1.5

static quire_status log_part(MPI_Comm comm, const char *url, long count, quire_version_id *version,
                             quire_error *error) {
    int rank = 0, size = 1;
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    quire_status status = quire_store_open(url, NULL, &store, error);
    if (status == QUIRE_OK) {
        status = quire_artifact_new(COMPOSE_NAME, COMPOSE_TYPE, &artifact, error);
    }
    if (status == QUIRE_OK) {
        status =
            compose_references(artifact, count * rank / size, count * (rank + 1) / size, error);
    }
    if (status != QUIRE_OK) {
        fprintf(stderr, "references_mpi: rank %d: %s\n", rank, error->message);
        MPI_Abort(comm, 1); /* the others would wait in the collective call */
    }
    status = quire_mpi_log_artifact(comm, store, artifact, NULL, version, error);
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static int report(int size, const double *before, const double *peaks) {
    double others = 0;
    for (int i = 0; i < size; i++) {
        printf("rank %d: %6.1f MiB at first, %6.1f MiB at most\n", i, before[i] / (1 << 20),
               peaks[i] / (1 << 20));
        others = i > 0 && peaks[i] > others ? peaks[i] : others;
    }
    return size == 1 || peaks[0] <= ROOT_SHARE * others + ROOT_EXTRA ? 0 : 1;
}

int main(int count, char **words) {
    int rank = 0, size = 1, code = 0;
    quire_version_id version = {0};
    quire_error error = {0};
    MPI_Init(&count, &words);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    double *values = calloc(2 * (size_t)size, sizeof *values);
    if (count != 3 || !values) {
        fprintf(stderr, "usage: references_mpi STORE COUNT\n");
        free(values);
        MPI_Abort(MPI_COMM_WORLD, 2);
        return 2;
    }
    double before = compose_peak(), begin = MPI_Wtime();
    quire_status status =
        log_part(MPI_COMM_WORLD, words[1], strtol(words[2], NULL, 10), &version, &error);
    double took = MPI_Wtime() - begin, peak = compose_peak();
    MPI_Gather(&before, 1, MPI_DOUBLE, values, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    MPI_Gather(&peak, 1, MPI_DOUBLE, values + size, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    if (rank == 0) {
        code = status == QUIRE_OK ? report(size, values, values + size) : 1;
        printf("%s:v%lld %s %.2f s %s\n", version.name, (long long)version.number, version.digest,
               took, error.message);
    }
    free(values);
    MPI_Bcast(&code, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Finalize();
    return code;
}
