/**
 * @file
 * A simulation that logs its field straight from memory while it goes on computing, and afterwards
 * only what changed.
 *
 *     mpirun -n 4 heat STORE [STEPS [EVERY]]
 *
 * The 2-D heat equation on 256 × 128 points: the upper edge is hot, all else starts at zero, and
 * heat travels down by one row a step. Ranks own whole bands of 16 rows and exchange their edge
 * rows. Every EVERY steps the field is logged, a file of doubles a band:
 *
 *     field/band-00.f64 … field/band-15.f64
 *
 * First by all ranks together, from a copy of the field that is lent to quire: a thread on each
 * rank stores it while the next steps are computed, and the program tells how much of that time
 * they hid. (`heat STORE 8000 4000` has more to hide it behind. A rank that mpirun has bound to one
 * core can hide nothing: --bind-to none.) Later as a patch of the bands that are no longer what
 * they were. Files are named by band and not by rank, so any number of ranks makes the same
 * versions. At the end each rank reads its bands back and compares them bit for bit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpi.h>

#include <quire/mpi.h>

enum {
    COLUMNS = 128,
    BANDS = 16,
    BAND_ROWS = 16,
    ROWS = BANDS * BAND_ROWS
};
enum {
    BAND_POINTS = BAND_ROWS * COLUMNS,
    PATH_SIZE = 32
};
#define BAND_BYTES (BAND_POINTS * sizeof(double))

typedef struct heat {
    MPI_Comm comm;
    int rank, size;
    int first, bands; /* the bands this rank owns */
    double *field;    /* its rows, with one more above and one below for the neighbours' edges */
    double *next;     /* the same, of the step that is being computed */
    double *logged;   /* its rows as they are in the latest version, or in the one under way */
} heat;

/* A log under way, which reads `logged`; and when it began, when all ranks had stored, and how long
 * this rank stood still for it, in seconds. */
typedef struct storing {
    quire_mpi_request *request; /* NULL: there is none */
    quire_artifact *artifact;
    int step, steps_since;
    double began, stored, waited;
} storing;

static quire_status fail(quire_error *error, quire_status status, const char *message) {
    error->status = (int32_t)status;
    error->rank = -1;
    snprintf(error->message, sizeof error->message, "%s", message);
    return status;
}

/* Whether all ranks are well, after something that each did alone. The first that failed speaks. */
static quire_status everyone(const heat *h, quire_status status, const quire_error *error) {
    int first, code = (int)status, mine = status == QUIRE_OK ? h->size : h->rank;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, h->comm);
    if (first == h->size)
        return QUIRE_OK;
    if (first == h->rank)
        fprintf(stderr, "heat: rank %d: %s\n", h->rank, error->message);
    MPI_Bcast(&code, 1, MPI_INT, first, h->comm);
    return (quire_status)code;
}

static int first_band(const heat *h, int rank) {
    return rank * BANDS / h->size;
}

static int owner(const heat *h, int band) {
    int rank = 0;
    while (first_band(h, rank + 1) <= band)
        rank++;
    return rank;
}

static double *band_of(const heat *h, double *field, int band) {
    return field + COLUMNS + (size_t)(band - h->first) * BAND_POINTS;
}

/* Its bytes, which are what is stored and what counts as a change. */
static const unsigned char *bytes_of(const heat *h, double *field, int band) {
    return (const unsigned char *)band_of(h, field, band);
}

static void band_path(int band, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "field/band-%02d.f64", band);
}

