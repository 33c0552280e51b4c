/**
 * @file
 * The manifest made by all ranks: the same as by one, whatever rank has what; conflicts between
 * ranks, and failures of one of them, in any range.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/chunk.h"
#include "mpi/faulty.h"

#define ENTRIES 20000
#define STEMS 10

static void add(harness *h, quire_artifact *artifact, const char *path, const char *key) {
    const quire_add_options unchecked = {.no_checksum = 1};
    quire_error error = {0};
    char uri[96];
    (void)snprintf(uri, sizeof uri, "s3://bucket/%s", key);
    CHECK_OK(h, quire_artifact_add_reference(artifact, uri, path, &unchecked, &error), &error);
}

/** Paths whose order is another than that of their numbers. */
static void add_number(harness *h, quire_artifact *artifact, int i) {
    char path[64], key[16];
    (void)snprintf(path, sizeof path, "%c%s%07u", 'a' + i % 5, i % 2 ? "-b/" : "/b.",
                   (unsigned)i * 2654435761u >> 8);
    (void)snprintf(path + strlen(path), 16, ".%d", i);
    (void)snprintf(key, sizeof key, "%d", i);
    add(h, artifact, path, key);
}

typedef bool (*owner)(const harness *h, int i);

static bool in_turn(const harness *h, int i) {
    return i % h->size == h->rank;
}
static bool some_on_two(const harness *h, int i) {
    return i % h->size == h->rank || (i % 7 == 0 && (i + 1) % h->size == h->rank);
}
static bool all_on_last(const harness *h, int i) {
    (void)i;
    return h->rank == h->size - 1;
}
static bool few(const harness *h, int i) {
    return i < 10 && i % h->size == h->rank;
}
static bool none(const harness *h, int i) {
    (void)h;
    (void)i;
    return false;
}
static bool alone(const harness *h, int i) {
    (void)h;
    (void)i;
    return true;
}

static quire_artifact *compose(harness *h, const char *name, owner owns) {
    quire_artifact *artifact = harness_artifact(h, name);
    for (int i = 0; i < ENTRIES; i++) {
        if (owns(h, i)) {
            add_number(h, artifact, i);
        }
    }
    return artifact;
}

static void log_by_all(harness *h, const char *name, owner owns, quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *artifact = compose(h, name, owns);
    memset(version, 0, sizeof *version);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, version, &error), &error);
    CHECK_SAME(h, version, sizeof *version);
    quire_artifact_free(artifact);
}

static void the_manifest_is_that_of_one_rank(harness *h) {
    static const owner owners[] = {in_turn, some_on_two, all_on_last};
    quire_version_id plain = {0}, version;
    quire_error error = {0};
    if (h->rank == 0) {
        quire_artifact *artifact = compose(h, "plain", alone);
        CHECK_OK(h, quire_log_artifact(h->store, artifact, NULL, &plain, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Bcast(&plain, sizeof plain, MPI_BYTE, 0, h->comm);
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        log_by_all(h, "set", owners[i], &version);
        CHECK(h, strcmp(version.digest, plain.digest) == 0);
        CHECK(h, version.number == 0 && version.created == (i == 0));
    }
    log_by_all(h, "few", few, &version);
    log_by_all(h, "none", none, &version);
    if (h->rank == 0) {
        CHECK_OK(h, quire_store_verify(h->store, NULL, NULL, &error), &error);
    }
}

/* --- ranges of a few entries --- */

/** The first name with a beginning, a letter and `-`, before which a chunk begins. */
static void boundary(harness *h, int stem, char path[64]) {
    q_sha256 *sha = NULL;
    bool found = false;
    quire_error error = {0};
    CHECK_OK(h, q_sha256_new(&sha, &error), &error);
    for (int i = 0; sha && !found; i++) {
        (void)snprintf(path, 64, "%c-%d", 'b' + stem, i);
        CHECK_OK(h, q_chunk_is_boundary(sha, Q_CHUNK_AVERAGE, path, &found, &error), &error);
    }
    q_sha256_free(sha);
}

/** Entries that lie in as many ranges as there are ranks, dealt out in turn. */
static quire_artifact *compose_ranges(harness *h, const char *name) {
    static char names[STEMS][64];
    quire_artifact *artifact = harness_artifact(h, name);
    for (int stem = 0; stem < STEMS; stem++) {
        char path[128];
        if (!names[stem][0]) {
            boundary(h, stem, names[stem]);
        }
        (void)snprintf(path, sizeof path, "%.63s.%d", names[stem], h->rank);
        add(h, artifact, path, "beside");
        if (stem % h->size == h->rank) {
            add(h, artifact, names[stem], "boundary");
        }
    }
    return artifact;
}

static void conflicts_are_told_to_all(harness *h) {
    static const char *const paths[] = {"b-", "d/x", "k-same", "zz"};
    if (h->size == 1) {
        return;
    }
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        quire_error error = {0};
        quire_version_id version;
        quire_artifact *artifact = compose_ranges(h, "conflict");
        add(h, artifact, paths[i], h->rank == h->size - 1 ? "other" : "one");
        quire_status status =
            quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error);
        CHECK_STATUS(h, status, QUIRE_CONFLICT, &error);
        CHECK(h, strstr(error.message, paths[i]) && strstr(error.message, "different content"));
        CHECK_SAME(h, &error, sizeof error);
        quire_artifact_free(artifact);
    }
    CHECK(h, h->rank != 0 || harness_count_versions(h, "conflict") == 0);
}

