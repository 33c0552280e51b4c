/** @file A finish against eight upserts in flight: each upsert that said it was done is in the
 *  version, and each that is not in it was told so. */
#include <time.h>

#include "store/processes.h"
#include "store/repository_kit.h"

#define UPSERTERS 8

/* Fewer where a round takes long. */
static int rounds = 100;

/* What came of each upsert: shared, a row a round. */
typedef struct round_report {
    quire_status upserts[UPSERTERS];
    quire_version_id version;
    int64_t upsert_ns; /* how long one took */
} round_report;

typedef struct race {
    const char *url;
    round_report *rounds;
} race;

static void wait_ns(int64_t ns) {
    const struct timespec time = {ns / 1000000000, ns % 1000000000};
    nanosleep(&time, NULL);
}

static int64_t clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static quire_status upsert(quire_store *store, const char *id, int process, int round,
                           quire_error *error) {
    char name[16], path[32], text[32], metadata[32];
    quire_artifact *artifact = NULL;
    snprintf(name, sizeof name, "%d", process);
    snprintf(path, sizeof path, "part/%d", process);
    snprintf(text, sizeof text, "round %d of %d", round, process);
    snprintf(metadata, sizeof metadata, "{\"part %d\":%d}", process, round);
    quire_status status = quire_artifact_new("result", "dataset", &artifact, error);
    status = status ? status
                    : quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, error);
    status = status ? status : quire_artifact_set_metadata(artifact, metadata, error);
    status = status ? status : quire_upsert_artifact(store, artifact, id, name, NULL, NULL, error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status finish(quire_store *store, const char *id, quire_version_id *version,
                           quire_error *error) {
    quire_artifact *artifact = NULL;
    quire_status status = quire_artifact_new("result", "dataset", &artifact, error);
    status = status ? status : quire_finish_artifact(store, artifact, id, NULL, version, error);
    quire_artifact_free(artifact);
    return status;
}

/* The last process finishes, at another moment of the upserts in each round. */
static int take_part(void *context, int process, int round) {
    static quire_store *store; /* of this process */
    const race *to = context;
    round_report *report = &to->rounds[round];
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    quire_error error = {0};
    char id[32];
    snprintf(id, sizeof id, "round %d", round);
    quire_status status = store ? QUIRE_OK : quire_store_open(to->url, &options, &store, &error);
    if (!status && process == UPSERTERS) {
        wait_ns(round > 0 ? to->rounds[round - 1].upsert_ns * (round % 20) / 20 : 1000000);
        status = finish(store, id, &report->version, &error);
    } else if (!status) {
        int64_t begun = clock_ns();
        report->upserts[process] = upsert(store, id, process, round, &error);
        status = report->upserts[process] == QUIRE_CONFLICT ? QUIRE_OK : report->upserts[process];
        report->upsert_ns = clock_ns() - begun;
    }
    if (status) {
        fprintf(stderr, "process %d, round %d: %s\n", process, round, error.message);
    }
    return (int)status;
}

static size_t check_round(kit *k, const round_report *report, int round) {
    size_t present = 0;
    char address[64];
    quire_version *version = NULL;
    snprintf(address, sizeof address, "result:v%d", (int)report->version.number);
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    const quire_version_info *info = quire_version_get_info(version);
    for (int i = 0; i < UPSERTERS; i++) {
        char path[32], metadata[32];
        quire_entry entry;
        quire_error missing = {0};
        snprintf(path, sizeof path, "part/%d", i);
        snprintf(metadata, sizeof metadata, "\"part %d\":%d", i, round);
        bool is_in = quire_version_get_entry(version, path, &entry, &missing) == QUIRE_OK;
        assert_int_equal(report->upserts[i], is_in ? QUIRE_OK : QUIRE_CONFLICT);
        assert_int_equal(strstr(info->metadata, metadata) != NULL, is_in);
        present += is_in;
    }
    assert_int_equal(info->entries, present + 1);
    quire_version_free(version);
    return present;
}

static void test_each_is_in_or_was_told(void **state) {
    kit *k = *state;
    size_t present = 0, size = (size_t)rounds * sizeof(round_report);
    race to = {k->url, shared_memory(size)};
    for (int round = 0; round < rounds; round++) { /* so that there is something to finish */
        char id[32], text[32];
        snprintf(id, sizeof id, "round %d", round);
        snprintf(text, sizeof text, "round %d", round);
        kit_upsert(k, kit_artifact(k, "result", "first", text, NULL), id, "first");
    }
    assert_int_equal(processes_run(UPSERTERS + 1, rounds, take_part, &to), 0);
    for (int round = 0; round < rounds; round++) {
        present += check_round(k, &to.rounds[round], round);
    }
    print_message("%zu of %d upserts were in time\n", present, rounds * UPSERTERS);
    assert_true(present > 0 && present < (size_t)rounds * UPSERTERS);
    assert_int_equal(kit_versions(k, "result"), rounds);
    assert_ok(kit_verify(k), &k->error);
    shared_memory_free(to.rounds, size);
}

int main(void) {
    const char *given = getenv("QUIRE_TEST_ROUNDS");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_is_in_or_was_told, kit_setup_directory,
                                        kit_teardown),
    };
    rounds = given ? (int)strtol(given, NULL, 10) : rounds;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