static quire_status heat_new(MPI_Comm comm, heat *h, quire_error *error) {
    h->comm = comm;
    MPI_Comm_rank(comm, &h->rank);
    MPI_Comm_size(comm, &h->size);
    if (h->size > BANDS)
        return fail(error, QUIRE_USAGE, "the field has 16 bands: use at most 16 ranks");
    h->first = first_band(h, h->rank);
    h->bands = first_band(h, h->rank + 1) - h->first;
    size_t points = (size_t)h->bands * BAND_POINTS + 2 * (size_t)COLUMNS;
    h->field = calloc(points, sizeof *h->field);
    h->next = calloc(points, sizeof *h->next);
    h->logged = calloc(points, sizeof *h->logged);
    if (!h->field || !h->next || !h->logged)
        return fail(error, QUIRE_ERROR, "out of memory");
    for (int x = 0; h->first == 0 && x < COLUMNS; x++)
        h->field[COLUMNS + x] = h->next[COLUMNS + x] = 100.0;
    return QUIRE_OK;
}

static void heat_free(heat *h) {
    free(h->field);
    free(h->next);
    free(h->logged);
}

/* Send each edge row to the rank beyond it and receive that rank's. */
static void exchange(heat *h) {
    int above = h->rank > 0 ? h->rank - 1 : MPI_PROC_NULL;
    int below = h->rank < h->size - 1 ? h->rank + 1 : MPI_PROC_NULL;
    size_t rows = (size_t)h->bands * BAND_ROWS;
    MPI_Sendrecv(h->field + COLUMNS, COLUMNS, MPI_DOUBLE, above, 0, h->field + (rows + 1) * COLUMNS,
                 COLUMNS, MPI_DOUBLE, below, 0, h->comm, MPI_STATUS_IGNORE);
    MPI_Sendrecv(h->field + rows * COLUMNS, COLUMNS, MPI_DOUBLE, below, 1, h->field, COLUMNS,
                 MPI_DOUBLE, above, 1, h->comm, MPI_STATUS_IGNORE);
}

/* One explicit step, forward in time and centred in space, with a diffusion number of 0.2 (stable
 * up to 0.25). The edges of the plate keep their temperature. */
static void step(heat *h) {
    exchange(h);
    int rows = h->bands * BAND_ROWS;
    for (int y = 1; y <= rows; y++) {
        int row = h->first * BAND_ROWS + y - 1;
        if (row == 0 || row == ROWS - 1)
            continue;
        const double *here = h->field + (size_t)y * COLUMNS;
        double *result = h->next + (size_t)y * COLUMNS;
        for (int x = 1; x < COLUMNS - 1; x++)
            result[x] = here[x] + 0.2 * (here[x - COLUMNS] + here[x + COLUMNS] + here[x - 1] +
                                         here[x + 1] - 4.0 * here[x]);
    }
    double *previous = h->field;
    h->field = h->next;
    h->next = previous;
}

static quire_status set_metadata(quire_artifact *artifact, int steps, quire_error *error) {
    char metadata[160];
    snprintf(metadata, sizeof metadata,
             "{\"step\":%d,\"rows\":%d,\"columns\":%d,\"rows_per_band\":%d,\"type\":\"float64\"}",
             steps, ROWS, COLUMNS, BAND_ROWS);
    return quire_artifact_set_metadata(artifact, metadata, error);
}

static void remember(heat *h) {
    memcpy(band_of(h, h->logged, h->first), band_of(h, h->field, h->first),
           (size_t)h->bands * BAND_BYTES);
}

/* The whole field: every rank lends a copy of its bands, and all begin to log together. */
static quire_status begin_log(heat *h, quire_store *store, int steps, storing *s) {
    static const quire_add_options in_place = {.borrow = 1};
    quire_error error = {0};
    *s = (storing){.step = steps};
    remember(h);
    quire_status status = quire_artifact_new("heat", "field", &s->artifact, &error);
    for (int band = h->first; status == QUIRE_OK && band < h->first + h->bands; band++) {
        char path[PATH_SIZE];
        band_path(band, path);
        status = quire_artifact_add_buffer(s->artifact, path, band_of(h, h->logged, band),
                                           BAND_BYTES, &in_place, &error);
    }
    if (status == QUIRE_OK)
        status = set_metadata(s->artifact, steps, &error);
    status = everyone(h, status, &error);
    if (status != QUIRE_OK)
        return status;
    s->began = MPI_Wtime();
    status = quire_mpi_log_begin(h->comm, store, s->artifact, NULL, &s->request, &error);
    s->waited = MPI_Wtime() - s->began;
    if (status != QUIRE_OK && h->rank == 0)
        fprintf(stderr, "heat: %s\n", error.message);
    return status;
}

