/**
 * @file
 * Ranks push a version together: one version, whatever the number of ranks; arguments that do not
 * agree; each operation on the target's objects failing on each rank in turn; a push that was given
 * up, gone on with by others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/faulty.h"

#define FILES 9000 /* three parts */
#define PART 4096  /* files of a full one */

/** Rank 0 logs "data" into the source; all open the source, and the target. */
typedef struct stores {
    char url[560];
    quire_store *from;
} stores;

static void fill(quire_artifact *artifact, int files, harness *h) {
    quire_error error = {0};
    for (int i = 0; i < files; i++) {
        char path[32], text[48];
        (void)snprintf(path, sizeof path, "f/%05d", i);
        int size = snprintf(text, sizeof text, "file %d", i);
        CHECK_OK(h, quire_artifact_add_buffer(artifact, path, text, (size_t)size, NULL, &error),
                 &error);
    }
}

static void begin(harness *h, stores *s, int files) {
    quire_error error = {0};
    static const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    (void)snprintf(s->url, sizeof s->url, "%s", harness_path(h, "source"));
    if (h->rank == 0) {
        quire_artifact *artifact = harness_artifact(h, "data");
        fill(artifact, files, h);
        CHECK_OK(h, quire_artifact_add_alias(artifact, "best", &error), &error);
        CHECK_OK(h, quire_store_init(s->url, NULL, &error), &error);
        CHECK_OK(h, quire_store_open(s->url, &quick, &s->from, &error), &error);
        CHECK_OK(h, quire_log_artifact(s->from, artifact, NULL, NULL, &error), &error);
        quire_artifact_free(artifact);
    }
    MPI_Barrier(h->comm);
    if (h->rank != 0) {
        CHECK_OK(h, quire_store_open(s->url, &quick, &s->from, &error), &error);
    }
}

static void end(stores *s) {
    quire_store_free(s->from);
}

/** Of a version of a store, on rank 0; "" when there is none. */
static void digest_of(quire_store *store, const char *address, char digest[96]) {
    quire_version *version = NULL;
    digest[0] = '\0';
    if (quire_version_open(store, address, &version, NULL) == QUIRE_OK) {
        (void)snprintf(digest, 96, "%s", quire_version_get_info(version)->digest);
    }
    quire_version_free(version);
}

static void expect_pushed(harness *h, const stores *s, quire_store *to, const char *address) {
    char one[96], two[96];
    quire_version *version = NULL;
    quire_error error = {0};
    digest_of(s->from, "data", one);
    digest_of(to, address, two);
    CHECK(h, one[0] && strcmp(one, two) == 0);
    CHECK_OK(h, quire_version_open(to, address, &version, &error), &error);
    CHECK(h, version && quire_version_verify(version, NULL, NULL, NULL) == QUIRE_OK);
    quire_version_free(version);
}

typedef struct watching {
    quire_progress last;
    int calls;
} watching;

static void watch(void *context, const quire_progress *progress) {
    watching *w = context;
    w->last = *progress;
    w->calls++;
}

