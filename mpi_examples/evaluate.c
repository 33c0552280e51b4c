/**
 * @file
 * Distributed evaluation: many ranks classify, one version holds the result.
 *
 *     mpirun -n 4 evaluate STORE digits.csv
 *
 * A 3-nearest-neighbour classifier learns from the first 1,000 images of the UCI optical digits and
 * is tested on the other 797. The test images are cut into blocks of 100; each rank classifies
 * every size-th block and writes a table of predictions for each. One collective call makes one
 * version out of them, with
 *
 *     predictions.partitioned-table.json   all predictions, as one table
 *     parts/0000.table.json …              one block each
 *     confusion.table.json                 digits by predictions
 *
 * and the metrics as metadata. All arithmetic is on integers and parts are named by block and not
 * by rank, so the version's digest is the same on any number of ranks.
 */
#include <stdio.h>
#include <stdlib.h>

#include <mpi.h>

#include <quire/mpi.h>

enum {
    PIXELS = 64,
    DIGITS = 10,
    TRAINING = 1000,
    TEST = 797,
    NEIGHBOURS = 3,
    BLOCK = 100
};
enum {
    IMAGES = TRAINING + TEST,
    BLOCKS = (TEST + BLOCK - 1) / BLOCK
};

typedef struct image {
    int pixels[PIXELS];
    int label;
} image;

typedef struct neighbour {
    int distance; /* squared */
    int label;
} neighbour;

typedef struct evaluation {
    long confusion[DIGITS][DIGITS]; /* by label, then by prediction */
    long correct;
} evaluation;

/* Whether all ranks are well. quire's collectives agree on their errors by themselves; this is for
 * what a rank does alone in between, so that no rank waits for one that has given up. Returns the
 * status of the first rank that failed, which also says what happened. */
static quire_status everyone(MPI_Comm comm, quire_status status, const quire_error *error) {
    int rank, size, first, code = (int)status;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    int mine = status == QUIRE_OK ? size : rank;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm);
    if (first == size)
        return QUIRE_OK;
    if (first == rank)
        fprintf(stderr, "evaluate: rank %d: %s\n", rank, error->message);
    MPI_Bcast(&code, 1, MPI_INT, first, comm);
    return (quire_status)code;
}

/* What a collective returned is the same on all ranks: rank 0 speaks. */
static quire_status report(MPI_Comm comm, quire_status status, const quire_error *error) {
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (status != QUIRE_OK && rank == 0)
        fprintf(stderr, "evaluate: %s\n", error->message);
    return status;
}

static quire_status fail(quire_error *error, quire_status status, const char *what,
                         const char *name) {
    error->status = (int32_t)status;
    error->rank = -1;
    snprintf(error->message, sizeof error->message, "%s: %s", name, what);
    return status;
}

static int read_image(FILE *file, image *result) {
    for (int i = 0; i < PIXELS; i++) {
        if (fscanf(file, "%d,", &result->pixels[i]) != 1)
            return 0;
        if (result->pixels[i] < 0 || result->pixels[i] > 16)
            return 0;
    }
    return fscanf(file, "%d", &result->label) == 1 && result->label >= 0 && result->label < DIGITS;
}

static quire_status read_images(const char *name, image *images, quire_error *error) {
    FILE *file = fopen(name, "r");
    if (!file)
        return fail(error, QUIRE_INCOMPLETE, "cannot be opened", name);
    int count = 0;
    while (count < IMAGES && read_image(file, &images[count]))
        count++;
    fclose(file);
    if (count < IMAGES)
        return fail(error, QUIRE_ERROR, "is not the digits data: 1,797 lines of 65 numbers", name);
    return QUIRE_OK;
}

static int distance(const image *a, const image *b) {
    int sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        int difference = a->pixels[i] - b->pixels[i];
        sum += difference * difference;
    }
    return sum;
}

/* The digit most of the three nearest show; when all differ, that of the nearest. Of images equally
 * far, the one that comes first in the data is nearer. */
