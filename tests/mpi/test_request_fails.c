/**
 * @file
 * Logs under way that do not end well: a rank cannot store, the finish is refused, a rank gives up,
 * the system gives no thread, what is lent is used.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpi/request_kit.h"
#include "support/threads.h"

/** Begin with an artifact that only rank `failing` cannot store. */
static quire_mpi_request *begin_spoiled(harness *h, const char *name, int failing,
                                        quire_artifact **artifact) {
    quire_error error = {0};
    char file[64];
    (void)snprintf(file, sizeof file, "%s/%d-%d", name, failing, h->rank);
    const char *path = harness_write(h, file, file, strlen(file));
    *artifact = harness_artifact(h, name);
    CHECK_OK(h, quire_artifact_add_file(*artifact, path, file, NULL, &error), &error);
    CHECK(h, h->rank != failing || unlink(path) == 0);
    return kit_begin(h, h->store, *artifact);
}

static void all_hear_who_could_not_store(harness *h) {
    for (int failing = 0; failing < h->size; failing++) {
        for (int tested = 0; tested < 2; tested++) {
            quire_error error = {0};
            char file[64];
            quire_artifact *artifact = NULL;
            quire_mpi_request *request = begin_spoiled(h, "spoiled", failing, &artifact);
            CHECK(h, !tested || kit_test(h, request));
            quire_status status = quire_mpi_log_wait(&request, NULL, &error);
            CHECK_FAILED(h, status, QUIRE_INCOMPLETE, failing, &error);
            (void)snprintf(file, sizeof file, "spoiled/%d-%d", failing, failing);
            CHECK(h, strstr(error.message, file) != NULL);
            CHECK(h, request == NULL && harness_count_versions(h, "spoiled") == 0);
            quire_artifact_free(artifact);
            MPI_Barrier(h->comm);
        }
    }
}

static void all_hear_why_the_finish_is_refused(harness *h) {
    quire_error error = {0}, plain = {0};
    char text[16];
    int size = snprintf(text, sizeof text, "I am %d", h->rank);
    quire_artifact *artifact = harness_artifact(h, "conflict");
    CHECK_OK(h, quire_artifact_add_buffer(artifact, "both", text, (size_t)size, NULL, &error),
             &error);
    quire_mpi_options options = {.distributed_id = "conflict"};
    quire_mpi_request *request = NULL;
    CHECK_OK(h, quire_mpi_log_begin(h->comm, h->store, artifact, &options, &request, &error),
             &error);
    quire_status status = quire_mpi_log_wait(&request, NULL, &error);
    CHECK_FAILED(h, status, h->size > 1 ? QUIRE_CONFLICT : QUIRE_OK, 0, &error);
    CHECK(h, request == NULL && harness_count_versions(h, "conflict") == (h->size == 1));
    status = quire_mpi_log_artifact(h->comm, h->store, artifact, &options, NULL, &plain);
    CHECK_FAILED(h, status, h->size > 1 ? QUIRE_CONFLICT : QUIRE_OK, 0, &plain);
    CHECK(h, strcmp(error.message, plain.message) == 0);
    quire_artifact_free(artifact);
}

/** What all give up is as if upserted, and not finished. */
static void what_all_give_up_is_left_as_a_draft(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = kit_artifact(h, "left");
    quire_mpi_options options = {.distributed_id = "left"};
    quire_mpi_request *request = NULL;
    CHECK_OK(h, quire_mpi_log_begin(h->comm, h->store, artifact, &options, &request, &error),
             &error);
    quire_mpi_log_cancel(&request);
    CHECK(h, request == NULL && harness_count_versions(h, "left") == 0);
    MPI_Barrier(h->comm);
    if (h->rank == 0) {
        quire_commit_options expected = {.expect = h->size, .notes_only = 1};
        quire_status status =
            quire_finish_artifact(h->store, artifact, "left", &expected, NULL, &error);
        CHECK_STATUS(h, status, kit_has_threads() ? QUIRE_OK : QUIRE_INCOMPLETE, &error);
    }
    MPI_Barrier(h->comm);
    /* Nothing is lent any more, and the communicator has no trace of it. */
    quire_version_id version = {0};
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error),
             &error);
    CHECK(h, version.number == 0 && version.created == !kit_has_threads());
    quire_artifact_free(artifact);
}

