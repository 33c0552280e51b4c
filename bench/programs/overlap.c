/**
 * @file
 * How much of the time to store is hidden behind computing: `bench_overlap STORE MIB`.
 *
 * Three things are timed between barriers, so that each is the slowest rank's: a log of MIB of
 * memory a rank, before and after the third; computing alone, made to last somewhat longer than the
 * log; and both, a log begun, computing, and waiting for the log. Content is fresh each time, since
 * equal content is not stored twice. Rank 0 prints one line: the share of the store time that did
 * not lengthen the whole, in percent, then the seconds of store, compute and both:
 *
 *     hidden = (store + compute - both) / store
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <quire/mpi.h>

#define MIB ((size_t)1 << 20)
#define LONGER 1.2     /* computing ÷ storing */
#define STEPS 50       /* between which a simulation would test */
#define PROBE 20000000 /* turns, to learn how fast they are */

typedef struct bench {
    int rank;
    quire_store *store;
    uint64_t *data;
    size_t size;
    uint64_t state; /* of the generator; and what makes computing have a result */
} bench;

/* Local, so whoever fails ends the job: the others would wait in the next collective call. */
static void need(quire_status status, const quire_error *error) {
    if (status != QUIRE_OK) {
        fprintf(stderr, "bench_overlap: %s\n", error->message);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

/* splitmix64 (Steele, Lea and Flood, 2014) */
static uint64_t draw(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Computing: nothing but the processor. */
static void turn(bench *b, uint64_t turns) {
    uint64_t state = b->state;
    for (uint64_t i = 0; i < turns; i++) {
        state ^= draw(&state);
    }
    b->state = state;
}

static double barrier(void) {
    MPI_Barrier(MPI_COMM_WORLD);
    return MPI_Wtime();
}

/* Fresh memory, entered where it lies. */
static quire_artifact *compose(bench *b) {
    static const quire_add_options in_place = {.borrow = 1};
    quire_artifact *artifact = NULL;
    quire_error error;
    char path[32];
    for (size_t i = 0; i < b->size / sizeof *b->data; i++) {
        b->data[i] = draw(&b->state);
    }
    snprintf(path, sizeof path, "field/%d", b->rank);
    need(quire_artifact_new("overlap", "field", &artifact, &error), &error);
    need(quire_artifact_add_buffer(artifact, path, b->data, b->size, &in_place, &error), &error);
    return artifact;
}

static double store(bench *b) {
    quire_error error;
    quire_artifact *artifact = compose(b);
    double begin = barrier();
    need(quire_mpi_log_artifact(MPI_COMM_WORLD, b->store, artifact, NULL, NULL, &error), &error);
    double seconds = barrier() - begin;
    quire_artifact_free(artifact);
    return seconds;
}

static double compute(bench *b, uint64_t turns) {
    double begin = barrier();
    for (int i = 0; i < STEPS; i++) {
        turn(b, turns / STEPS);
    }
    return barrier() - begin;
}

static double both(bench *b, uint64_t turns) {
    quire_error error;
    quire_mpi_request *request = NULL;
    quire_artifact *artifact = compose(b);
    double begin = barrier();
    need(quire_mpi_log_begin(MPI_COMM_WORLD, b->store, artifact, NULL, &request, &error), &error);
    for (int i = 0; i < STEPS; i++) {
        int done;
        turn(b, turns / STEPS);
        need(quire_mpi_log_test(request, &done, &error), &error);
    }
    need(quire_mpi_log_wait(&request, NULL, &error), &error);
    double seconds = barrier() - begin;
    quire_artifact_free(artifact);
    return seconds;
}

static void measure(bench *b) {
    (void)store(b); /* untimed: what is slow for the first time alone */
    double before = store(b), longest = 0;
    double speed = PROBE / compute(b, PROBE);
    MPI_Allreduce(&before, &longest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    uint64_t turns = (uint64_t)(LONGER * longest * speed) + STEPS;
    double alone = compute(b, turns);
    double together = both(b, turns);
    double stored = (before + store(b)) / 2;
    if (b->rank == 0) {
        printf("%.1f %.6f %.6f %.6f\n", 100 * (stored + alone - together) / stored, stored, alone,
               together);
    }
}

/* So that no two runs store the same. */
static uint64_t seed(void) {
    uint64_t drawn = 0;
    FILE *file = fopen("/dev/urandom", "rb");
    if (!file || fread(&drawn, sizeof drawn, 1, file) != 1 || fclose(file) != 0) {
        fprintf(stderr, "bench_overlap: /dev/urandom cannot be read\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    return drawn;
}

static void run(const char *url, size_t size) {
    /* One thread stores, alone as well as beside computing: more would be taken from computing. */
    const quire_store_options batch = {.durability = QUIRE_DURABILITY_BATCH, .threads = 1};
    quire_error error;
    bench b = {.size = size, .state = seed(), .data = malloc(size)};
    MPI_Comm_rank(MPI_COMM_WORLD, &b.rank);
    if (b.data) {
        need(quire_store_open(url, &batch, &b.store, &error), &error);
        measure(&b);
    } else {
        fprintf(stderr, "bench_overlap: no memory\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    quire_store_free(b.store);
    free(b.data);
}

int main(int count, char **words) {
    int provided = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(&count, &words, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
        return 1;
    }
    char *end = NULL;
    unsigned long mib = count == 3 ? strtoul(words[2], &end, 10) : 0;
    if (mib < 1 || !end || *end != '\0') {
        fprintf(stderr, "usage: bench_overlap STORE MIB\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    } else {
        run(words[1], mib * MIB);
    }
    return MPI_Finalize() == MPI_SUCCESS ? 0 : 1;
}