/* After each step. What went wrong, the end tells. */
static void look_at_log(storing *s) {
    int done = 0;
    if (!s->request)
        return;
    s->steps_since++;
    if (quire_mpi_log_test(s->request, &done, NULL) == QUIRE_OK && done && s->stored == 0.0)
        s->stored = MPI_Wtime();
}

/* Before the next log, and before `logged` changes. */
static quire_status end_log(heat *h, storing *s, quire_version_id *version) {
    quire_error error = {0};
    if (!s->request)
        return QUIRE_OK;
    double begin = MPI_Wtime();
    quire_status status = quire_mpi_log_wait(&s->request, version, &error);
    double wait = MPI_Wtime() - begin;
    double took = (s->stored > 0.0 ? s->stored : begin) - s->began + wait;
    s->waited += wait;
    quire_artifact_free(s->artifact);
    s->artifact = NULL;
    if (h->rank != 0)
        return status;
    if (status != QUIRE_OK)
        fprintf(stderr, "heat: %s\n", error.message);
    else
        printf("heat:v%lld step %d, %d of %d bands\n"
               "hidden behind %d steps: %.0f %% of %.1f ms\n",
               (long long)version->number, s->step, BANDS, BANDS, s->steps_since,
               100.0 * (took - s->waited) / took, 1000.0 * took);
    return status;
}

/* Bring the changed bands to rank 0, one at a time, and enter them into its artifact. Every rank
 * goes through all of them, whether rank 0 could add them or not, so that no send is left alone. */
static quire_status gather_changes(heat *h, const int *changed, quire_artifact *artifact,
                                   quire_error *error) {
    static double arriving[BAND_POINTS];
    quire_status status = QUIRE_OK;
    for (int band = 0; band < BANDS; band++) {
        if (!changed[band])
            continue;
        int from = owner(h, band);
        double *data = from == h->rank ? band_of(h, h->field, band) : arriving;
        if (from == h->rank && h->rank != 0)
            MPI_Send(data, BAND_POINTS, MPI_DOUBLE, 0, band, h->comm);
        if (h->rank != 0)
            continue;
        if (from != 0)
            MPI_Recv(data, BAND_POINTS, MPI_DOUBLE, from, band, h->comm, MPI_STATUS_IGNORE);
        char path[PATH_SIZE];
        band_path(band, path);
        if (status == QUIRE_OK)
            status = quire_artifact_add_buffer(artifact, path, data, BAND_BYTES, NULL, error);
    }
    return status;
}

static int find_changes(heat *h, int *changed) {
    int mine[BANDS] = {0}, count = 0;
    for (int band = h->first; band < h->first + h->bands; band++)
        mine[band] =
            memcmp(bytes_of(h, h->field, band), bytes_of(h, h->logged, band), BAND_BYTES) != 0;
    MPI_Allreduce(mine, changed, BANDS, MPI_INT, MPI_MAX, h->comm);
    for (int band = 0; band < BANDS; band++)
        count += changed[band];
    return count;
}

/* Only what changed since `version`, which then becomes the version with the changes. A patch has
 * one writer, so rank 0 makes it. */
static quire_status patch_field(heat *h, quire_store *store, int steps, quire_version_id *version,
                                int *patched) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    int changed[BANDS];
    *patched = find_changes(h, changed);
    if (*patched == 0)
        return QUIRE_OK;
    quire_status status = quire_artifact_new("heat", "field", &artifact, &error);
    if (status == QUIRE_OK)
        status = set_metadata(artifact, steps, &error);
    status = everyone(h, status, &error);
    if (status != QUIRE_OK)
        goto done;
    status = gather_changes(h, changed, artifact, &error);
    if (status == QUIRE_OK && h->rank == 0) {
        char base[32];
        snprintf(base, sizeof base, "v%lld", (long long)version->number);
        status = quire_patch_artifact(store, base, artifact, NULL, version, &error);
    }
    status = everyone(h, status, &error);
    MPI_Bcast(version, sizeof *version, MPI_BYTE, 0, h->comm);