static void one_gives_up_and_the_others_hear(harness *h) {
    for (int leaving = 0; leaving < h->size; leaving++) {
        for (int tested = 0; tested < 2; tested++) {
            quire_error error = {0};
            char word[32];
            quire_artifact *artifact = kit_artifact(h, "given-up");
            quire_mpi_request *request = kit_begin(h, h->store, artifact);
            CHECK(h, !tested || kit_test(h, request));
            if (h->rank == leaving) {
                quire_mpi_log_cancel(&request);
            } else {
                quire_status status = quire_mpi_log_wait(&request, NULL, &error);
                CHECK_STATUS(h, status, QUIRE_INCOMPLETE, &error);
                (void)snprintf(word, sizeof word, "rank %d gave", leaving);
                CHECK(h, error.rank == leaving && strstr(error.message, word) != NULL);
            }
            CHECK(h, request == NULL && harness_count_versions(h, "given-up") == 0);
            quire_artifact_free(artifact);
        }
    }
}

/** A rank that could not store is what is told, whoever gives up. */
static void a_failure_counts_before_giving_up(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    int failing = h->size - 1;
    quire_mpi_request *request = begin_spoiled(h, "both", failing, &artifact);
    if (h->rank == 0 && h->size > 1 && kit_has_threads()) {
        quire_mpi_log_cancel(&request);
    } else {
        quire_status status = quire_mpi_log_wait(&request, NULL, &error);
        CHECK_STATUS(h, status, QUIRE_INCOMPLETE, &error);
        CHECK(h, error.rank == failing && strstr(error.message, "both/") != NULL);
    }
    quire_artifact_free(artifact);
}

static void a_rank_without_a_thread_stores_when_it_waits(harness *h) {
    for (int without = 0; without < h->size; without++) {
        quire_error error = {0};
        char name[32];
        int done = 0, left = threads_left;
        (void)snprintf(name, sizeof name, "without-%d", without);
        quire_artifact *artifact = kit_artifact(h, name);
        threads_left = h->rank == without ? 0 : left;
        quire_mpi_request *request = kit_begin(h, h->store, artifact);
        CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
        CHECK(h, done == 1);
        (void)kit_wait(h, &request, name);
        threads_left = left;
        quire_artifact_free(artifact);
    }
}

/** Each call on the communicator, with what rank `bad` has lent. */
static void refuse_what_is_lent(harness *h, int bad, quire_store *lent_store,
                                quire_artifact *lent) {
    quire_error error = {0};
    quire_mpi_request *request = NULL;
    quire_mpi_options options = {.distributed_id = "x"};
    quire_artifact *fresh = harness_artifact(h, "lent");
    quire_artifact *artifact = h->rank == bad ? lent : fresh;
    quire_store *store = h->rank == bad ? lent_store : h->store;
    MPI_Comm comm = h->comm;
    CHECK_FAILED(h, quire_mpi_log_begin(comm, h->store, artifact, NULL, &request, &error),
                 QUIRE_USAGE, bad, &error);
    CHECK(h, strstr(error.message, "the artifact is lent") != NULL && request == NULL);
    CHECK_FAILED(h, quire_mpi_log_begin(comm, store, fresh, NULL, &request, &error), QUIRE_USAGE,
                 bad, &error);
    CHECK(h, strstr(error.message, "the store's handle is lent") != NULL && request == NULL);
    CHECK_FAILED(h, quire_mpi_log_artifact(comm, store, fresh, NULL, NULL, &error), QUIRE_USAGE,
                 bad, &error);
    CHECK_FAILED(h, quire_mpi_upsert_artifact(comm, store, fresh, NULL, NULL, &error), QUIRE_USAGE,
                 bad, &error);
    CHECK_FAILED(h, quire_mpi_finish_artifact(comm, store, fresh, &options, NULL, &error),
                 QUIRE_USAGE, bad, &error);
    CHECK_FAILED(h, quire_mpi_add_dir(comm, artifact, h->folder, NULL, &error), QUIRE_USAGE, bad,
                 &error);
    CHECK_FAILED(h, quire_mpi_download(comm, store, "lent", h->folder, NULL, NULL, &error),
                 QUIRE_USAGE, bad, &error);
    CHECK_FAILED(h, quire_mpi_verify(comm, store, "lent", NULL, NULL, &error), QUIRE_USAGE, bad,
                 &error);
    quire_artifact_free(fresh);
}

