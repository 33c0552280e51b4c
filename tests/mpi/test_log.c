/** @file One version out of all ranks' entries, whoever has which. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/harness.h"

#define FILES 40

/** Log FILES files on rank 0 alone, without MPI: what the others are compared with. */
static void log_plainly(harness *h, const char *name, quire_version_id *version) {
    quire_error error = {0};
    memset(version, 0, sizeof *version);
    if (h->rank == 0) {
        quire_artifact *artifact = harness_artifact(h, name);
        for (int i = 0; i < FILES; i++) {
            harness_add(h, artifact, i);
        }
        CHECK_OK(h, quire_log_artifact(h->store, artifact, NULL, version, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Bcast(version, sizeof *version, MPI_BYTE, 0, h->comm);
}

/** The rank that owns a file; the same on all ranks. */
typedef int (*owner)(const harness *h, int i);

static int owner_round(const harness *h, int i) {
    return i % h->size;
}
static int owner_blocks(const harness *h, int i) {
    return i * h->size / FILES;
}
static int owner_first(const harness *h, int i) {
    (void)h;
    (void)i;
    return 0;
}
static int owner_last(const harness *h, int i) {
    (void)i;
    return h->size - 1;
}
static int owner_random(const harness *h, int i) {
    return (int)((unsigned)(i + 1) * 2654435761u >> 7) % h->size;
}

static quire_artifact *own(harness *h, const char *name, owner owns) {
    quire_artifact *artifact = harness_artifact(h, name);
    for (int i = FILES - 1; i >= 0; i--) {
        if (owns(h, i) == h->rank) {
            harness_add(h, artifact, i);
        }
    }
    return artifact;
}

static void the_digest_does_not_depend_on_who_has_what(harness *h) {
    static const owner owners[] = {owner_round, owner_blocks, owner_first, owner_last,
                                   owner_random};
    quire_version_id plain;
    log_plainly(h, "plain", &plain);
    for (int i = 0; i < (int)(sizeof owners / sizeof *owners); i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "by-%d", i);
        quire_artifact *artifact = own(h, name, owners[i]);
        quire_error error = {0};
        quire_version_id version;
        memset(&version, 0, sizeof version);
        quire_status status =
            quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error);
        CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
        CHECK_SAME(h, &version, sizeof version);
        CHECK(h, strcmp(version.name, name) == 0);
        CHECK(h, strcmp(version.digest, plain.digest) == 0);
        CHECK(h, version.number == 0 && version.created == 1);
        quire_artifact_free(artifact);
    }
}

static void the_same_content_again_is_the_same_version(harness *h) {
    static const owner owners[] = {owner_round, owner_random};
    for (int i = 0; i < 2; i++) {
        quire_artifact *artifact = own(h, "again", owners[i]);
        quire_error error = {0};
        quire_version_id version;
        memset(&version, 0, sizeof version);
        CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, &version, &error),
                 &error);
        CHECK(h, version.number == 0 && version.created == (i == 0));
        quire_artifact_free(artifact);
    }
    CHECK(h, harness_count_versions(h, "again") == 1);
}

static void every_rank_may_share_a_file(harness *h) {
    quire_artifact *artifact = harness_artifact(h, "shared");
    harness_add(h, artifact, 1);
    harness_add(h, artifact, 2);
    quire_error error = {0};
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    quire_version *version = NULL;
    if (CHECK_OK(h, quire_version_open(h->store, "shared", &version, &error), &error)) {
        CHECK(h, quire_version_get_info(version)->entries == 2);
    }
    quire_version_free(version);
}

static void notes_of_rank_0_win(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = harness_artifact(h, "notes");
    char text[64], tag[16];
    (void)snprintf(text, sizeof text, "{\"who\":%d,\"rank%d\":true}", h->rank, h->rank);
    CHECK_OK(h, quire_artifact_set_metadata(artifact, text, &error), &error);
    (void)snprintf(text, sizeof text, "told by rank %d", h->rank);
    CHECK_OK(h, quire_artifact_set_description(artifact, text, &error), &error);
    (void)snprintf(tag, sizeof tag, "tag%d", h->rank);
    CHECK_OK(h, quire_artifact_add_tag(artifact, tag, &error), &error);
    harness_add(h, artifact, h->rank);
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
    quire_version *version = NULL;
    if (CHECK_OK(h, quire_version_open(h->store, "notes", &version, &error), &error)) {
        const quire_version_info *info = quire_version_get_info(version);
        CHECK(h, strcmp(info->description, "told by rank 0") == 0);
        CHECK(h, strstr(info->metadata, "\"who\":0") != NULL);
        (void)snprintf(text, sizeof text, "\"rank%d\":true", h->rank);
        CHECK(h, strstr(info->metadata, text) != NULL);
        CHECK(h, info->tag_count == (size_t)h->size);
        CHECK(h, info->entries == (uint64_t)h->size);
        CHECK(h, strcmp(info->mode, "collaborative") == 0);
    }
    quire_version_free(version);
}

