/** @file The collectives over a store in W&B: in parts, while ranks compute, and failing alike. */
#include "mpi/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A name that no other test and no other number of ranks has. */
static const char *name_of(const harness *h, const char *test, char name[64]) {
    snprintf(name, 64, "%s-%d", test, h->size);
    return name;
}

static quire_store *open_store(harness *h) {
    quire_error error = {0};
    quire_store *store = NULL;
    CHECK_OK(h, quire_store_open("wandb://", NULL, &store, &error), &error);
    return store;
}

static quire_artifact *compose(harness *h, const char *name, quire_store *store) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    quire_file *file = NULL;
    char path[64], text[64];
    int size = snprintf(text, sizeof text, "of rank %d of %d", h->rank, h->size);
    CHECK_OK(h, quire_artifact_new(name, "dataset", &artifact, &error), &error);
    snprintf(path, sizeof path, "buffer/%d", h->rank);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, path, text, (size_t)size, NULL, &error),
             &error);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, "same", "same", 4, NULL, &error), &error);
    snprintf(path, sizeof path, "stream/%d", h->rank);
    CHECK_OK(h, quire_artifact_new_file(artifact, store, path, &file, &error), &error);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(h, quire_file_write(file, text, (size_t)size, &error), &error);
    }
    CHECK_OK(h, quire_file_close(file, &error), &error);
    return artifact;
}

static void check_version(harness *h, quire_store *store, const quire_version_id *id) {
    quire_error error = {0};
    quire_read_report report = {0};
    char address[200];
    CHECK_SAME(h, id, sizeof *id);
    CHECK(h, id->number == 0 && id->created == 1);
    snprintf(address, sizeof address, "%s:v0", id->name);
    CHECK_OK(
        h,
        quire_mpi_download(h->comm, store, address, harness_path(h, "back"), NULL, &report, &error),
        &error);
    CHECK(h, report.files == 2 * (uint64_t)h->size + 1);
    CHECK_OK(h, quire_mpi_verify(h->comm, store, address, NULL, &report, &error), &error);
}

static void at_once(harness *h) {
    quire_error error = {0};
    quire_version_id id;
    char name[64];
    memset(&id, 0, sizeof id);
    quire_store *store = open_store(h);
    quire_artifact *artifact = compose(h, name_of(h, "at-once", name), store);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, store, artifact, NULL, &id, &error), &error);
    check_version(h, store, &id);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

static void in_parts(harness *h) {
    quire_error error = {0};
    quire_mpi_receipt receipt;
    quire_version_id id;
    char name[64];
    memset(&id, 0, sizeof id);
    quire_store *store = open_store(h);
    quire_artifact *artifact = compose(h, name_of(h, "in-parts", name), store);
    quire_mpi_options options = {.distributed_id = "in parts"};
    CHECK_OK(h, quire_mpi_upsert_artifact(h->comm, store, artifact, &options, &receipt, &error),
             &error);
    CHECK(h, receipt.entries == 3 * (uint64_t)h->size);
    /* Once more: the same entries again change nothing. */
    CHECK_OK(h, quire_mpi_upsert_artifact(h->comm, store, artifact, &options, &receipt, &error),
             &error);
    CHECK_OK(h, quire_mpi_finish_artifact(h->comm, store, artifact, &options, &id, &error), &error);
    check_version(h, store, &id);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

static void while_computing(harness *h) {
    quire_error error = {0};
    quire_version_id id;
    quire_mpi_request *request = NULL;
    char name[64];
    int done = 0;
    memset(&id, 0, sizeof id);
    quire_store *store = open_store(h);
    quire_artifact *artifact = compose(h, name_of(h, "computing", name), store);
    CHECK_OK(h, quire_mpi_log_begin(h->comm, store, artifact, NULL, &request, &error), &error);
    CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
    CHECK_OK(h, quire_mpi_log_wait(&request, &id, &error), &error);
    check_version(h, store, &id);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

/** The last two ranks bring one path with different content. */
static void in_conflict(harness *h) {
    quire_error error = {0};
    quire_version_id id;
    char name[64];
    if (h->size < 2) {
        return;
    }
    quire_store *store = open_store(h);
    quire_artifact *artifact = compose(h, name_of(h, "conflict", name), store);
    if (h->rank >= h->size - 2) {
        CHECK_OK(h,
                 quire_artifact_add_buffer(artifact, "claimed", h->rank % 2 ? "a" : "b", 1, NULL,
                                           &error),
                 &error);
    }
    quire_status status = quire_mpi_log_artifact(h->comm, store, artifact, NULL, &id, &error);
    CHECK_STATUS(h, status, QUIRE_CONFLICT, &error);
    CHECK_SAME(h, &error, sizeof error);
    CHECK(h, strstr(error.message, "claimed") != NULL);
    quire_version *version = NULL;
    CHECK_STATUS(h, quire_version_open(store, name, &version, &error), QUIRE_NOT_FOUND, &error);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

HARNESS_MAIN("wandb_collective", HARNESS_TEST(at_once), HARNESS_TEST(in_parts),
             HARNESS_TEST(while_computing), HARNESS_TEST(in_conflict))