static void push_files(harness *h, int files) {
    stores s = {0};
    watching w = {0};
    quire_error error = {0};
    quire_push_report report = {0};
    quire_version_id id = {0};
    const quire_mpi_push_options options = {.progress = watch, .progress_context = &w};
    begin(h, &s, files);
    quire_status status =
        quire_mpi_push(h->comm, s.from, "data", h->store, &options, &report, &id, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK_SAME(h, &report, sizeof report);
    CHECK_SAME(h, &id, sizeof id);
    CHECK(h, id.created == 1 && id.number == 0 && strcmp(id.name, "data") == 0);
    CHECK(h, report.files == (uint64_t)files && report.known_files == 0);
    CHECK(h, h->rank != 0 || (w.calls > 0 && w.last.files_done == (uint64_t)files &&
                              w.last.files_total == (uint64_t)files));
    CHECK(h, h->rank == 0 || w.calls == 0);
    expect_pushed(h, &s, h->store, "data:best");
    status = quire_mpi_push(h->comm, s.from, "data", h->store, NULL, &report, &id, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, id.created == 0 && report.files == 0 && report.known_files == (uint64_t)files);
    end(&s);
}

static void many_parts(harness *h) {
    push_files(h, FILES);
}
static void one_part(harness *h) {
    push_files(h, 100);
}

/** The first rank to tell of it, or -1 where it is the fault of all. */
static void expect_refused(harness *h, const stores *s, const char *address, quire_store *to,
                           const quire_mpi_push_options *options, quire_status expected,
                           const char *says) {
    quire_error error = {0};
    quire_status status =
        quire_mpi_push(h->comm, s->from, address, to, options, NULL, NULL, &error);
    int failing = error.rank;
    MPI_Bcast(&failing, 1, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, expected, failing, &error);
    CHECK(h, strstr(error.message, says) != NULL);
    CHECK(h, harness_count_versions(h, "data") == 0);
}

static void arguments_that_cannot_be(harness *h) {
    stores s = {0};
    begin(h, &s, 100);
    static const char *const bad[] = {"a/b"};
    const quire_mpi_push_options layout = {.version = 7}, name = {.name = "a name"};
    const quire_mpi_push_options alias = {.aliases = bad, .alias_count = 1};
    expect_refused(h, &s, NULL, h->store, NULL, QUIRE_USAGE, "no version was given");
    expect_refused(h, &s, "data", NULL, NULL, QUIRE_USAGE, "the store to push to was not given");
    expect_refused(h, &s, "data", h->store, &layout, QUIRE_USAGE, "layout");
    expect_refused(h, &s, "data", h->store, &name, QUIRE_USAGE, "a name");
    expect_refused(h, &s, "data", h->store, &alias, QUIRE_USAGE, "a/b");
    expect_refused(h, &s, "data:v9", h->store, NULL, QUIRE_NOT_FOUND, "v9");
    expect_refused(h, &s, "data", s.from, NULL, QUIRE_USAGE, "data:v0 is in");
    for (int odd = 0; odd < h->size && h->size > 1; odd++) {
        const quire_mpi_push_options other = {.name = h->rank == odd ? "other" : NULL};
        expect_refused(h, &s, h->rank == odd ? "data:best" : "data", h->store, NULL, QUIRE_USAGE,
                       "the version to push");
        expect_refused(h, &s, "data", h->store, &other, QUIRE_USAGE, "the name to push it under");
        expect_refused(h, &s, "data", h->rank == odd ? s.from : h->store, NULL, QUIRE_USAGE,
                       "the store to push to");
    }
    end(&s);
}

/* --- one rank fails --- */

static int versions_on_all(harness *h, const char *name) {
    int count = h->rank == 0 ? harness_count_versions(h, name) : 0;
    MPI_Bcast(&count, 1, MPI_INT, 0, h->comm);
    return count;
}

/** One push with one fault. Returns whether the fault was met. */
static bool push_once(harness *h, const stores *s, int failing, uint64_t k, fault_mode mode) {
    char name[64], address[80];
    quire_error error = {0};
    quire_version_id id = {0};
    q_objects *objects = NULL;
    quire_store *to = faulty_open(h, &objects);
    (void)snprintf(name, sizeof name, "pushed-%d-%llu-%d", failing, (unsigned long long)k,
                   (int)mode);
    (void)snprintf(address, sizeof address, "%s:best", name);
    const quire_mpi_push_options options = {.name = name};
    if (h->rank == failing) {
        faults_set(objects, k, mode, mode == FAULT_AFTER ? QUIRE_TEMPORARY : QUIRE_ERROR, false);
    }
    double began = MPI_Wtime();
    quire_status status = quire_mpi_push(h->comm, s->from, "data", to, &options, NULL, &id, &error);
    CHECK(h, MPI_Wtime() - began < 20);
    int hit = h->rank == failing && faults_hit(objects);
    faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
    MPI_Bcast(&hit, 1, MPI_INT, failing, h->comm);
    int outcome[2] = {(int)status, status ? error.rank : 0};
    MPI_Bcast(outcome, 2, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, (quire_status)outcome[0], outcome[1], &error);
    CHECK(h, status == QUIRE_OK || (hit && outcome[1] == failing));
    int versions = versions_on_all(h, name);
    CHECK(h, versions == 1 || (versions == 0 && status != QUIRE_OK));
    CHECK(h, versions == 0 || failing == 0 || status == QUIRE_OK);
    status = quire_mpi_push(h->comm, s->from, "data", to, &options, NULL, &id, &error);
    CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
    CHECK(h, id.number == 0);
    CHECK(h, versions_on_all(h, name) == 1);
    if (h->rank == 0) {
        expect_pushed(h, s, to, address);
    }
    quire_store_free(to);
    return hit != 0;
}

/* Each push is of thousands of files, so not each operation is taken: by turns. */
static void sweep(harness *h, fault_mode mode, uint64_t step) {
    stores s = {0};
    begin(h, &s, FILES);
    for (int failing = 0; failing < h->size; failing++) {
        uint64_t k = 1;
        int before = h->failures, broken = 0, met = 0;
        while (push_once(h, &s, failing, k, mode) && broken == 0) {
            int mine = h->failures > before;
            met++;
            k += step;
            MPI_Allreduce(&mine, &broken, 1, MPI_INT, MPI_MAX, h->comm);
        }
        CHECK(h, broken || met > 1 || failing > 2); /* else nothing was tested */
    }
    end(&s);
}

static void operations_fail_before(harness *h) {
    sweep(h, FAULT_BEFORE, 7);
}
static void replies_are_lost(harness *h) {
    sweep(h, FAULT_AFTER, 13);
}

/* --- damage, and going on --- */

/** Rank 0 damages what the last part reads, and mends it. */
static void spoil(harness *h, const stores *s, long at) {
    char command[700];
    MPI_Barrier(h->comm);
    if (h->rank == 0) {
        (void)snprintf(command, sizeof command,
                       "for f in '%s'/packs/*; do chmod u+w $f; printf X | dd of=$f bs=1 seek=%ld "
                       "conv=notrunc 2>/dev/null; done",
                       s->url, at);
        CHECK(h, system(command) == 0);
    }
    MPI_Barrier(h->comm);
}

/* The parts that could be read are in the draft: the next push, by fewer ranks, does the rest. */
static void others_go_on(harness *h) {
    stores s = {0};
    quire_error error = {0};
    quire_push_report report = {0};
    quire_version_id id = {0};
    begin(h, &s, FILES);
    spoil(h, &s, 60000); /* in the second part */
    quire_status status =
        quire_mpi_push(h->comm, s.from, "data", h->store, NULL, NULL, NULL, &error);
    int failing = error.rank;
    MPI_Bcast(&failing, 1, MPI_INT, 0, h->comm);
    CHECK_FAILED(h, status, QUIRE_INTEGRITY, failing, &error);
    CHECK(h, versions_on_all(h, "data") == 0);
    /* The same content, logged anew where nothing is damaged. */
    if (h->rank == 0) {
        quire_artifact *artifact = harness_artifact(h, "fresh");
        char url[600];
        quire_store *store = NULL;
        quire_version *version = NULL;
        (void)snprintf(url, sizeof url, "%s", harness_path(h, "second"));
        fill(artifact, FILES, h);
        CHECK_OK(h, quire_store_init(url, NULL, &error), &error);
        CHECK_OK(h, quire_store_open(url, NULL, &store, &error), &error);
        CHECK_OK(h, quire_log_artifact(store, artifact, NULL, NULL, &error), &error);
        CHECK_OK(h, quire_version_open(store, "fresh", &version, &error), &error);
        const quire_push_options options = {.name = "data"};
        CHECK_OK(h, quire_push_version(version, h->store, &options, &report, &id, &error), &error);
        CHECK(h, id.created == 1);
        CHECK(h, report.known_files >= PART && report.known_files % 4 == 0);
        CHECK(h, report.files + report.known_files == FILES);
        expect_pushed(h, &s, h->store, "data:v0");
        quire_version_free(version);
        quire_store_free(store);
        quire_artifact_free(artifact);
    }
    end(&s);
}

HARNESS_MAIN("push", HARNESS_TEST(many_parts), HARNESS_TEST(one_part),
             HARNESS_TEST(arguments_that_cannot_be), HARNESS_TEST(others_go_on),
             HARNESS_TEST(operations_fail_before), HARNESS_TEST(replies_are_lost))
