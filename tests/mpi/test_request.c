/**
 * @file
 * Logs under way: begin, test, wait. Runs with threads and, where MPI allows none, without: what
 * comes of it is the same.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/request_kit.h"
#include "support/threads.h"

/** What quire_mpi_log_artifact() makes of the same entries. */
static void log_plainly(harness *h, quire_version_id *version) {
    quire_error error = {0};
    quire_artifact *artifact = kit_artifact(h, "plain");
    memset(version, 0, sizeof *version);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, version, &error), &error);
    quire_artifact_free(artifact);
}

static void the_version_is_that_of_a_log(harness *h) {
    quire_version_id plain;
    log_plainly(h, &plain);
    int made = threads_made;
    quire_artifact *artifact = kit_artifact(h, "begun");
    quire_mpi_request *request = kit_begin(h, h->store, artifact);
    CHECK(h, threads_made >= made + kit_has_threads());
    quire_version_id version = kit_wait(h, &request, "begun");
    CHECK(h, version.created == 1 && strcmp(version.digest, plain.digest) == 0);
    quire_version *handle = NULL;
    quire_error error = {0};
    CHECK_OK(h, quire_version_open(h->store, "begun", &handle, &error), &error);
    CHECK(h, strcmp(quire_version_get_info(handle)->mode, "collaborative") == 0);
    quire_version_free(handle);
    quire_artifact_free(artifact);
}

static void without_threads_it_is_time_to_wait_at_once(harness *h) {
    quire_error error = {0};
    int made = threads_made, done = 0;
    if (kit_has_threads()) {
        return;
    }
    quire_artifact *artifact = kit_artifact(h, "alone");
    quire_mpi_request *request = kit_begin(h, h->store, artifact);
    CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
    CHECK(h, done == 1);
    (void)kit_wait(h, &request, "alone");
    CHECK(h, threads_made == made);
    quire_artifact_free(artifact);
}

/** The last rank's thread waits; all else goes on. */
static void test_tells_when_all_have_stored(harness *h) {
    quire_error error = {0};
    bool last = h->rank == h->size - 1;
    int done = -1;
    if (!kit_has_threads()) {
        return;
    }
    quire_store *store = last ? kit_gated_store(h) : kit_store(h);
    quire_artifact *artifact = kit_artifact(h, "tested");
    quire_mpi_request *request = kit_begin(h, store, artifact);
    for (int i = 0; i < 50; i++) {
        CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
        CHECK(h, done == 0);
        kit_rest(1);
    }
    MPI_Barrier(h->comm);
    if (last) {
        kit_open_gate();
    }
    CHECK(h, kit_test(h, request));
    CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
    CHECK(h, done == 1);
    (void)kit_wait(h, &request, "tested");
    CHECK(h, !last || kit_was_apart());
    quire_artifact_free(artifact);
    quire_store_free(store);
}

/** Rank 0 never tests, so the others never hear that all are done; and nobody hangs. */
static void some_ranks_may_test(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = kit_artifact(h, "some");
    quire_mpi_request *request = kit_begin(h, h->store, artifact);
    for (int i = 0; i < 100 && h->rank != 0; i++) {
        int done = -1;
        CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
        CHECK(h, done == !kit_has_threads());
        kit_rest(1);
    }
    MPI_Barrier(h->comm);
    (void)kit_wait(h, &request, "some");
    quire_artifact_free(artifact);
}

/** Three under way; other collectives between; each rank tests one; the last begun ends first. */
static void several_requests_end_in_any_order(harness *h) {
    enum {
        COUNT = 3
    };
    static const char *const names[COUNT] = {"first", "second", "third"};
    static const int order[COUNT] = {2, 0, 1};
    quire_store *stores[COUNT];
    quire_artifact *artifacts[COUNT];
    quire_mpi_request *requests[COUNT];
    quire_error error = {0};
    quire_version_id plain;
    for (int i = 0; i < COUNT; i++) {
        stores[i] = kit_store(h);
        artifacts[i] = kit_artifact(h, names[i]);
        requests[i] = kit_begin(h, stores[i], artifacts[i]);
    }
    log_plainly(h, &plain);
    for (int i = 0; i < 100; i++) { /* some have joined the agreement on one, others on another */
        int done = 0;
        CHECK_OK(h, quire_mpi_log_test(requests[h->rank % 2], &done, &error), &error);
        kit_rest(1);
    }
    for (int i = 0; i < COUNT; i++) {
        int k = order[i], done = 0;
        CHECK_OK(h, quire_mpi_log_test(requests[k], &done, &error), &error);
        quire_version_id version = kit_wait(h, &requests[k], names[k]);
        CHECK(h, strcmp(version.digest, plain.digest) == 0);
        CHECK_OK(h, quire_mpi_verify(h->comm, h->store, names[k], NULL, NULL, &error), &error);
    }
    for (int i = 0; i < COUNT; i++) {
        quire_artifact_free(artifacts[i]);
        quire_store_free(stores[i]);
    }
}

