/** @file One file, hashed and stored by all ranks. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mpi/faulty.h"
#include "mpi/shared_file.h"

#define BLOCK QUIRE_BLOCK_SIZE

/** Rank 0 makes a file with holes, and a word in each block; all know its name afterwards, for as
 *  long as the test lasts. */
static char *make_file(harness *h, const char *name, uint64_t size) {
    char *path = strdup(harness_path(h, name));
    if (h->rank == 0) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        CHECK(h, fd >= 0 && ftruncate(fd, (off_t)size) == 0);
        for (uint64_t at = 12345; at + 16 < size; at += BLOCK) {
            char word[16];
            int length = snprintf(word, sizeof word, "%llu", (unsigned long long)at);
            CHECK(h, pwrite(fd, word, (size_t)length, (off_t)at) == length);
        }
        CHECK(h, pwrite(fd, "e", 1, (off_t)size - 1) == 1);
        CHECK(h, close(fd) == 0);
    }
    MPI_Barrier(h->comm);
    return path;
}

static quire_status add(harness *h, quire_store *store, quire_artifact *artifact, const char *file,
                        quire_error *error) {
    return quire_mpi_add_shared_file(h->comm, store, artifact, file, "in/big", NULL, error);
}

/** What rank 0 alone makes of the file; the same on all ranks. */
static quire_version_id log_plainly(harness *h, const char *name, const char *file) {
    quire_version_id id;
    memset(&id, 0, sizeof id);
    if (h->rank == 0) {
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, name);
        CHECK_OK(h, quire_artifact_add_file(artifact, file, "in/big", NULL, &error), &error);
        CHECK_OK(h, quire_log_artifact(h->store, artifact, NULL, &id, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Bcast(&id, sizeof id, MPI_BYTE, 0, h->comm);
    return id;
}

static int left_in_tmp(harness *h) {
    int left = h->rank == 0 ? harness_count_files(harness_path(h, "store/tmp")) : 0;
    MPI_Bcast(&left, 1, MPI_INT, 0, h->comm);
    return left;
}

static void the_version_is_that_of_one_rank(harness *h) {
    static const uint64_t sizes[] = {1, BLOCK, BLOCK + 1, 3 * BLOCK - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char name[32], plain[32];
        (void)snprintf(name, sizeof name, "shared-%zu", i);
        (void)snprintf(plain, sizeof plain, "plain-%zu", i);
        char *file = make_file(h, name, sizes[i]);
        quire_error error = {0};
        quire_version_id made, again;
        memset(&made, 0, sizeof made);
        memset(&again, 0, sizeof again);
        quire_artifact *artifact = harness_artifact(h, name);
        CHECK_FAILED(h, add(h, h->store, artifact, file, &error), QUIRE_OK, -1, &error);
        CHECK(h, quire_artifact_count(artifact) == (h->rank == 0 ? 1 : 0));
        CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &made, &error),
                 &error);
        quire_artifact_free(artifact);
        artifact = harness_artifact(h, name);
        CHECK_FAILED(h, add(h, h->store, artifact, file, &error), QUIRE_OK, -1, &error);
        CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &again, &error),
                 &error);
        quire_artifact_free(artifact);
        CHECK(h, made.number == 0 && again.number == 0 && !again.created);
        CHECK(h, strcmp(made.digest, again.digest) == 0);
        CHECK(h, strcmp(log_plainly(h, plain, file).digest, made.digest) == 0);
        CHECK(h, left_in_tmp(h) == 0);
        free(file);
    }
    quire_error error = {0};
    CHECK(h, h->rank != 0 || quire_store_verify(h->store, NULL, NULL, &error) == QUIRE_OK);
}

static void runs_cover_all_blocks(harness *h) {
    static const uint64_t counts[] = {0, 1, 2, 6, 7, 8, 1000, UINT64_MAX / 8};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        uint64_t before = 0;
        for (int r = 0; r <= 7; r++) {
            uint64_t first = q_shared_first(counts[i], r, 7);
            CHECK(h, first >= before && first - before <= counts[i] / 7 + 1);
            before = first;
        }
        CHECK(h, q_shared_first(counts[i], 0, 7) == 0 && before == counts[i]);
    }
}