static void upsert_and_finish_are_a_log_in_two_calls(harness *h) {
    quire_error error = {0};
    quire_version_id plain, version;
    quire_mpi_receipt receipt;
    memset(&version, 0, sizeof version);
    memset(&receipt, 0, sizeof receipt);
    log_plainly(h, "plain", &plain);
    quire_artifact *artifact = own(h, "steps", owner_random);
    quire_status status =
        quire_mpi_upsert_artifact(h->comm, h->store, artifact, NULL, &receipt, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_SAME(h, &receipt, sizeof receipt);
    CHECK(h, receipt.entries == FILES && receipt.bytes > FILES);
    CHECK(h, harness_count_versions(h, "steps") == 0);
    MPI_Barrier(h->comm);
    quire_mpi_options options = {.distributed_id = receipt.distributed_id};
    quire_artifact *bare = harness_artifact(h, "steps");
    harness_add(h, bare, FILES + h->rank); /* a finish brings notes alone: this is not stored */
    status = quire_mpi_finish_artifact(h->comm, h->store, bare, &options, &version, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_SAME(h, &version, sizeof version);
    CHECK(h, strcmp(version.digest, plain.digest) == 0);
    /* Again, with all the entries: the same version. */
    status = quire_mpi_finish_artifact(h->comm, h->store, artifact, &options, &version, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, version.number == 0);
    quire_artifact_free(bare);
    quire_artifact_free(artifact);
}

static void a_finish_needs_every_rank(harness *h) {
    quire_error error = {0};
    quire_artifact *artifact = own(h, "early", owner_round);
    quire_mpi_options options = {.distributed_id = "early"};
    quire_status status =
        quire_mpi_finish_artifact(h->comm, h->store, artifact, &options, NULL, &error);
    CHECK_FAILED(h, status, QUIRE_INCOMPLETE, 0, &error);
    if (h->rank == h->size - 1) {
        status = quire_upsert_artifact(h->store, artifact, "early", "alone", NULL, NULL, &error);
        CHECK_OK(h, status, &error);
    }
    status = quire_mpi_finish_artifact(h->comm, h->store, artifact, &options, NULL, &error);
    CHECK_FAILED(h, status, h->size > 1 ? QUIRE_INCOMPLETE : QUIRE_OK, 0, &error);
    quire_artifact_free(artifact);
}

static void the_run_group_is_told_apart_by_calls(harness *h) {
    if (h->rank == 0) {
        (void)setenv("WANDB_RUN_GROUP", "group", 1);
    }
    for (int call = 1; call <= 3; call++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, call == 1 ? "group" : "group-%d", call);
        quire_error error = {0};
        quire_mpi_receipt receipt;
        memset(&receipt, 0, sizeof receipt);
        quire_artifact *artifact = own(h, "grouped", owner_round);
        CHECK_OK(h, quire_mpi_upsert_artifact(h->comm, h->store, artifact, NULL, &receipt, &error),
                 &error);
        CHECK(h, strcmp(receipt.distributed_id, expected) == 0);
        quire_artifact_free(artifact);
    }
    (void)unsetenv("WANDB_RUN_GROUP");
}

HARNESS_MAIN("log", HARNESS_TEST(the_digest_does_not_depend_on_who_has_what),
             HARNESS_TEST(the_same_content_again_is_the_same_version),
             HARNESS_TEST(every_rank_may_share_a_file), HARNESS_TEST(notes_of_rank_0_win),
             HARNESS_TEST(upsert_and_finish_are_a_log_in_two_calls),
             HARNESS_TEST(a_finish_needs_every_rank),
             HARNESS_TEST(the_run_group_is_told_apart_by_calls))
