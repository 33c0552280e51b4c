/** @file Thirty-two processes finish one draft at once: one version, and all report it. */
#include "store/processes.h"
#include "store/repository_kit.h"

#define FINISHERS 32
#define WRITERS 3

typedef struct report {
    quire_status status;
    quire_version_id version;
} report;

typedef struct race {
    const char *url;
    quire_durability durability;
    report *reports; /* shared: a row a round */
} race;

static int finish(void *context, int process, int round) {
    static quire_store *store; /* of this process */
    const race *to = context;
    report *mine = &to->reports[round * FINISHERS + process];
    const quire_store_options options = {.durability = to->durability};
    const quire_commit_options commit = {.expect = WRITERS};
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    char id[32];
    snprintf(id, sizeof id, "round %d", round);
    mine->status = store ? QUIRE_OK : quire_store_open(to->url, &options, &store, &error);
    if (!mine->status) {
        mine->status = quire_artifact_new("result", "dataset", &artifact, &error);
    }
    if (!mine->status) {
        mine->status = quire_finish_artifact(store, artifact, id, &commit, &mine->version, &error);
    }
    if (mine->status) {
        fprintf(stderr, "finisher %d, round %d: %s\n", process, round, error.message);
    }
    quire_artifact_free(artifact);
    return (int)mine->status;
}

static void upsert_round(kit *k, int round) {
    for (int writer = 0; writer < WRITERS; writer++) {
        char id[32], name[16], path[32], text[32];
        snprintf(id, sizeof id, "round %d", round);
        snprintf(name, sizeof name, "%d", writer);
        snprintf(path, sizeof path, "part/%d", writer);
        snprintf(text, sizeof text, "round %d of %d", round, writer);
        kit_upsert(k, kit_artifact(k, "result", path, text, NULL), id, name);
    }
}

/* Rounds may swap numbers: a slow finisher's version comes when it comes. */
static void check_round(const report *reports, int rounds, unsigned char *taken) {
    int created = 0;
    int64_t number = reports[0].version.number;
    assert_in_range(number, 0, rounds - 1);
    assert_int_equal(taken[number]++, 0);
    for (int i = 0; i < FINISHERS; i++) {
        assert_int_equal(reports[i].status, QUIRE_OK);
        assert_int_equal(reports[i].version.number, number);
        assert_string_equal(reports[i].version.digest, reports[0].version.digest);
        created += reports[i].version.created;
    }
    assert_int_equal(created, 1);
}

static void run(kit *k, int rounds, quire_durability durability) {
    size_t size = (size_t)rounds * FINISHERS * sizeof(report);
    race to = {k->url, durability, shared_memory(size)};
    unsigned char *taken = calloc((size_t)rounds, 1);
    assert_non_null(taken);
    for (int round = 0; round < rounds; round++) {
        upsert_round(k, round);
    }
    assert_int_equal(processes_run(FINISHERS, rounds, finish, &to), 0);
    for (int round = 0; round < rounds; round++) {
        check_round(&to.reports[round * FINISHERS], rounds, taken);
    }
    assert_int_equal(kit_versions(k, "result"), rounds);
    assert_ok(kit_verify(k), &k->error);
    free(taken);
    shared_memory_free(to.reports, size);
}

/* Fewer where a round takes long. */
static void test_a_hundred_rounds(void **state) {
    const char *rounds = getenv("QUIRE_TEST_ROUNDS");
    run(*state, rounds ? (int)strtol(rounds, NULL, 10) : 100, QUIRE_DURABILITY_NONE);
}

static void test_rounds_at_full_durability(void **state) {
    const char *rounds = getenv("QUIRE_TEST_ROUNDS");
    run(*state, rounds ? 1 : 5, QUIRE_DURABILITY_FULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_hundred_rounds, kit_setup_directory, kit_teardown),
        cmocka_unit_test_setup_teardown(test_rounds_at_full_durability, kit_setup_directory,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