static void lent_memory_is_stored_as_it_lies(harness *h) {
    enum {
        SIZE = 3 << 20
    };
    const quire_add_options in_place = {.borrow = 1};
    quire_error error = {0};
    quire_version_id versions[2];
    char path[16];
    char *field = malloc(SIZE);
    memset(field, 'a' + h->rank, SIZE);
    (void)snprintf(path, sizeof path, "field-%d", h->rank);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "copied" : "lent";
        quire_artifact *artifact = harness_artifact(h, name);
        CHECK_OK(
            h, quire_artifact_add_buffer(artifact, path, field, SIZE, i ? &in_place : NULL, &error),
            &error);
        quire_mpi_request *request = kit_begin(h, h->store, artifact);
        if (i == 0) { /* the copy is the artifact's */
            memset(field, 'z', SIZE);
        }
        versions[i] = kit_wait(h, &request, name);
        memset(field, 'a' + h->rank, SIZE);
        quire_artifact_free(artifact);
    }
    CHECK(h, strcmp(versions[0].digest, versions[1].digest) == 0);
    free(field);
}

typedef struct seen {
    pthread_t caller;
    int calls, elsewhere;
    quire_progress last;
} seen;

static void hear(void *context, const quire_progress *progress) {
    seen *s = context;
    s->calls++;
    s->elsewhere += !pthread_equal(s->caller, pthread_self());
    s->last = *progress;
}

static void progress_comes_to_the_caller(harness *h) {
    quire_error error = {0};
    seen s = {.caller = pthread_self()};
    quire_mpi_request *request = NULL;
    quire_artifact *artifact = kit_artifact(h, "told");
    char job[] = "a job", id[] = "an id";
    quire_mpi_options options = {
        .job = job, .distributed_id = id, .progress = hear, .progress_context = &s};
    CHECK_OK(h, quire_mpi_log_begin(h->comm, h->store, artifact, &options, &request, &error),
             &error);
    memset(job, 'x', sizeof job); /* in scope, so that the compiler keeps these */
    memset(id, 'x', sizeof id);
    memset(&options, 0xff, sizeof options);
    CHECK(h, kit_test(h, request));
    (void)kit_wait(h, &request, "told");
    CHECK(h, (s.calls > 0) == (h->rank == 0) && s.elsewhere == 0);
    CHECK(h, h->rank != 0 || (s.last.files_done == 5u * (unsigned)h->size &&
                              s.last.files_total == s.last.files_done));
    quire_artifact_free(artifact);
    quire_version *version = NULL;
    if (CHECK_OK(h, quire_version_open(h->store, "told", &version, &error), &error)) {
        const char *by = quire_version_get_info(version)->created_by;
        CHECK(h, strstr(by, "\"a job\"") != NULL && strstr(by, "\"an id\"") != NULL);
    }
    quire_version_free(version);
}

/** Rank 0 has stored long ago; the last rank is kept from it. */
static void progress_comes_while_others_store(harness *h) {
    quire_error error = {0};
    seen s = {.caller = pthread_self()};
    bool last = h->rank == h->size - 1;
    int done = 0;
    if (!kit_has_threads() || h->size == 1) {
        return;
    }
    quire_mpi_options options = {.progress = hear, .progress_context = &s};
    quire_mpi_request *request = NULL;
    quire_store *store = last ? kit_gated_store(h) : kit_store(h);
    quire_artifact *artifact = kit_artifact(h, "slow");
    CHECK_OK(h, quire_mpi_log_begin(h->comm, store, artifact, &options, &request, &error), &error);
    /* All test until rank 0 has heard enough, or for ten seconds. */
    MPI_Request enough = MPI_REQUEST_NULL;
    double began = MPI_Wtime();
    for (int heard = 0; !heard;) {
        CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
        CHECK(h, done == 0);
        bool satisfied = s.calls > 3 && s.last.slowest_rank == h->size - 1;
        if (enough == MPI_REQUEST_NULL && (h->rank != 0 || satisfied || MPI_Wtime() - began > 10)) {
            MPI_Ibarrier(h->comm, &enough);
            CHECK(h, h->rank != 0 || satisfied);
        }
        kit_rest(1);
        if (enough != MPI_REQUEST_NULL) {
            MPI_Test(&enough, &heard, MPI_STATUS_IGNORE);
        }
    }
    CHECK(h, s.calls <= (MPI_Wtime() - began) / 0.2 + 2);
    if (last) {
        kit_open_gate();
    }
    (void)kit_wait(h, &request, "slow");
    CHECK(h, h->rank != 0 || s.last.files_done == 5u * (unsigned)h->size);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

static void a_communicator_may_go_before_its_request(harness *h) {
    quire_error error = {0};
    MPI_Comm duplicate;
    MPI_Comm_dup(h->comm, &duplicate);
    quire_mpi_request *request = NULL;
    quire_artifact *artifact = kit_artifact(h, "orphan");
    CHECK_OK(h, quire_mpi_log_begin(duplicate, h->store, artifact, NULL, &request, &error), &error);
    MPI_Comm_free(&duplicate);
    (void)kit_wait(h, &request, "orphan");
    quire_artifact_free(artifact);
}

/** The last test: what all of them have called. */
static void only_the_caller_calls_mpi(harness *h) {
    CHECK(h, kit_calls() > 100);
    CHECK(h, kit_strangers() == 0);
}

HARNESS_MAIN("request", HARNESS_TEST(the_version_is_that_of_a_log),
             HARNESS_TEST(without_threads_it_is_time_to_wait_at_once),
             HARNESS_TEST(test_tells_when_all_have_stored), HARNESS_TEST(some_ranks_may_test),
             HARNESS_TEST(several_requests_end_in_any_order),
             HARNESS_TEST(lent_memory_is_stored_as_it_lies),
             HARNESS_TEST(progress_comes_to_the_caller),
             HARNESS_TEST(progress_comes_while_others_store),
             HARNESS_TEST(a_communicator_may_go_before_its_request),
             HARNESS_TEST(only_the_caller_calls_mpi))