static void what_is_lent_is_refused(harness *h) {
    quire_error error = {0};
    quire_store *stores[2] = {kit_store(h), kit_store(h)};
    quire_artifact *artifacts[2] = {kit_artifact(h, "lent"), kit_artifact(h, "lent")};
    quire_mpi_request *requests[2];
    for (int i = 0; i < 2; i++) {
        requests[i] = kit_begin(h, stores[i], artifacts[i]);
    }
    refuse_what_is_lent(h, h->size - 1, stores[0], artifacts[0]);
    refuse_what_is_lent(h, 0, stores[1], artifacts[1]);
    (void)kit_wait(h, &requests[0], "lent");
    refuse_what_is_lent(h, 0, stores[1], artifacts[1]);
    quire_status status =
        quire_mpi_log_artifact(h->comm, stores[0], artifacts[0], NULL, NULL, &error);
    CHECK_OK(h, status, &error);
    (void)kit_wait(h, &requests[1], "lent");
    for (int i = 0; i < 2; i++) {
        quire_artifact_free(artifacts[i]);
        quire_store_free(stores[i]);
    }
}

static void arguments_are_checked(harness *h) {
    quire_error error = {0};
    quire_mpi_request *request = NULL;
    int done = 0;
    int bad = h->size - 1;
    quire_artifact *artifact = kit_artifact(h, "checked");
    CHECK_STATUS(h, quire_mpi_log_wait(NULL, NULL, &error), QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_log_wait(&request, NULL, &error), QUIRE_USAGE, &error);
    CHECK_STATUS(h, quire_mpi_log_test(request, &done, &error), QUIRE_USAGE, &error);
    quire_mpi_log_cancel(NULL);
    quire_mpi_log_cancel(&request);
    CHECK_FAILED(h,
                 quire_mpi_log_begin(h->comm, h->store, artifact, NULL,
                                     h->rank == bad ? NULL : &request, &error),
                 QUIRE_USAGE, bad, &error);
    CHECK(h, request == NULL);
    CHECK_FAILED(h,
                 quire_mpi_log_begin(h->comm, h->rank == bad ? NULL : h->store, artifact, NULL,
                                     &request, &error),
                 QUIRE_USAGE, bad, &error);
    CHECK_STATUS(h, quire_mpi_log_begin(MPI_COMM_NULL, h->store, artifact, NULL, &request, &error),
                 QUIRE_USAGE, &error);
    CHECK(h, request == NULL);
    request = kit_begin(h, h->store, artifact);
    CHECK_STATUS(h, quire_mpi_log_test(request, NULL, &error), QUIRE_USAGE, &error);
    (void)kit_wait(h, &request, "checked");
    quire_artifact_free(artifact);
}

HARNESS_MAIN("request fails", HARNESS_TEST(all_hear_who_could_not_store),
             HARNESS_TEST(all_hear_why_the_finish_is_refused),
             HARNESS_TEST(what_all_give_up_is_left_as_a_draft),
             HARNESS_TEST(one_gives_up_and_the_others_hear),
             HARNESS_TEST(a_failure_counts_before_giving_up),
             HARNESS_TEST(a_rank_without_a_thread_stores_when_it_waits),
             HARNESS_TEST(what_is_lent_is_refused), HARNESS_TEST(arguments_are_checked))
