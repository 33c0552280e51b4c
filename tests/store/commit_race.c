/** @file Sixteen processes log at once: a version for each content, numbers without gaps. */
#include "store/processes.h"
#include "store/repository_kit.h"

#define COMMITTERS 16
#define ROUNDS 4

typedef struct race {
    const char *url;
    bool same;                  /* whether all log the same content */
    quire_version_id *versions; /* shared: a row a round */
} race;

static int log_one(void *context, int process, int round) {
    static quire_store *store; /* of this process */
    const race *to = context;
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    char text[64];
    snprintf(text, sizeof text, "round %d of %d", round, to->same ? 0 : process);
    quire_status status = store ? QUIRE_OK : quire_store_open(to->url, &options, &store, &error);
    status = status ? status : quire_artifact_new("data", "dataset", &artifact, &error);
    status = status ? status
                    : quire_artifact_add_buffer(artifact, "a", text, strlen(text), NULL, &error);
    status = status ? status
                    : quire_log_artifact(store, artifact, NULL,
                                         &to->versions[round * COMMITTERS + process], &error);
    if (status) {
        fprintf(stderr, "process %d, round %d: %s\n", process, round, error.message);
    }
    quire_artifact_free(artifact);
    return (int)status;
}

static void run(kit *k, bool same) {
    size_t size = ROUNDS * COMMITTERS * sizeof(quire_version_id);
    race to = {k->url, same, shared_memory(size)};
    int created[ROUNDS * COMMITTERS] = {0};
    int64_t expected = same ? ROUNDS : ROUNDS * COMMITTERS;
    assert_int_equal(processes_run(COMMITTERS, ROUNDS, log_one, &to), 0);
    for (int i = 0; i < ROUNDS * COMMITTERS; i++) {
        const quire_version_id *version = &to.versions[i];
        assert_in_range(version->number, 0, expected - 1);
        assert_string_equal(version->digest,
                            to.versions[same ? i / COMMITTERS * COMMITTERS : i].digest);
        created[version->number] += version->created;
    }
    for (int64_t number = 0; number < expected; number++) {
        assert_int_equal(created[number], 1);
    }
    assert_int_equal(kit_versions(k, "data"), expected);
    assert_int_equal(kit_number(k, "data"), expected - 1);
    assert_ok(kit_verify(k), &k->error);
    shared_memory_free(to.versions, size);
}

static void test_each_its_own(void **state) {
    run(*state, false);
}

static void test_all_the_same(void **state) {
    run(*state, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_its_own, kit_setup_directory, kit_teardown),
        cmocka_unit_test_setup_teardown(test_all_the_same, kit_setup_directory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