done:
    quire_artifact_free(artifact);
    return status;
}

typedef struct comparison {
    const unsigned char *expected;
    size_t at;
    int equal;
} comparison;

static quire_status compare(void *context, const void *data, size_t size) {
    comparison *c = context;
    if (c->at + size > BAND_BYTES || memcmp(c->expected + c->at, data, size) != 0)
        c->equal = 0;
    c->at += size;
    return c->equal ? QUIRE_OK : QUIRE_INTEGRITY;
}

/* Read this rank's bands of the version back and compare them with memory. */
static quire_status read_back(heat *h, quire_store *store, const quire_version_id *id) {
    quire_error error = {0};
    quire_version *version = NULL;
    char address[160], path[PATH_SIZE];
    snprintf(address, sizeof address, "%s:v%lld", id->name, (long long)id->number);
    quire_status status = quire_version_open(store, address, &version, &error);
    for (int band = h->first; status == QUIRE_OK && band < h->first + h->bands; band++) {
        comparison c = {bytes_of(h, h->field, band), 0, 1};
        band_path(band, path);
        status = quire_version_read(version, path, 0, UINT64_MAX, compare, &c, &error);
        if (!c.equal || (status == QUIRE_OK && c.at != BAND_BYTES))
            status = fail(&error, QUIRE_INTEGRITY, "the field read back differs from memory");
    }
    quire_version_free(version);
    return everyone(h, status, &error);
}

static quire_status run(heat *h, quire_store *store, int steps, int every) {
    quire_version_id version = {0};
    storing log = {0};
    quire_status status = QUIRE_OK;
    for (int done = 1, logs = 0; status == QUIRE_OK && done <= steps; done++) {
        step(h);
        look_at_log(&log);
        if (done % every != 0 && done != steps)
            continue;
        if (logs++ == 0) {
            status = begin_log(h, store, done, &log);
            continue;
        }
        int bands = 0;
        status = end_log(h, &log, &version);
        if (status == QUIRE_OK)
            status = patch_field(h, store, done, &version, &bands);
        remember(h);
        if (status == QUIRE_OK && h->rank == 0)
            printf("%s:v%lld step %d, %d of %d bands\n", version.name, (long long)version.number,
                   done, bands, BANDS);
    }
    if (status == QUIRE_OK)
        status = end_log(h, &log, &version);
    quire_artifact_free(log.artifact);
    if (status == QUIRE_OK)
        status = read_back(h, store, &version);
    if (status == QUIRE_OK && h->rank == 0)
        printf("field verified\n");
    return status;
}

static quire_status simulate(MPI_Comm comm, const char *url, int steps, int every) {
    quire_error error = {0};
    quire_store *store = NULL;
    heat h = {0};
    quire_status status = heat_new(comm, &h, &error);
    if (status == QUIRE_OK)
        status = quire_store_open(url, NULL, &store, &error);
    status = everyone(&h, status, &error);
    if (status == QUIRE_OK)
        status = run(&h, store, steps, every);
    quire_store_free(store);
    heat_free(&h);
    return status;
}

int main(int argc, char **argv) {
    int rank, provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int steps = argc > 2 ? atoi(argv[2]) : 100;
    int every = argc > 3 ? atoi(argv[3]) : 25;
    quire_status status = QUIRE_USAGE;
    if (argc >= 2 && argc <= 4 && steps > 0 && every > 0)
        status = simulate(MPI_COMM_WORLD, argv[1], steps, every);
    else if (rank == 0)
        fprintf(stderr, "usage: mpirun -n N heat STORE [STEPS [EVERY]]\n");
    MPI_Finalize();
    return (int)status;
}
