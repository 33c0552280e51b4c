/** @file Arguments that must agree: each one disagreeing, and each one missing, on each rank. */
#include <stdio.h>
#include <string.h>

#include "mpi/harness.h"

/** All arguments of a commit; one rank changes one of them. */
typedef struct commit_case {
    const char *name, *type, *url, *id, *says;
} commit_case;

static quire_status commit(harness *h, int verb, const commit_case *c, quire_error *error) {
    quire_artifact *artifact = NULL;
    quire_store *store = NULL;
    quire_error local = {0};
    quire_mpi_options options = {.distributed_id = c->id};
    CHECK_OK(h, quire_artifact_new(c->name, c->type, &artifact, &local), &local);
    CHECK_OK(h, quire_store_open(c->url, NULL, &store, &local), &local);
    quire_status status = QUIRE_OK;
    switch (verb) {
    case 0:
        status = quire_mpi_log_artifact(h->comm, store, artifact, &options, NULL, error);
        break;
    case 1:
        status = quire_mpi_upsert_artifact(h->comm, store, artifact, &options, NULL, error);
        break;
    default:
        status = quire_mpi_finish_artifact(h->comm, store, artifact, &options, NULL, error);
        break;
    }
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static void commits_agree_on_their_arguments(harness *h) {
    quire_error error = {0};
    char second[600];
    (void)snprintf(second, sizeof second, "%s/second", h->folder);
    CHECK_OK(h, h->rank ? QUIRE_OK : quire_store_init(second, NULL, &error), &error);
    MPI_Barrier(h->comm);
    const commit_case usual = {"a", "dataset", h->url, "id", NULL};
    const commit_case odd[] = {
        {"b", "dataset", h->url, "id", "the artifact's name: "},
        {"a", "model", h->url, "id", "the artifact's type: "},
        {"a", "dataset", second, "id", "the store: "},
        {"a", "dataset", h->url, "other", "the distributed_id: "},
    };
    for (int verb = 0; verb < 3; verb++) {
        for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
            for (int rank = 0; rank < h->size; rank++) {
                memset(&error, 0, sizeof error);
                quire_status status = commit(h, verb, h->rank == rank ? &odd[i] : &usual, &error);
                /* The one that differs from rank 0; when that is the odd one, the next. */
                CHECK_FAILED(h, status, QUIRE_USAGE, rank ? rank : 1, &error);
                CHECK(h, strstr(error.message, odd[i].says) != NULL);
            }
        }
    }
    CHECK(h, harness_count_versions(h, "a") == 0);
}

static void a_missing_id_is_not_an_id(harness *h) {
    const commit_case given = {"a", "dataset", h->url, "nothing", NULL};
    const commit_case missing = {"a", "dataset", h->url, NULL, NULL};
    for (int rank = 0; rank < h->size; rank++) {
        quire_error error = {0};
        quire_status status = commit(h, 0, h->rank == rank ? &missing : &given, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank ? rank : 1, &error);
        quire_status finish = commit(h, 2, h->rank == rank ? &missing : &given, &error);
        CHECK_FAILED(h, finish, QUIRE_USAGE, rank, &error);
    }
}

static void a_rank_with_a_bad_argument_takes_part(harness *h) {
    quire_artifact *artifact = harness_artifact(h, "a");
    for (int rank = 0; rank < h->size; rank++) {
        bool odd = h->rank == rank;
        quire_error error = {0};
        quire_mpi_options options = {.version = odd ? 7 : 0};
        quire_mpi_options id = {.distributed_id = odd ? "a\nb" : "fine"};
        quire_store *store = h->store;
        quire_status status =
            quire_mpi_log_artifact(h->comm, odd ? NULL : store, artifact, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status = quire_mpi_log_artifact(h->comm, store, odd ? NULL : artifact, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status = quire_mpi_log_artifact(h->comm, store, artifact, &options, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status = quire_mpi_log_artifact(h->comm, store, artifact, &id, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status =
            quire_mpi_download(h->comm, store, odd ? NULL : "a", h->folder, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status =
            quire_mpi_download(h->comm, store, "a", odd ? NULL : h->folder, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status = quire_mpi_add_dir(h->comm, odd ? NULL : artifact, h->folder, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
        status = quire_mpi_add_dir(h->comm, artifact, odd ? NULL : h->folder, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank, &error);
    }
    quire_artifact_free(artifact);
}

static void readings_agree_on_their_arguments(harness *h) {
    for (int rank = 0; rank < h->size; rank++) {
        bool odd = h->rank == rank;
        int expected = rank ? rank : 1;
        quire_error error = {0};
        quire_mpi_read_options path = {.path = odd ? "a" : "b"};
        quire_mpi_read_options skip = {.skip_references = odd};
        quire_mpi_read_options node = {.each_node = odd};
        const quire_mpi_read_options *all[] = {&path, &skip, &node};
        quire_status status = quire_mpi_download(h->comm, h->store, odd ? "a:v0" : "a:v1",
                                                 h->folder, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, expected, &error);
        CHECK(h, strstr(error.message, "a:v0") && strstr(error.message, "a:v1"));
        status = quire_mpi_verify(h->comm, h->store, odd ? "a:v0" : "a:v1", NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, expected, &error);
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            status = quire_mpi_download(h->comm, h->store, "a", h->folder, all[i], NULL, &error);
            CHECK_FAILED(h, status, QUIRE_USAGE, expected, &error);
        }
    }
}

static void shared_folders_agree_on_their_arguments(harness *h) {
    quire_artifact *artifact = harness_artifact(h, "a");
    for (int rank = 0; rank < h->size; rank++) {
        bool odd = h->rank == rank;
        quire_error error = {0};
        quire_status status =
            quire_mpi_add_dir(h->comm, artifact, odd ? "/tmp" : h->folder, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank ? rank : 1, &error);
        status = quire_mpi_add_dir(h->comm, artifact, h->folder, odd ? "p" : "q", &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank ? rank : 1, &error);
    }
    quire_artifact_free(artifact);
}

static void different_functions_are_an_error(harness *h) {
    quire_artifact *artifact = harness_artifact(h, "a");
    for (int rank = 0; rank < h->size; rank++) {
        quire_error error = {0};
        quire_status status =
            h->rank == rank
                ? quire_mpi_upsert_artifact(h->comm, h->store, artifact, NULL, NULL, &error)
                : quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, rank ? rank : 1, &error);
        CHECK(h, strstr(error.message, "quire_mpi_upsert_artifact") != NULL);
    }
    quire_artifact_free(artifact);
}

HARNESS_MAIN("arguments", HARNESS_TEST(commits_agree_on_their_arguments),
             HARNESS_TEST(a_missing_id_is_not_an_id),
             HARNESS_TEST(a_rank_with_a_bad_argument_takes_part),
             HARNESS_TEST(readings_agree_on_their_arguments),
             HARNESS_TEST(shared_folders_agree_on_their_arguments),
             HARNESS_TEST(different_functions_are_an_error))
