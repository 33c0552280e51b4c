/**
 * @file
 * The functions of quire/mpi.h. Each rank brings files of its own, so that all of them have work to
 * do and memory to ask for.
 */
#include "memory/mpi_cases.h"

#include <quire/mpi.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void open_store(collective *c) {
    fixture_open(&c->f);
}

static void new_artifact(collective *c) {
    fixture_open(&c->f);
    MUST(quire_artifact_new("set", "model", &c->f.artifact, error));
}

/** An artifact with entries of all kinds, each rank's own. */
static void compose(collective *c) {
    char path[64];
    quire_artifact *artifact;
    new_artifact(c);
    artifact = c->f.artifact;
    (void)snprintf(path, sizeof path, "rank-%d/buffer", c->rank);
    MUST(quire_artifact_add_buffer(artifact, path, path, strlen(path), NULL, error));
    (void)snprintf(path, sizeof path, "rank-%d/tree", c->rank);
    MUST(quire_artifact_add_dir(artifact, fixture_path("tree"), path, NULL, error));
    (void)snprintf(path, sizeof path, "rank-%d/large", c->rank);
    MUST(quire_artifact_add_file(artifact, fixture_path("large"), path, NULL, error));
    (void)snprintf(path, sizeof path, "rank-%d/far", c->rank);
    MUST(quire_artifact_add_reference(artifact, "s3://bucket/key", path, NULL, error));
    MUST(quire_artifact_set_description(artifact, "words", error));
    MUST(quire_artifact_set_metadata(artifact, "{\"a\":[1,{\"b\":\"c\"}],\"d\":0.5}", error));
    MUST(quire_artifact_add_alias(artifact, "fresh", error));
    MUST(quire_artifact_add_tag(artifact, "tagged", error));
    MUST(quire_artifact_add_input(artifact, "set:v0", error));
}

static void on_progress(void *context, const quire_progress *progress) {
    (void)progress;
    ++*(int *)context;
}

static quire_status communicator_id(collective *c, quire_error *error) {
    char id[QUIRE_MPI_ID_SIZE] = "", first[QUIRE_MPI_ID_SIZE];
    quire_status status = quire_mpi_communicator_id(c->comm, id, error);
    memcpy(first, id, sizeof first);
    if (status == QUIRE_OK && MPI_Bcast(first, sizeof first, MPI_CHAR, 0, c->comm) == 0) {
        fixture_tell(&c->f, "%zu digits, %s on all ranks\n", strlen(id),
                     strcmp(id, first) == 0 ? "the same" : "not the same");
    }
    return status;
}

static quire_status add_one_dir(collective *c, const char *name, quire_error *error) {
    char folder[600];
    (void)snprintf(folder, sizeof folder, "%s/%s", c->root, name);
    quire_status status = quire_mpi_add_dir(c->comm, c->f.artifact, folder, "below", error);
    if (status == QUIRE_OK) {
        fixture_tell(&c->f, "%llu entries\n",
                     (unsigned long long)quire_artifact_count(c->f.artifact));
    }
    return status;
}

static quire_status add_dir(collective *c, quire_error *error) {
    return add_one_dir(c, "tree", error);
}

/** Ranks hand names and files to each other. */
static quire_status add_broad_dir(collective *c, quire_error *error) {
    return add_one_dir(c, "broad", error);
}

static quire_status add_shared_dir(collective *c, quire_error *error) {
    const quire_mpi_add_options now = {.as_now = 1};
    char folder[600];
    (void)snprintf(folder, sizeof folder, "%s/vast", c->root);
    quire_status status =
        quire_mpi_add_shared_dir(c->comm, c->f.store, c->f.artifact, folder, "below", &now, error);
    if (status == QUIRE_OK) {
        fixture_tell(&c->f, "%llu entries\n",
                     (unsigned long long)quire_artifact_count(c->f.artifact));
    }
    return status;
}

static quire_status add_shared_file(collective *c, quire_error *error) {
    char file[600];
    int times = 0;
    const quire_mpi_add_options options = {.progress = on_progress, .progress_context = &times};
    (void)snprintf(file, sizeof file, "%s/huge", c->root);
    quire_status status =
        quire_mpi_add_shared_file(c->comm, c->f.store, c->f.artifact, file, NULL, &options, error);
    if (status == QUIRE_OK) {
        fixture_tell(&c->f, "%llu entries\n",
                     (unsigned long long)quire_artifact_count(c->f.artifact));
    }
    return status;
}