static int classify(const image *training, const image *unknown, int *nearest_distance) {
    neighbour nearest[NEIGHBOURS] = {{0, 0}};
    int count = 0;
    for (int i = 0; i < TRAINING; i++) {
        neighbour candidate = {distance(&training[i], unknown), training[i].label};
        if (count == NEIGHBOURS && candidate.distance >= nearest[count - 1].distance)
            continue;
        int at = count < NEIGHBOURS ? count++ : NEIGHBOURS - 1;
        for (; at > 0 && nearest[at - 1].distance > candidate.distance; at--)
            nearest[at] = nearest[at - 1];
        nearest[at] = candidate;
    }
    *nearest_distance = nearest[0].distance;
    return nearest[1].label == nearest[2].label ? nearest[1].label : nearest[0].label;
}

/* Classify one block of test images into a table of its own. */
static quire_status evaluate_block(quire_store *store, quire_artifact *artifact,
                                   const image *images, int block, evaluation *result,
                                   quire_error *error) {
    static const quire_column columns[] = {{"index", QUIRE_COLUMN_NUMBER},
                                           {"label", QUIRE_COLUMN_NUMBER},
                                           {"prediction", QUIRE_COLUMN_NUMBER},
                                           {"distance", QUIRE_COLUMN_NUMBER},
                                           {"correct", QUIRE_COLUMN_BOOLEAN}};
    char name[32];
    snprintf(name, sizeof name, "parts/%04d", block);
    quire_table *table = NULL;
    quire_status status =
        quire_artifact_add_table(artifact, store, name, columns, 5, &table, error);
    int end = TRAINING + (block + 1) * BLOCK < IMAGES ? TRAINING + (block + 1) * BLOCK : IMAGES;
    for (int i = TRAINING + block * BLOCK; status == QUIRE_OK && i < end; i++) {
        int nearest, label = images[i].label;
        int prediction = classify(images, &images[i], &nearest);
        quire_cell row[] = {quire_integer(i), quire_integer(label), quire_integer(prediction),
                            quire_integer(nearest), quire_boolean(prediction == label)};
        status = quire_table_append(table, row, 5, error);
        result->confusion[label][prediction]++;
        result->correct += prediction == label;
    }
    if (status == QUIRE_OK)
        return quire_table_close(table, error);
    quire_table_discard(table);
    return status;
}

static quire_status add_confusion(quire_store *store, quire_artifact *artifact,
                                  const evaluation *result, quire_error *error) {
    static const char *const names[DIGITS] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    quire_column columns[1 + DIGITS] = {{"label", QUIRE_COLUMN_NUMBER}};
    for (int i = 0; i < DIGITS; i++)
        columns[1 + i] = (quire_column){names[i], QUIRE_COLUMN_NUMBER};
    quire_table *table = NULL;
    quire_status status =
        quire_artifact_add_table(artifact, store, "confusion", columns, 1 + DIGITS, &table, error);
    for (int label = 0; status == QUIRE_OK && label < DIGITS; label++) {
        quire_cell row[1 + DIGITS] = {quire_integer(label)};
        for (int i = 0; i < DIGITS; i++)
            row[1 + i] = quire_integer(result->confusion[label][i]);
        status = quire_table_append(table, row, 1 + DIGITS, error);
    }
    if (status == QUIRE_OK)
        return quire_table_close(table, error);
    quire_table_discard(table);
    return status;
}

/* What the version says as a whole: rank 0 adds it. */
static quire_status add_summary(quire_store *store, quire_artifact *artifact, const char *input,
                                const evaluation *result, quire_error *error) {
    char metadata[256];
    snprintf(metadata, sizeof metadata,
             "{\"accuracy\":%.6f,\"correct\":%ld,\"n_test\":%d,\"n_training\":%d,"
             "\"classifier\":\"nearest neighbours\",\"k\":%d}",
             (double)result->correct / TEST, result->correct, TEST, TRAINING, NEIGHBOURS);
    quire_status status = add_confusion(store, artifact, result, error);
    if (status == QUIRE_OK)
        status = quire_artifact_add_partitioned_table(artifact, "predictions", "parts", error);
    if (status == QUIRE_OK)
        status = quire_artifact_set_metadata(artifact, metadata, error);
    if (status == QUIRE_OK)
        status = quire_artifact_add_input(artifact, input, error);
    return status;
}