static void a_folder_of_another_rank_is_told_to_all(harness *h) {
    quire_error error = {0};
    quire_version_id version;
    if (h->size == 1) {
        return;
    }
    /* "c" comes before "c-…", which begins a range, and "c/x" behind it. */
    quire_artifact *artifact = compose_ranges(h, "tree");
    if (h->rank == 0) {
        add(h, artifact, "c", "file");
    }
    if (h->rank == h->size - 1) {
        add(h, artifact, "c/x", "below");
    }
    quire_status status =
        quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error);
    CHECK_STATUS(h, status, QUIRE_CONFLICT, &error);
    CHECK(h, strstr(error.message, "'c' cannot be a file and the folder of 'c/x'") != NULL);
    CHECK_SAME(h, &error, sizeof error);
    quire_artifact_free(artifact);
}

/* --- one rank fails --- */

/** One draft, whose finish fails at the k-th operation of one rank. Whether the fault was met. */
static bool finish_once(harness *h, const char *name, int failing, uint64_t k, fault_mode mode) {
    char id[32];
    quire_error error = {0};
    quire_version_id version, again;
    q_objects *objects = NULL;
    quire_artifact *artifact = compose_ranges(h, name);
    quire_store *store = faulty_open(h, &objects);
    (void)snprintf(id, sizeof id, "%d-%llu-%d", failing, (unsigned long long)k, (int)mode);
    const quire_mpi_options options = {.distributed_id = id};
    CHECK_OK(h, quire_mpi_upsert_artifact(h->comm, store, artifact, &options, NULL, &error),
             &error);
    if (h->rank == failing) {
        faults_set(objects, k, mode, QUIRE_ERROR, false);
    }
    quire_status status =
        quire_mpi_finish_artifact(h->comm, store, artifact, &options, &version, &error);
    int hit = h->rank == failing && faults_hit(objects);
    if (h->rank == failing) {
        faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
    }
    MPI_Allreduce(MPI_IN_PLACE, &hit, 1, MPI_INT, MPI_MAX, h->comm);
    CHECK_SAME(h, &status, sizeof status);
    if (status) {
        CHECK_SAME(h, &error, sizeof error);
        CHECK(h, hit && error.rank == failing);
    }
    CHECK_OK(h, quire_mpi_finish_artifact(h->comm, store, artifact, &options, &again, &error),
             &error);
    CHECK(h, again.number == 0 && (status || strcmp(version.digest, again.digest) == 0));
    quire_artifact_free(artifact);
    quire_store_free(store);
    return hit;
}

static void each_operation_of_a_merge_fails(harness *h) {
    for (int mode = FAULT_BEFORE; h->size == 3 && mode <= FAULT_AFTER; mode++) {
        for (int failing = 0; failing < h->size; failing++) {
            uint64_t k = 1;
            while (finish_once(h, "faulty", failing, k, (fault_mode)mode) && k < 500) {
                k++;
            }
            CHECK(h, k > 3); /* else nothing was tested */
        }
    }
}

HARNESS_MAIN("merge", HARNESS_TEST(the_manifest_is_that_of_one_rank),
             HARNESS_TEST(conflicts_are_told_to_all),
             HARNESS_TEST(a_folder_of_another_rank_is_told_to_all),
             HARNESS_TEST(each_operation_of_a_merge_fails))