static void ranks_that_disagree_are_told(harness *h) {
    char *file = make_file(h, "file", BLOCK + 1);
    for (int odd = 1; odd < h->size; odd++) {
        bool other = h->rank == odd;
        quire_error error = {0};
        quire_artifact *artifact = harness_artifact(h, "disagree");
        quire_status status = quire_mpi_add_shared_file(
            h->comm, h->store, artifact, other ? "elsewhere" : file, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        CHECK(h, strstr(error.message, "the file") != NULL);
        status = quire_mpi_add_shared_file(h->comm, h->store, artifact, file, other ? "a" : "b",
                                           NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        const quire_mpi_add_options newer = {.version = 1};
        status = quire_mpi_add_shared_file(h->comm, h->store, artifact, file, NULL,
                                           other ? &newer : NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = quire_mpi_add_shared_file(h->comm, other ? NULL : h->store, artifact, file, NULL,
                                           NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = quire_mpi_add_shared_file(h->comm, h->store, other ? NULL : artifact, file, NULL,
                                           NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        status = other ? quire_mpi_add_dir(h->comm, artifact, h->folder, NULL, &error)
                       : quire_mpi_add_shared_file(h->comm, h->store, artifact, file, NULL, NULL,
                                                   &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, odd, &error);
        CHECK(h, quire_artifact_count(artifact) == 0);
        quire_artifact_free(artifact);
    }
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "bad");
    quire_status status =
        quire_mpi_add_shared_file(h->comm, h->store, artifact, file, "../up", NULL, &error);
    CHECK_FAILED(h, status, QUIRE_USAGE, 0, &error);
    quire_artifact_free(artifact);
    CHECK(h, left_in_tmp(h) == 0);
    free(file);
}

/** What becomes of the file of the failing rank. */
typedef struct spoiling {
    void (*spoil)(harness *h, const char *file);
    quire_status expected;
} spoiling;

static void vanish(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0);
}
static void become_folder(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0 && mkdir(file, 0777) == 0);
}
static void become_another(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0);
    int fd = open(file, O_WRONLY | O_CREAT, 0666);
    CHECK(h, fd >= 0 && ftruncate(fd, (off_t)(3 * BLOCK - 1)) == 0 && close(fd) == 0);
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    CHECK(h, utimensat(AT_FDCWD, file, times, 0) == 0);
}
static void become_short(harness *h, const char *file) {
    CHECK(h, unlink(file) == 0);
    (void)harness_write(h, file + strlen(h->folder) + 1, "x", 1);
}

/** By the same relative name each rank sees a file of its own, which is the same but on one. */
static void a_rank_that_sees_another_file_fails_all(harness *h) {
    static const spoiling spoilings[] = {{vanish, QUIRE_INCOMPLETE},
                                         {become_folder, QUIRE_ERROR},
                                         {become_another, QUIRE_ERROR},
                                         {become_short, QUIRE_ERROR}};
    char *file = make_file(h, "file", 3 * BLOCK - 1), before[1024], own[64];
    CHECK(h, getcwd(before, sizeof before) != NULL);
    for (int failing = 1; failing < h->size && failing < 3; failing++) {
        for (size_t i = 0; i < sizeof spoilings / sizeof *spoilings; i++) {
            (void)snprintf(own, sizeof own, "own-%d-%d-%zu", h->rank, failing, i);
            char *folder = strdup(harness_path(h, own)), path[1024];
            (void)snprintf(path, sizeof path, "%s/big", folder);
            CHECK(h, mkdir(folder, 0777) == 0 && link(file, path) == 0 && chdir(folder) == 0);
            MPI_Barrier(h->comm); /* a link more changes the inode */
            if (h->rank == failing) {
                spoilings[i].spoil(h, path);
            }
            MPI_Barrier(h->comm);
            quire_error error = {0};
            quire_artifact *artifact = harness_artifact(h, "spoiled");
            double began = MPI_Wtime();
            quire_status status = add(h, h->store, artifact, "big", &error);
            CHECK(h, MPI_Wtime() - began < 20);
            CHECK_FAILED(h, status, spoilings[i].expected, failing, &error);
            CHECK(h, strstr(error.message, "big") != NULL);
            CHECK(h, quire_artifact_count(artifact) == 0);
            quire_artifact_free(artifact);
            CHECK(h, left_in_tmp(h) == 0);
            CHECK(h, chdir(before) == 0);
            free(folder);
        }
    }
    free(file);
}

static void no_file_is_an_error_of_rank_0(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "none");
    quire_status status = add(h, h->store, artifact, harness_path(h, "absent"), &error);
    CHECK_FAILED(h, status, QUIRE_INCOMPLETE, 0, &error);
    status = add(h, h->store, artifact, h->folder, &error);
    CHECK_FAILED(h, status, QUIRE_ERROR, 0, &error);
    status = add(h, h->store, artifact, "", &error);
    CHECK_FAILED(h, status, QUIRE_USAGE, 0, &error);
    quire_artifact_free(artifact);
}