static quire_status upsert_with(collective *c, const quire_mpi_options *options,
                                quire_error *error) {
    quire_mpi_receipt receipt = {0};
    quire_status status =
        quire_mpi_upsert_artifact(c->comm, c->f.store, c->f.artifact, options, &receipt, error);
    if (status == QUIRE_OK) {
        fixture_tell(&c->f, "%llu entries, %llu bytes\n", (unsigned long long)receipt.entries,
                     (unsigned long long)receipt.bytes);
    }
    return status;
}

static quire_status upsert(collective *c, quire_error *error) {
    return upsert_with(c, NULL, error);
}

static quire_status upsert_more(collective *c, quire_error *error) {
    int times = 0;
    const quire_mpi_options options = {.distributed_id = "a-draft",
                                       .job = "a job",
                                       .progress = on_progress,
                                       .progress_context = &times};
    return upsert_with(c, &options, error);
}

static void upsert_before(collective *c) {
    const quire_mpi_options options = {.distributed_id = "a-draft"};
    compose(c);
    MUST(quire_mpi_upsert_artifact(c->comm, c->f.store, c->f.artifact, &options, NULL, error));
}

static quire_status finish(collective *c, quire_error *error) {
    quire_version_id id = {0};
    const quire_mpi_options options = {.distributed_id = "a-draft", .job = "a job"};
    quire_status status =
        quire_mpi_finish_artifact(c->comm, c->f.store, c->f.artifact, &options, &id, error);
    if (status == QUIRE_OK) {
        fixture_tell_id(&c->f, &id);
    }
    return status;
}

static quire_status log_with(collective *c, const quire_mpi_options *options, quire_error *error) {
    quire_version_id id = {0};
    quire_status status =
        quire_mpi_log_artifact(c->comm, c->f.store, c->f.artifact, options, &id, error);
    if (status == QUIRE_OK) {
        fixture_tell_id(&c->f, &id);
    }
    return status;
}

static quire_status log_artifact(collective *c, quire_error *error) {
    return log_with(c, NULL, error);
}

static quire_status log_more(collective *c, quire_error *error) {
    int times = 0;
    const quire_mpi_options options = {.distributed_id = "a-draft",
                                       .job = "a job",
                                       .progress = on_progress,
                                       .progress_context = &times};
    return log_with(c, &options, error);
}

/** What a version has already: other ways to the same version. */
static void log_before(collective *c) {
    compose(c);
    MUST(quire_mpi_log_artifact(c->comm, c->f.store, c->f.artifact, NULL, NULL, error));
}

/* MPI_Init() allows no threads, so that the upsert is the waiting rank's: what a thread asks for is
 * the same, and only who is armed would not meet it. */

static quire_status log_begun(collective *c, const quire_mpi_options *options, bool tested,
                              quire_error *error) {
    quire_version_id id = {0};
    quire_mpi_request *request = NULL;
    int done = 0;
    quire_status status =
        quire_mpi_log_begin(c->comm, c->f.store, c->f.artifact, options, &request, error);
    if (status == QUIRE_OK && tested) {
        status = quire_mpi_log_test(request, &done, error);
    }
    if (status == QUIRE_OK) {
        status = quire_mpi_log_wait(&request, &id, error);
    }
    if (status == QUIRE_OK) {
        fixture_tell_id(&c->f, &id);
    }
    return status;
}

static quire_status log_begin(collective *c, quire_error *error) {
    return log_begun(c, NULL, false, error);
}

static quire_status log_wait(collective *c, quire_error *error) {
    int times = 0;
    const quire_mpi_options options = {.distributed_id = "a-draft",
                                       .job = "a job",
                                       .progress = on_progress,
                                       .progress_context = &times};
    return log_begun(c, &options, false, error);
}

static quire_status log_test(collective *c, quire_error *error) {
    return log_begun(c, NULL, true, error);
}

static quire_status log_cancel(collective *c, quire_error *error) {
    quire_mpi_request *request = NULL;
    const quire_mpi_options options = {.job = "a job"};
    quire_status status =
        quire_mpi_log_begin(c->comm, c->f.store, c->f.artifact, &options, &request, error);
    quire_mpi_log_cancel(&request);
    if (status == QUIRE_OK) {
        fixture_tell(&c->f, "given up\n");
    }
    return status;
}

static void tell_report(collective *c, const quire_read_report *report) {
    fixture_tell(&c->f, "%llu files, %llu bytes, %llu references, %llu skipped\n",
                 (unsigned long long)report->files, (unsigned long long)report->bytes,
                 (unsigned long long)report->references, (unsigned long long)report->skipped);
}

