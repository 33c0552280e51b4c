/**
 * @file
 * The least that a commit by all ranks can take here: `bench_bound ENTRIES`.
 *
 * Nothing is read, parsed, merged, sent or written: there are only the rounds of a finish
 * (docs/protocols.md, "Merging together") in which all ranks wait for all, and the SHA-256 that
 * each entry costs whoever merges it: the shard that holds it, its path (twice: for the sample and
 * for the cut), its identity, and the chunk it goes to. What is more than this is quire's; what
 * grows so with ranks, though each has the same to do, is due to cores that they have to share.
 * Prints a line as bench_references does: the second number is the seconds between barriers.
 */
#include <mpi.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Of the entries that bench_references makes. */
#define LINE 104
#define PATH_LENGTH 11
#define IDENTITY 80
#define SUMMARY 600

typedef struct bound {
    int rank, size;
    long long entries; /* of this rank */
    EVP_MD *algorithm;
    EVP_MD_CTX *whole, *single;
    char *lines;
    char *gathered; /* rank 0 */
    unsigned long long *lengths;
} bound;

static void need(int good, const char *what) {
    if (!good) {
        fprintf(stderr, "bench_bound: %s failed\n", what);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

/** One digest over a piece of each entry, and one of each path if that is asked for. */
static void hash(bound *b, size_t piece, int paths) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    need(EVP_DigestInit_ex2(b->whole, b->algorithm, NULL), "SHA-256");
    for (long long i = 0; i < b->entries; i++) {
        const char *line = b->lines + i * LINE;
        need(EVP_DigestUpdate(b->whole, line, piece), "SHA-256");
        if (paths) {
            need(EVP_DigestInit_ex2(b->single, b->algorithm, NULL) &&
                     EVP_DigestUpdate(b->single, line, PATH_LENGTH) &&
                     EVP_DigestFinal_ex(b->single, digest, NULL),
                 "SHA-256");
        }
    }
    need(EVP_DigestFinal_ex(b->whole, digest, NULL), "SHA-256");
}

static void reduce(void) {
    int mine[2] = {1, 1}, least[2];
    MPI_Allreduce(mine, least, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
}

/** The rounds of a finish, and between them what the ranks do at the same time. */
static void commit(bound *b) {
    char told[SUMMARY] = "";
    reduce();         /* arguments */
    hash(b, LINE, 1); /* the shard; where ranges may begin */
    reduce();         /* has each rank a part? */
    MPI_Gather(told, SUMMARY, MPI_CHAR, b->gathered, SUMMARY, MPI_CHAR, 0, MPI_COMM_WORLD);
    MPI_Bcast(told, SUMMARY, MPI_CHAR, 0, MPI_COMM_WORLD);
    MPI_Alltoall(b->lengths, 1, MPI_UNSIGNED_LONG_LONG, b->lengths + b->size, 1,
                 MPI_UNSIGNED_LONG_LONG, MPI_COMM_WORLD);
    hash(b, IDENTITY, 1); /* where chunks are cut; their logical digests */
    hash(b, LINE, 0);     /* their objects */
    MPI_Gather(told, SUMMARY, MPI_CHAR, b->gathered, SUMMARY, MPI_CHAR, 0, MPI_COMM_WORLD);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Bcast(told, SUMMARY, MPI_CHAR, 0, MPI_COMM_WORLD); /* the version */
}

static void prepare(bound *b, long long entries) {
    MPI_Comm_rank(MPI_COMM_WORLD, &b->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &b->size);
    b->entries = entries * (b->rank + 1) / b->size - entries * b->rank / b->size;
    b->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    b->whole = EVP_MD_CTX_new();
    b->single = EVP_MD_CTX_new();
    b->lines = malloc((size_t)(b->entries + 1) * LINE);
    b->lengths = calloc(2 * (size_t)b->size, sizeof *b->lengths);
    b->gathered = b->rank == 0 ? malloc((size_t)b->size * SUMMARY) : NULL;
    need(b->algorithm && b->whole && b->single && b->lines && b->lengths &&
             (b->gathered || b->rank > 0),
         "memory");
    if (b->lines) {
        memset(b->lines, 'x', (size_t)(b->entries + 1) * LINE);
    }
}

static void clean(bound *b) {
    EVP_MD_CTX_free(b->whole);
    EVP_MD_CTX_free(b->single);
    EVP_MD_free(b->algorithm);
    free(b->lines);
    free(b->lengths);
    free(b->gathered);
}

static void report(const bound *b, double seconds) {
    struct rusage usage;
    double peak = getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss : 0, other = 0;
    double mine = b->rank > 0 ? peak : 0;
    MPI_Reduce(&mine, &other, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (b->rank == 0) {
        printf("0 %.6f 0 %.0f %.0f\n", seconds, peak, other);
    }
}

int main(int count, char **words) {
    if (MPI_Init(&count, &words) != MPI_SUCCESS) {
        return 1;
    }
    char *end = NULL;
    long long entries = count == 2 ? strtoll(words[1], &end, 10) : 0;
    if (entries < 1 || *end != '\0') {
        fprintf(stderr, "usage: bench_bound ENTRIES\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    } else {
        bound b = {0};
        prepare(&b, entries);
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        commit(&b);
        MPI_Barrier(MPI_COMM_WORLD);
        report(&b, MPI_Wtime() - begin);
        clean(&b);
    }
    return MPI_Finalize() == MPI_SUCCESS ? 0 : 1;
}