/* Log the data that the evaluation reads, so that its version can be traced back to it. A second
 * run finds the same content and makes no new version. */
static quire_status log_data(MPI_Comm comm, quire_store *store, const char *file,
                             quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *data = NULL;
    int rank;
    MPI_Comm_rank(comm, &rank);
    quire_status status = quire_artifact_new("digits", "dataset", &data, &error);
    if (status == QUIRE_OK && rank == 0) /* the other ranks take part without files */
        status = quire_artifact_add_file(data, file, "digits.csv", NULL, &error);
    status = everyone(comm, status, &error);
    if (status == QUIRE_OK)
        status =
            report(comm, quire_mpi_log_artifact(comm, store, data, NULL, version, &error), &error);
    quire_artifact_free(data);
    return status;
}

static quire_status log_evaluation(MPI_Comm comm, quire_store *store, const image *images,
                                   const quire_version_id *data, evaluation *total,
                                   quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    evaluation mine = {0};
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    quire_status status = quire_artifact_new("digits-evaluation", "evaluation", &artifact, &error);
    for (int block = rank; status == QUIRE_OK && block < BLOCKS; block += size)
        status = evaluate_block(store, artifact, images, block, &mine, &error);

    /* The same sums on every rank; a rank that failed brings what it has, and is found below. */
    MPI_Allreduce(mine.confusion, total->confusion, DIGITS * DIGITS, MPI_LONG, MPI_SUM, comm);
    MPI_Allreduce(&mine.correct, &total->correct, 1, MPI_LONG, MPI_SUM, comm);
    if (status == QUIRE_OK && rank == 0) {
        char input[160];
        snprintf(input, sizeof input, "%s:v%lld", data->name, (long long)data->number);
        status = add_summary(store, artifact, input, total, &error);
    }
    status = everyone(comm, status, &error);
    if (status == QUIRE_OK)
        status = report(comm, quire_mpi_log_artifact(comm, store, artifact, NULL, version, &error),
                        &error);
    quire_artifact_free(artifact);
    return status;
}

static void print_result(const quire_version_id *version, const evaluation *total) {
    printf("%s:v%lld accuracy %.4f (%ld of %d)%s\n", version->name, (long long)version->number,
           (double)total->correct / TEST, total->correct, TEST,
           version->created ? "" : ", known already");
    for (int label = 0; version->created && label < DIGITS; label++) {
        printf("  %d:", label);
        for (int i = 0; i < DIGITS; i++)
            printf(" %3ld", total->confusion[label][i]);
        printf("\n");
    }
}

static quire_status evaluate(MPI_Comm comm, const char *url, const char *file) {
    static image images[IMAGES];
    quire_error error = {0};
    quire_store *store = NULL;
    quire_version_id data, version;
    evaluation total = {0};
    int rank;
    MPI_Comm_rank(comm, &rank);
    quire_status status = read_images(file, images, &error);
    if (status == QUIRE_OK)
        status = quire_store_open(url, NULL, &store, &error);
    status = everyone(comm, status, &error);
    if (status == QUIRE_OK)
        status = log_data(comm, store, file, &data);
    if (status == QUIRE_OK)
        status = log_evaluation(comm, store, images, &data, &total, &version);
    if (status == QUIRE_OK && rank == 0)
        print_result(&version, &total);
    quire_store_free(store);
    return status;
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    quire_status status = QUIRE_USAGE;
    if (argc == 3)
        status = evaluate(MPI_COMM_WORLD, argv[1], argv[2]);
    else if (rank == 0)
        fprintf(stderr, "usage: mpirun -n N evaluate STORE digits.csv\n");
    MPI_Finalize();
    return (int)status;
}