static quire_status download_with(collective *c, const quire_mpi_read_options *options,
                                  quire_error *error) {
    char path[600];
    struct stat large = {0};
    quire_read_report report = {0};
    (void)snprintf(path, sizeof path, "%s/out", c->root);
    quire_status status =
        quire_mpi_download(c->comm, c->f.store, "set:best", path, options, &report, error);
    if (status == QUIRE_OK) {
        tell_report(c, &report);
        (void)snprintf(path, sizeof path, "%s/out/large", c->root);
        fixture_tell(&c->f, "%d, %lld bytes\n", stat(path, &large), (long long)large.st_size);
    }
    return status;
}

static quire_status download(collective *c, quire_error *error) {
    const quire_mpi_read_options options = {.skip_references = 1};
    return download_with(c, &options, error);
}

static void open_vast(collective *c) {
    fixture_vast(&c->f, c->root);
}

static quire_status download_divided(collective *c, quire_error *error) {
    char path[600];
    int times = 0;
    quire_read_report report = {0};
    const quire_mpi_read_options options = {.progress = on_progress, .progress_context = &times};
    (void)snprintf(path, sizeof path, "%s/out", c->root);
    quire_status status =
        quire_mpi_download(c->comm, c->f.store, "vast", path, &options, &report, error);
    if (status == QUIRE_OK) {
        tell_report(c, &report);
    }
    return status;
}

static quire_status download_on_nodes(collective *c, quire_error *error) {
    int times = 0;
    const quire_mpi_read_options options = {
        .path = "sub", .each_node = 1, .progress = on_progress, .progress_context = &times};
    return download_with(c, &options, error);
}

static quire_status verify_with(collective *c, const quire_mpi_read_options *options,
                                quire_error *error) {
    quire_read_report report = {0};
    quire_status status =
        quire_mpi_verify(c->comm, c->f.store, "set:best", options, &report, error);
    if (status == QUIRE_OK) {
        tell_report(c, &report);
    }
    return status;
}

static quire_status verify(collective *c, quire_error *error) {
    return verify_with(c, NULL, error);
}

static quire_status verify_and_tell(collective *c, quire_error *error) {
    int times = 0;
    const quire_mpi_read_options options = {.progress = on_progress, .progress_context = &times};
    return verify_with(c, &options, error);
}

static void push_before(collective *c) {
    fixture_push_beside(&c->f, c->root, "many");
}

/** Rank 0's store is what all push to, and from the other one. */
static quire_status push(collective *c, quire_error *error) {
    int times = 0;
    quire_version_id id = {0};
    quire_push_report report = {0};
    static const char *const more[] = {"fresh"};
    const quire_mpi_push_options options = {
        .aliases = more, .alias_count = 1, .progress = on_progress, .progress_context = &times};
    quire_status status =
        quire_mpi_push(c->comm, c->f.beside, "many", c->f.store, &options, &report, &id, error);
    if (status == QUIRE_OK) {
        fixture_tell_id(&c->f, &id);
    }
    return status;
}

static const collective_case cases[] = {
    {"quire_mpi_communicator_id", NULL, communicator_id, false},
    {"quire_mpi_add_dir", new_artifact, add_dir, false},
    {"quire_mpi_add_dir/broad", new_artifact, add_broad_dir, false},
    {"quire_mpi_add_shared_file", new_artifact, add_shared_file, true},
    {"quire_mpi_add_shared_dir", new_artifact, add_shared_dir, true},
    {"quire_mpi_upsert_artifact", compose, upsert, true},
    {"quire_mpi_upsert_artifact/draft", compose, upsert_more, true},
    {"quire_mpi_finish_artifact", upsert_before, finish, true},
    {"quire_mpi_log_artifact", compose, log_artifact, true},
    {"quire_mpi_log_artifact/draft", compose, log_more, true},
    {"quire_mpi_log_artifact/again", log_before, log_artifact, true},
    {"quire_mpi_log_begin", compose, log_begin, true},
    {"quire_mpi_log_wait", compose, log_wait, true},
    {"quire_mpi_log_test", compose, log_test, true},
    {"quire_mpi_log_cancel", compose, log_cancel, true},
    {"quire_mpi_download", open_store, download, false},
    {"quire_mpi_download/divided", open_vast, download_divided, false},
    {"quire_mpi_download/nodes", open_store, download_on_nodes, false},
    {"quire_mpi_push", push_before, push, true},
    {"quire_mpi_verify", open_store, verify, false},
    {"quire_mpi_verify/progress", open_store, verify_and_tell, false},
};

const collective_list collective_cases = {cases, sizeof cases / sizeof *cases};