static void one_path_with_two_contents_is_a_conflict(harness *h) {
    char *file = make_file(h, "file", BLOCK + 1);
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "conflict");
    if (h->rank == 0) {
        CHECK_OK(h, quire_artifact_add_buffer(artifact, "in/big", "x", 1, NULL, &error), &error);
    }
    CHECK_FAILED(h, add(h, h->store, artifact, file, &error), QUIRE_CONFLICT, 0, &error);
    CHECK(h, quire_artifact_count(artifact) == (h->rank == 0 ? 1 : 0));
    quire_artifact_free(artifact);
    free(file);
}

typedef struct seen {
    int times;
    quire_progress last;
} seen;

static void note(void *context, const quire_progress *progress) {
    seen *s = context;
    s->times++;
    s->last = *progress;
}

static void rank_0_is_told_how_far_it_is(harness *h) {
    char *file = make_file(h, "file", 3 * BLOCK - 1);
    seen s = {0};
    quire_error error = {0};
    const quire_mpi_add_options options = {.progress = note, .progress_context = &s};
    quire_artifact *artifact = harness_artifact(h, "told");
    CHECK_OK(h,
             quire_mpi_add_shared_file(h->comm, h->store, artifact, file, NULL, &options, &error),
             &error);
    CHECK(h, h->rank == 0 ? s.times > 0 : s.times == 0);
    CHECK(h, h->rank != 0 ||
                 (s.last.bytes_done == 3 * BLOCK - 1 && s.last.bytes_total == 3 * BLOCK - 1));
    CHECK(h, h->rank != 0 || (s.last.files_done == 1 && s.last.files_total == 1));
    quire_artifact_free(artifact);
    free(file);
}

/** One file with the k-th operation failing on one rank. Returns whether that was met. */
static bool add_with_fault(harness *h, const char *file, int failing, uint64_t k, fault_mode mode) {
    char name[64];
    (void)snprintf(name, sizeof name, "faults-%d-%llu-%d", failing, (unsigned long long)k,
                   (int)mode);
    q_objects *objects = NULL;
    quire_error error = {0};
    quire_version_id id;
    quire_store *store = faulty_open(h, &objects);
    quire_artifact *artifact = harness_artifact(h, name);
    if (h->rank == failing) {
        faults_set(objects, k, mode, QUIRE_ERROR, false);
    }
    double began = MPI_Wtime();
    quire_status status = add(h, store, artifact, file, &error);
    CHECK(h, MPI_Wtime() - began < 20);
    int hit = h->rank == failing && faults_hit(objects);
    faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
    MPI_Bcast(&hit, 1, MPI_INT, failing, h->comm);
    int outcome = (int)status;
    MPI_Bcast(&outcome, 1, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, (quire_status)outcome, failing, &error);
    CHECK(h, status == QUIRE_OK || hit);
    CHECK(h, status != QUIRE_OK || quire_artifact_count(artifact) == (h->rank == 0 ? 1 : 0));
    CHECK(h, left_in_tmp(h) == 0);
    CHECK_FAILED(h, add(h, store, artifact, file, &error), QUIRE_OK, -1, &error);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, store, artifact, NULL, &id, &error), &error);
    CHECK(h, id.number == 0);
    quire_artifact_free(artifact);
    quire_store_free(store);
    return hit != 0;
}

/** The other operations of rank 0 are the writes of its block, of which the first ones will do. */
static void every_operation_fails_once(harness *h) {
    if (h->size == 4 || h->size == 7) {
        return; /* what other ranks add are more of the same operations; it takes long */
    }
    char *file = make_file(h, "file", BLOCK + 1);
    for (int failing = 0; failing < h->size && failing < 2; failing++) {
        for (int mode = FAULT_BEFORE; mode <= FAULT_AFTER; mode++) {
            bool hit = true;
            for (uint64_t k = 1; hit; k += failing == 0 && k == 8 ? 57 : 1) {
                hit = add_with_fault(h, file, failing, k, (fault_mode)mode);
            }
        }
    }
    free(file);
}

HARNESS_MAIN("shared file", HARNESS_TEST(the_version_is_that_of_one_rank),
             HARNESS_TEST(runs_cover_all_blocks), HARNESS_TEST(ranks_that_disagree_are_told),
             HARNESS_TEST(a_rank_that_sees_another_file_fails_all),
             HARNESS_TEST(no_file_is_an_error_of_rank_0),
             HARNESS_TEST(one_path_with_two_contents_is_a_conflict),
             HARNESS_TEST(rank_0_is_told_how_far_it_is), HARNESS_TEST(every_operation_fails_once))
