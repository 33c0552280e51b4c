/** @file Progress: on rank 0 alone, over all ranks, and complete at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mpi/agree.h"
#include "mpi/harness.h"
#include "mpi/progress.h"

typedef struct seen {
    int calls, backwards, slowest_wrong, size;
    quire_progress last;
} seen;

static void look(void *context, const quire_progress *progress) {
    seen *s = context;
    s->calls++;
    s->backwards += progress->bytes_done < s->last.bytes_done ||
                    progress->files_done < s->last.files_done ||
                    progress->bytes_done > progress->bytes_total;
    s->slowest_wrong += progress->slowest_rank < 0 || progress->slowest_rank >= s->size;
    s->last = *progress;
}

static void check(harness *h, const seen *s, uint64_t files, uint64_t bytes) {
    if (h->rank != 0) {
        CHECK(h, s->calls == 0);
        return;
    }
    CHECK(h, s->calls > 0 && s->backwards == 0 && s->slowest_wrong == 0);
    CHECK(h, s->last.files_done == files && s->last.files_total == files);
    CHECK(h, s->last.bytes_done == bytes && s->last.bytes_total == bytes);
}

static void rank_0_hears_of_all_bytes(harness *h) {
    enum {
        LARGE = 4 << 20
    };
    quire_error error = {0};
    seen s = {.size = h->size};
    char *data = malloc(LARGE);
    memset(data, 'A' + h->rank, LARGE);
    char path[2] = {(char)('a' + h->rank), '\0'};
    quire_artifact *artifact = harness_artifact(h, "told");
    CHECK_OK(h, quire_artifact_add_buffer(artifact, path, data, LARGE, NULL, &error), &error);
    quire_mpi_options options = {.progress = look, .progress_context = &s};
    CHECK_OK(h, quire_mpi_log_artifact(h->comm, h->store, artifact, &options, NULL, &error),
             &error);
    check(h, &s, (uint64_t)h->size, (uint64_t)h->size * LARGE);
    s = (seen){.size = h->size};
    quire_mpi_read_options read = {.progress = look, .progress_context = &s};
    quire_status status =
        quire_mpi_download(h->comm, h->store, "told", harness_path(h, "out"), &read, NULL, &error);
    CHECK_OK(h, status, &error);
    check(h, &s, (uint64_t)h->size, (uint64_t)h->size * LARGE);
    s = (seen){.size = h->size};
    CHECK_OK(h, quire_mpi_verify(h->comm, h->store, "told", &read, NULL, &error), &error);
    check(h, &s, (uint64_t)h->size, (uint64_t)h->size * LARGE);
    quire_artifact_free(artifact);
    free(data);
}

static void rest(long milliseconds) {
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}

/** The last rank is slow: rank 0, long done, still reports, and names it. */
static void rank_0_reports_while_it_waits(harness *h) {
    quire_error error = {0};
    seen s = {.size = h->size};
    q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    q_progress progress;
    CHECK_OK(h, q_progress_begin(&progress, &context, h->rank ? NULL : look, &s, &error), &error);
    progress.wanted = true;
    quire_progress mine = {.files_total = 4, .bytes_total = 400, .slowest_rank = -1};
    bool slow = h->rank == h->size - 1;
    for (int i = 1; i <= 4; i++) {
        mine.files_done = (uint64_t)i;
        mine.bytes_done = (uint64_t)i * 100;
        q_progress_hook (&progress)(&progress, &mine);
        rest(slow && h->size > 1 ? 400 : 0);
    }
    CHECK_OK(h, q_progress_agree(&progress, QUIRE_OK, &error), &error);
    check(h, &s, 4u * (unsigned)h->size, 400u * (unsigned)h->size);
    CHECK(h, h->rank != 0 || h->size == 1 || s.calls > 5);
    CHECK(h, h->rank != 0 || s.last.slowest_rank == h->size - 1);
    q_progress_free(&progress);
}

/** A report goes over all ranks, so that there must not be one for each of many files. */
static void rank_0_reports_now_and_then(harness *h) {
    enum {
        FILES = 100000
    };
    quire_error error = {0};
    seen s = {.size = h->size};
    q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    q_progress progress;
    CHECK_OK(h, q_progress_begin(&progress, &context, h->rank ? NULL : look, &s, &error), &error);
    progress.wanted = true;
    quire_progress mine = {.files_total = FILES, .bytes_total = FILES, .slowest_rank = -1};
    double start = MPI_Wtime();
    for (mine.files_done = 1; mine.files_done <= FILES; mine.files_done++) {
        mine.bytes_done = mine.files_done;
        q_progress_hook (&progress)(&progress, &mine);
    }
    CHECK_OK(h, q_progress_agree(&progress, QUIRE_OK, &error), &error);
    check(h, &s, FILES * (unsigned)h->size, FILES * (unsigned)h->size);
    CHECK(h, s.calls <= (MPI_Wtime() - start) / 0.2 + 2);
    q_progress_free(&progress);
}

static void a_failure_is_agreed_on_with_progress_too(harness *h) {
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        seen s = {.size = h->size};
        quire_mpi_options options = {.progress = look, .progress_context = &s};
        quire_artifact *artifact = harness_artifact(h, "failing");
        const char *path = harness_write(h, h->rank == failing ? "gone" : "here", "x", 1);
        MPI_Barrier(h->comm);
        if (h->rank == failing) {
            CHECK_OK(h, quire_artifact_add_file(artifact, path, NULL, NULL, &error), &error);
            CHECK(h, remove(path) == 0);
        } else {
            harness_add(h, artifact, h->rank);
        }
        quire_status status =
            quire_mpi_log_artifact(h->comm, h->store, artifact, &options, NULL, &error);
        CHECK_FAILED(h, status, QUIRE_INCOMPLETE, failing, &error);
        quire_artifact_free(artifact);
    }
}

HARNESS_MAIN("progress", HARNESS_TEST(rank_0_hears_of_all_bytes),
             HARNESS_TEST(rank_0_reports_while_it_waits), HARNESS_TEST(rank_0_reports_now_and_then),
             HARNESS_TEST(a_failure_is_agreed_on_with_progress_too))
